"""What people tell by what works and what does not, in their languages, and what tells nothing."""

from pathlib import Path

import pytest
import yaml

from knowledge.errors import KnowledgeError
from knowledge.lexicon import clauses as module
from knowledge.lexicon.clauses import clauses, done, stated, told

TELLS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "report.works_with_cookie": (
        (
            "When I paste the session cookie into Postman it works.",
            "It sets a cookie; if I copy it into my script I get 200.",
            "Wenn ich das Cookie in curl übernehme, klappt es.",
            "ブラウザの Cookie をコピーして curl に付けると通ります。",
            "Tarayıcıdaki çerezi kopyalayıp curl'e ekleyince çalışıyor.",
        ),
        ("With the cookie it fails.", "The cookie banner works.", "Should it work with the cookie?"),
    ),
    "report.gateway_session": (
        ("With the cookie _oauth2_proxy it works.", "Avec le cookie AppServiceAuthSession copié ça marche."),
        ("With the cookie JSESSIONID it works.", "The _oauth2_proxy cookie is refused with 401."),
    ),
    "report.other_carrier_works": (
        (
            "With the key in X-Api-Key it works. As a query parameter it is 401.",
            "Si mando el token en el cuerpo funciona. En la cabecera me da 401.",
            "Med X-Api-Key i headern fungerar det, som query-parameter får jag 401.",
        ),
        (
            "With the header it works.",
            "With the Authorization header it works in curl. With the Authorization header my app gets 401.",
        ),
    ),
    "report.only_writes_fail": (
        (
            "Listing the orders works, but saving one gives 401.",
            "A lista aparece, mas quando alguém salva um item novo dá 401.",
            "Die Liste geht, aber beim Speichern kommt 401.",
            "列表正常，但是保存报401。",
        ),
        ("Listing fails with 401, saving works.", "Saving works and the list works.", "Saving gives 401."),
    ),
    "report.restart_helps": (
        (
            "After one restart of the pods everything works.",
            "Dopo un solo riavvio del pod funziona tutto.",
            "Po ponownym uruchomieniu usługi działa.",
            "파드를 재시작하면 정상입니다.",
            "Перезапуск сервиса помогает.",
        ),
        (
            "A restart does not help.",
            "After the restart of my laptop it works.",
            "Since the restart we get 401.",
            "After a restart it works for about an hour.",
        ),
    ),
    "report.restart_ends_tokens": (
        (
            "After every restart old tokens get 401. New tokens are fine.",
            "重启之后令牌返回401，新建一个令牌之后就正常。",
            "À chaque déploiement ils reçoivent 401. Ils se reconnectent et ça marche jusqu'au prochain déploiement.",
        ),
        ("After the restart we get 401.", "New tokens are fine."),
    ),
    "report.ends_after_a_time": (
        (
            "The big upload fails, small ones never do.",
            "After exactly one hour of uploading it is 401.",
            "Kleine Dateien lassen sich problemlos hochladen, bei großen kommt 401.",
            "For the first forty minutes it behaves.",
            "Большие файлы через 10 минут падают с 401.",
            "待ち時間が短いジョブは失敗したことがありません。",
            "Małe pliki przechodzą bez problemu.",
            "If he restarts the pod it works for a while.",
            "Nach einem Neustart läuft es wieder eine Stunde.",
            "重启之后能正常一个小时左右。",
        ),
        ("The big upload works.", "Small uploads fail.", "After ten minutes it works.", "It was 401 for an hour."),
    ),
    "report.one_way_in_affected": (
        ("Local admin login is fine.", "Con l'utente locale funziona sempre.", "로컬 계정은 정상입니다."),
        ("Local users get 401.", "Is local login fine?"),
    ),
    "report.long_in_use": (
        ("The key is the same since March.", "La chiave è la stessa da marzo.", "API密钥 从3月一直没换过"),
        ("Since March the key gets 401.", "The key is from the portal."),
    ),
    "report.worked_before": (("Der Check lief ein Jahr ohne Mucken.",), ("Auf dem alten Handy geht es seit Jahren.",)),
    "report.retry_later_works": (
        (
            "If I leave the tab open and have a coffee it starts to work.",
            "After a few minutes of waiting it works without me doing anything.",
            "Wenn ich ein bisschen warte, geht es.",
            "Si j'attends un peu, ça marche.",
            "等几分钟就好了。",
        ),
        ("I waited and it is 401 again.", "Waiting for the admin. curl works.", "It works after logging in again."),
    ),
    "report.works_now": (
        ("Inzwischen läuft es wieder.", "Ahora ya funciona.", "Adesso ho riprovato e sembra passare", "现在正常了。"),
        ("Now it works with curl.", "Does it work now?", "Now it is 401.", "It works now that I pasted the cookie."),
    ),
    "report.settings_touched": (
        ("Yesterday a colleague cleaned up.", "Gestern war jemand in den Einstellungen.", "昨天有同事在后台清理过。"),
        ("I cleaned up my desk.", "The settings are right."),
    ),
    "report.typed_by_hand": (
        ("The password was read to me over the phone.", "La contraseña me la dictaron por teléfono."),
        ("They called me over the phone.", "The password is right."),
    ),
    "report.password_words": (("My password is right.", "Mot de passe vérifié."), ("The API key is the password.",)),
    "report.key_words": (("The API key is new.", "API密钥是新的"), ("The password is the API key.",)),
    "report.works_with_other_client": (
        ("With curl it works.", "浏览器里正常。", "В браузере работает."),
        ("With curl it works. From my script curl gets 401.", "Does it work with curl?", "With curl it should work."),
    ),
    "report.after_idle": (
        ("页面长时间无操作之后提示401。", "Bleibt es untätig, fliege ich raus."),
        ("无操作也正常。",),
    ),
    "report.sign_in_helps_briefly": (
        (
            "After an hour it is 401. Logging out and in again helps.",
            "Re-login works for a while.",
            "长时间无操作提示401，重新登录就好了。",
        ),
        ("Logging in again works, and then 401.", "After an hour it is 401."),
    ),
}


def test_every_finding_that_clauses_tell_has_its_examples() -> None:
    rules = yaml.safe_load(module.FILE.read_text(encoding="utf-8"))["tells"]
    assert {rule["finding"] for rule in rules} == TELLS.keys()


@pytest.mark.parametrize("finding", TELLS)
def test_what_clauses_tell_and_what_they_do_not(finding: str) -> None:
    matches, near_misses = TELLS[finding]
    assert [text for text in matches if finding not in told(text)] == []
    assert [text for text in near_misses if finding in told(text)] == []


TONES = {
    "It works with curl": "works",
    "It does not work with curl": "fails",
    "Im Browser geht es nicht": "fails",
    "ça ne marche pas": "fails",
    "There is no 401": "works",
    "It worked until yesterday": "",
    "It is fine until the next restart": "works",
    "Our bank is in Oslo": "",
}


@pytest.mark.parametrize("text", TONES)
def test_the_tone_of_a_clause(text: str) -> None:
    assert [clause.tone for clause in clauses(text)] == [TONES[text]]


def test_a_part_without_a_tone_says_when_the_next_one_holds() -> None:
    (clause,) = clauses("If I restart the server, everything works")
    assert clause.tone == "works"
    assert "restart" in {name for name, _ in clause.things}


def test_what_is_only_asked_is_left_out() -> None:
    assert stated("401 here. Is the mount allowed? It was fine.") == "401 here. It was fine."
    assert stated("401 again, anyone else?") == "401 again, anyone else?"


def test_the_steps_that_programs_print() -> None:
    assert done("13:22:02 zlib: Downloaded package")
    assert not done("13:24:40 building, this takes a while")


def test_a_rule_names_what_is_declared(tmp_path: Path) -> None:
    data = yaml.safe_load(module.FILE.read_text(encoding="utf-8"))
    for rule, named in (
        ({"finding": "report.restart_helps", "works": "reboots"}, "reboots"),
        ({"finding": "report.restart_helps", "maybe": "restart"}, "maybe"),
        ({"finding": "report.no_such", "works": "restart"}, "report.no_such"),
    ):
        file = tmp_path / f"{named}.yaml"
        file.write_text(yaml.safe_dump({**data, "tells": [rule]}), encoding="utf-8")
        with pytest.raises(KnowledgeError, match=named):
            module._words(file)
