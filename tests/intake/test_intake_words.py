"""Ids, people, clients, and what is said in words."""

from datetime import UTC, datetime

import pytest

from bot.intake import Attachment, read
from bot.intake.elsewhere import same_owner
from bot.intake.findings import collect
from bot.intake.phrases import phrases, said
from bot.model import Report

POSTED = datetime(2026, 11, 20, 23, 45, tzinfo=UTC)


def report(text: str, **more: object) -> Report:
    return read(text, posted_at=POSTED, **more)  # type: ignore[arg-type]


IDS = {
    "401, req id 935851abe2905019": "935851abe2905019",
    "X-Request-ID was fc9a4c454dfe46ae": "fc9a4c454dfe46ae",
    "id of last try fc5e4404-84cb-4000-b4e7-dc989f61fdef": "fc5e4404-84cb-4000-b4e7-dc989f61fdef",
    "last try 2b52820b12": "2b52820b12",
    "order 881 gives 401. 00e01951c26ca8510f7b4ed55233e7b4": "00e01951c26ca8510f7b4ed55233e7b4",
    "python, req-34bbe18345": "req-34bbe18345",
    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01": "4bf92f3577b34da6a3ce929d0e0e4736",
    "X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678": "1-67891233-abcdef012345678912345678",
    "CF-Ray: 8a1b2c3d4e5f6a7b-FRA": "8a1b2c3d4e5f6a7b-FRA",
    "correlation id = abc-123-x9": "abc-123-x9",
    "commit 9f8e7d6c5b4a3f21, order 1042, colour #a1b2c3d4e5": None,
    "the id is in the mail, 401": None,
    "GET https://a.test/kinder/120 fails\nkind 118  exp-e98d827b82\nkind 120  exp-9b28d795dd": "exp-9b28d795dd",
    "my last one ref 63f1f0": "63f1f0",
    'POST https://a.test/x: 401 {"door":"shut","ref":"cc2ce8"}': "cc2ce8",
    "epoch 1795218060123, sha256:00e01951c26ca8510f7b4ed55233e7b4": None,
    "https://a.test/x/00e01951c26ca8510f7b4ed55233e7b4 is 401": None,
}


@pytest.mark.parametrize("text", IDS)
def test_request_ids(text: str) -> None:
    assert report(text).request_id == IDS[text]


def test_the_id_of_a_success_is_not_that_of_the_failure() -> None:
    login = b"HTTP/1.1 200 OK\nX-Request-Id: 6345399833b3fe54b7c234a0119b4148\nServer: x\n\n"
    assert report("login ok, then 401", attachments=[Attachment("login.txt", login)]).ids == ()


USERS = {
    "fails for user noor, others ok": ("noor",),
    "401 for my account ines since noon": ("ines",),
    "carol can't open it": ("carol",),
    "Rita: the page asks for a password": ("Rita",),
    "it is empty again\n- Marta": ("Marta",),
    "only for u_4471": ("u_4471",),
    "it kicked out pavel, he sees 401": ("pavel",),
    "the user account page is empty": (),
    "the app can't log in, models can't be loaded": (),
    "Error: request failed. User is inactive": (),
    "java.io.IOException: 401": (),
    "Von: Petra\nBetreff: AW: x\n\n401\n\nViele Grüße\nPetra Lang": ("Petra Lang",),
    "soy Lucía de recepción, 401": ("Lucía",),
    "it's dead, 401\nmvh Leif\n": ("Leif",),
    "Fwd: Fwd: calendar\n401": (),
    'error 401 "account required"': (),
    "am I missing a right? 401   - mbali\n": ("mbali",),
    "Tom Abara here. I get 401": ("Tom Abara",),
    "it says 401 again (13:52:47). Ines": ("Ines",),
    "the screen says 401\nThank you, Heidi": ("Heidi",),
    "401 for everybody\nHana (reception 3rd floor)\n": ("Hana",),
    "the account works against another api, 401 here": (),
    "mise can't install it, 401": (),
}


@pytest.mark.parametrize("text", USERS)
def test_users_who_are_named(text: str) -> None:
    assert report(text).users == USERS[text]


CLIENTS = {
    "401 from pim-sync/2.4 at noon": "pim-sync/2.4",
    "our okhttp client gets 401": "okhttp",
    "Postman says 401": "PostmanRuntime",
    "python script: requests.get(url) -> 401": "python-requests",
    "works with curl, the Java client gets 401": "Java",
    "> GET /x HTTP/1.1\n> Host: a.test\n> User-Agent: curl/7.88.1\n>\n< HTTP/1.1 401 X\n": "curl/7.88.1",
    "HTTP/1.1 401 for api/v2": None,
    "Chain is NGINX => Grafana => Prometheus, the panels show 401": None,
    "Updated to 12.0 (docker), now curl gets 401": "curl",
    "our prometheus gets 401": "Prometheus",
    "`npm ERR! 401 Unauthorized`, npm publish from my laptop goes through": "npm",
    "401\nserver: Werkzeug/3.1.9 Python/3.11.7": None,
    "rclone says 401": "rclone",
    "On iPhone the coupon screen gets 401": "CFNetwork",
}


@pytest.mark.parametrize("text", CLIENTS)
def test_the_client(text: str) -> None:
    assert report(text).user_agent == CLIENTS[text]


def test_where_the_call_comes_from() -> None:
    assert report("401, we come from 203.0.113.201").client_ip == "203.0.113.201"
    assert report("401 from our pod, from 192.0.2.61").client_ip == "192.0.2.61"
    assert report("401 on the new builder 10.8.1.7 since nine").client_ip == "10.8.1.7"
    assert report("401 von der Kasse: 10.8.1.9").client_ip == "10.8.1.9"
    assert report("401, the server 10.0.0.5 is fine").client_ip is None
    assert report("fetch at 'https://a.test' from origin 'https://w.test' has been blocked").origin == "https://w.test"


SAYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "report.everyone_affected": (
        ("401 for all users", "nobody can log in", "all our customers get 401", "niemand kommt rein"),
        ("every time I click", "all calls from my script", "everyone else is fine"),
    ),
    "report.only_some_affected": (
        ("only for me", "my colleagues are fine", "others are not affected"),
        ("others have it too", "my only token"),
    ),
    "report.intermittent": (
        ("it fails randomly", "every second call is 401", "manchmal 401"),
        ("every call is 401", "I tried it twice"),
    ),
    "report.never_worked": (
        ("it never worked", "first try with the API", "new customer portal here", "cloned the sample"),
        ("it worked before", "a new 401 today"),
    ),
    "report.worked_before": (
        (
            "it worked an hour ago",
            "stopped working",
            "can't open it any more",
            "geht nicht mehr",
            "lief am Freitag noch",
            "werkt niet meer",
            "non funziona più",
        ),
        ("it never worked", "first try", "der Token läuft fünf Minuten", "es ging noch nie"),
    ),
    "report.after_service_change": (
        ("since the release", "started with the deploy", "after you upgraded", "after the restart"),
        ("we deployed our app to Paris", "release notes say 2.1"),
    ),
    "report.after_client_change": (
        ("since we switched to the new lib", "after we moved to another client", "upgraded from 2.19 to 2.20"),
        ("you changed something", "switch it on"),
    ),
    "report.after_network_change": (
        (
            "behind the new proxy",
            "working from home today",
            "from another network",
            "from the new lab building",
            "seit dem Umzug",
        ),
        ("the proxy docs", "home page is empty"),
    ),
    "report.after_idle": (
        ("after lunch it is 401", "came back after a break", "after some hours of work"),
        ("for some hours now", "5 hours ago"),
    ),
    "report.retry_later_works": (
        ("if I wait a moment and retry it works", "a few seconds later it works"),
        ("I will try again later",),
    ),
    "report.same_credential_works": (
        (
            "in your official app the same user and password DO work",
            "the nightly wget with the very same user+pass works",
            "funktioniert die Anmeldung mit genau diesem Benutzer und Passwort",
            "con la misma clave funciona en el portal",
        ),
        (
            "I get 401 with the same user and password",
            "the same key does not work elsewhere",
            "the same token works again",
        ),
    ),
    "report.works_with_other_client": (
        (
            "same token works in Postman",
            "curl works fine",
            "it works with my browser",
            "Android fine",
            "im Browser geht es",
        ),
        ("Postman collection stopped working", "curl gives 401 too", "im Browser geht es auch nicht"),
    ),
    "report.works_at_other_address": (
        (
            "same token on api.shop.test is ok",
            "works on staging",
            "Auf der alten Seite konto.a.test geht es",
            "Old one OK",
        ),
        ("I work on api.shop.test",),
    ),
    "report.works_on_other_path": (
        ("/v2/cart works", "everything else works", "other endpoints are fine"),
        ("/login is 200", "/v2/cart fails"),
    ),
    "report.other_credential_works": (
        ("with a personal account it works", "another user's token works", "the old key works"),
        ("another user gets 401",),
    ),
    "report.works_now": (("it works again now", "works now"), ("now it fails",)),
    "report.sign_in_fails": (
        ("I can't log in", "login is broken", "sign-in fails"),
        ("login works", "after login it fails"),
    ),
    "report.signed_in": (
        ("I am logged in", "login is fine", "sign in works"),
        ("nobody can log in", "I cannot log in"),
    ),
    "report.signed_out": (("it logged me out", "session expired", "thrown out"), ("log out button is red",)),
    "report.cookie_words": (("the cookie is not sent",), ("cookie jar",)),
    "report.cors_words": (("has been blocked by CORS policy", "the preflight fails"), ("scores policy",)),
    "report.redirect_words": (("it redirects to www", "a 302 comes first"), ("redirect_uri is set",)),
    "report.password_prompt": (
        (
            "a password box pops up",
            "keeps asking for my password",
            "fragt immer wieder nach dem Passwort",
            "pide la contraseña",
        ),
        ("I forgot my password", "ich frage mich, was das soll"),
    ),
    "report.typed_by_hand": (("I typed the key by hand", "caps lock is off"), ("typed language", "type of error")),
    "report.key_replaced": (
        ("we rotated the key", "the token was revoked", "after the key rotation"),
        ("the key is right",),
    ),
    "report.refresh_words": (("the refresh token is refused",), ("refresh the page",)),
    "report.other_environment_words": (("a staging token", "go-live today"), ("contest",)),
    "report.not_allowed_words": (("I am an admin", "no permission"), ("that is right",)),
    "report.second_factor_words": (("after MFA", "with SSO"), ("so so",)),
    "report.webhook_words": (("our webhook is refused",), ("web page",)),
    "report.certificate_words": (("with a client certificate", "mTLS"), ("certified",)),
    "report.link_words": (("the share link is dead", "link in the mail"), ("linked list",)),
    "report.seen_leaving": (
        (
            "I checked it on the wire",
            "wireshark on our side confirms",
            "I can see the Authorization header going out",
            "in the network tab the token is there",
            "curl shows the header leaving, it was in the request: verified the token is sent",
        ),
        ("the wire transfer failed", "check the header", "the token is sent by mail"),
    ),
    "report.credential_unset": (
        ("key=None", "the token is empty", "PR #312 from a contributor's fork"),
        ("the key is right",),
    ),
    "report.sent_credentials": (
        ("we send the token", "the header is set", "Bearer wird mitgeschickt", "le header est bien là"),
        ("no idea", "der Brief wird geschickt"),
    ),
    "report.works_from_other_place": (
        (
            "`npm publish` from my laptop with the very same token goes through",
            "On my laptop (no token set) it installs",
            "the same container with the same token runs fine in Detroit",
            "auf meinem Laptop geht es",
            "depuis mon poste ça marche",
            "desde mi portátil funciona",
            "no meu computador funciona",
        ),
        ("from my laptop it stopped working", "on the server it fails", "from my laptop I get 401"),
    ),
    "report.same_call_works_elsewhere": (
        (
            "Old runner, exact same job, same curl: 200",
            "from the old server the very same request works",
            "it works on the other machine with the same script",
            "Depuis l'ancien serveur exactement la même commande donne 200",
            "derselbe Befehl vom alten Rechner funktioniert",
            "Samma kommando från gamla datorn fungerar",
            "Nagoya は同じ操作で 200",
            "其他机房同样的请求正常",
            "с другого сервера тот же запрос работает",
        ),
        (
            "the same request in Postman works",
            "the server answers 401 to that request",
            "same user, same password, no luck",
            "the same command stopped working on the server",
        ),
    ),
    "report.new_sign_ins_fail": (
        (
            "those who logged out and in again to fix it now can't either",
            "fresh logins fail",
            "Whoever is still logged in is fine",
            "wer sich heute neu angemeldet hat, kommt nicht rein",
            "der PC, dort meldet sich nie jemand ab, geht auch",
            "ceux qui se sont reconnectés ont le problème",
            "los que siguen conectados trabajan sin problema",
            "chi era già collegato continua a lavorare",
            "quem continua logado não tem problema",
            "wie nog ingelogd was heeft nergens last van",
            "kto się zalogował ponownie, dostaje 401",
            "те, кто сегодня зашли, не могут работать",
            "今天重新登录的同事都看不到",
            "ログインしたままの人は問題ないです",
            "다시 로그인한 사용자만 안 됩니다",
        ),
        ("I am still logged in and get 401", "new users cannot register", "logging in again helps"),
    ),
    "report.one_place_affected": (
        (
            "only on one node",
            "The other one (2.1) is happy",
            "the ones in France (eu-1) keep running",
            "all the laptops are fine",
            "nur auf dem Tablet",
            "seulement sur ce poste",
            "sólo en un servidor",
            "só na máquina nova",
        ),
        ("only on Mondays", "the other one fails too"),
    ),
    "report.new_credential_same": (
        (
            "I rotated it twice",
            "Made a second admin user, same.",
            "I made a brand new one and get the same thing with it",
            "I reset erik's password there, no change",
            "neuer Schlüssel, dasselbe",
            "nouvelle clé, pareil",
            "clave nueva, lo mismo",
            "nova chave, mesmo erro",
        ),
        ("the new key works", "a new user at the same url", "we rotated the key"),
    ),
    "report.credential_checked": (
        ("the key is right", "Client ID und Secret stimmen", "sure about the password", "a senha está correta"),
        ("the password is wrong", "check it out"),
    ),
    "report.every_other_time": (
        ("about every second run", "every other request", "jedes zweite Mal", "une fois sur deux", "una de cada dos"),
        ("every time", "the other request"),
    ),
    "report.after_upgrade": (
        (
            "Upgraded 8.2.4 -> 8.4.4 this morning",
            "After upgrading to 3.0.0 nobody gets in",
            "Going back to 8.2.4 = OK",
            "got firmware 2.2, since then",
            "nach dem Update",
            "après la mise à jour",
            "tras actualizar",
            "após a atualização",
        ),
        ("we run version 8.2", "the update of my profile"),
    ),
    "report.after_reboot": (
        ("since the server was rebooted", "seit dem Neustart", "depuis le redémarrage", "tras el reinicio"),
        ("I restarted my browser",),
    ),
    "report.clock_words": (
        ("Clock of the Rails box off?", "NTP was broken", "seit der Zeitumstellung", "el reloj"),
        ("at 3 o'clock", "around the clock"),
    ),
    "report.sign_in_no_help": (
        (
            "Sign out + sign in doesn't change anything",
            "asks me to sign in, which I did, same again",
            "neu angemeldet, ändert nichts",
            "Ya salí y volví a entrar",
        ),
        ("signing in again helps", "sign in first"),
    ),
    "report.sign_in_helps_briefly": (
        ("signing in again helps", "it works again for some minutes", "nach dem Anmelden geht es"),
        ("signing in again does nothing", "for some minutes it was down"),
    ),
    "report.several_clients_fail": (
        (
            "Jellyseerr and Sonarr say 401",
            "and so does curl",
            "both phones ask for the password",
            "alle Geräte melden 401",
        ),
        ("curl works", "Ana and Bob say hello"),
    ),
    "report.works_without_middle": (
        (
            "eXist asked directly on its port is happy",
            "when I kubectl port-forward and open localhost I'm in",
            "only through the VPN",
            "direkt am Server geht es",
            "sans proxy ça marche",
        ),
        ("directly after login it fails", "directly it does not work"),
    ),
    "report.works_with_slash": (
        ("with a trailing slash it works", "without www it works", "mit Slash am Ende geht es"),
        ("the slash is missing", "with a slash it does not work"),
    ),
    "report.works_with_fresh_copy": (
        (
            "Adding ?blah=1 to the URL and the page is there",
            "in a private window it works",
            "cache geleert, jetzt geht es",
        ),
        ("adding ?page=2 gives 401", "a private key"),
    ),
    "report.several_instances": (
        ("two replicas behind nginx", "with one replica everything works", "we run 3 pods", "replicas: 3"),
        ("the replica set", "one pod was restarted", "with one pod it does not work"),
    ),
    "report.secret_withheld": (
        ("it is a masked and protected variable", "on main it works, the variable is protected", "it works on main"),
        ("the route is protected", "a variable of the shell", "the main page works"),
    ),
    "report.only_writes_fail": (
        ("downloading private artifacts with it works", "pull works, push is 401", "reading is fine"),
        ("I read the manual", "pull does not work either", "the list is long"),
    ),
    "report.status_403": (("it is 403",), ("port 4030",)),
    "report.status_404": (("it is 404",), ("v1.404",)),
    "report.status_407": (("it is 407",), ("a407",)),
}


def test_every_finding_of_words_has_its_examples() -> None:
    assert SAYS.keys() == phrases().keys()


@pytest.mark.parametrize("finding", SAYS)
def test_what_words_say_and_what_they_do_not(finding: str) -> None:
    matches, near_misses = SAYS[finding]
    assert [text for text in matches if finding not in said(text)] == []
    assert [text for text in near_misses if finding in said(text)] == []


def found(text: str, *files: bytes) -> set[str]:
    collected = collect(report(text, attachments=[Attachment(f"{n}.txt", f) for n, f in enumerate(files)]))
    return {f.id for f in collected.findings}


SENT = "> GET /x HTTP/1.1\n> Host: a.test\n> Accept: */*\n>\n"
REFUSED = "HTTP/1.1 401 No\nServer: x\nDate: x\n"
SIGNED = "raw = json.dumps(p).encode()\nsig = hmac.new(K, raw, sha256)\n"
TOKEN = "curl -H 'Authorization: Token 8fj39dk20fjw' https://a.test/x\n"
SHOWS = {
    "request.doubled_scheme": "curl -H 'Authorization: Bearer Bearer 8fj39dk20fjw' https://a.test/x",
    "request.glued_scheme": "curl -H 'Authorization: Bearer: 8fj39dk20fjw93' https://a.test/x",
    "request.no_scheme": "curl -H 'Authorization: 8fj39dk20fjw93' https://a.test/x",
    "request.key_in_query": "curl 'https://a.test/x?api_key=8fj39dk20fjw'",
    "request.header_name_underscore": "we send Api_Key: 8fj39dk20fjw to https://a.test",
    "request.no_credentials": SENT + "< HTTP/1.1 401 No\n< Server: x\n< Date: x\n<",
    "request.was_preflight": f"OPTIONS /x HTTP/1.1\nHost: a.test\nAccess-Control-Request-Method: GET\n\n{REFUSED}",
    "request.scheme_not_offered": f"{TOKEN}{REFUSED}WWW-Authenticate: Bearer\n",
    "request.signs_other_bytes": SIGNED + "httpx.post(U, json=p, headers={'X-Sig': sig})",
    "response.no_challenge": REFUSED,
    "response.bare_challenge": f'{REFUSED}WWW-Authenticate: Bearer realm="api"\n',
    "response.cache_hit": f"{REFUSED}X-Cache: HIT\n",
    "response.gateway_realm": f'{REFUSED}WWW-Authenticate: Basic realm="Acme Access Gateway"\n',
    "response.csrf_header": "POST https://a.test/x is 401:\n< HTTP/1.1 401 No\n< X-CSRF-Token: Required\n",
}


@pytest.mark.parametrize("finding", SHOWS)
def test_what_a_paste_shows(finding: str) -> None:
    assert finding in found(SHOWS[finding])


def test_the_same_without_the_fault_shows_nothing() -> None:
    sane = "curl -H 'Authorization: Bearer 8fj39dk20fjw' https://a.test/x"
    assert found(f'{sane}\n{REFUSED}WWW-Authenticate: Bearer error="invalid_token"\n') == {"request.credentials_left"}
    assert "request.signs_other_bytes" not in found(SIGNED + "httpx.post(U, content=raw)")


@pytest.mark.parametrize(
    "text",
    [
        "https://a.test/x is 401",
        "curl -H 'Authorization: Bearer <token>' https://a.test/x",
        "fetch('https://a.test/x', {headers: {Authorization: 'Bearer ' + localStorage.getItem('t')}}) is 401",
        "fetch('https://a.test/x', {headers: {Authorization: `Bearer ${token}`}}) is 401",
    ],
)
def test_what_was_not_shown_was_not_looked_for(text: str) -> None:
    collected = collect(report(text))
    assert not any(
        id_.startswith(("request.doubled", "request.no_c", "response.no_ch")) for id_ in collected.looked_for
    )
    assert not any(f.id.startswith(("request.no_", "response.")) for f in collected.findings)


def test_a_follow_up_adds_and_overrides() -> None:
    first = report("https://a.test is 401 for user noor, req id 935851abe2905019")
    second = report("sorry, the path is /v2/cart, 23:41:08 UTC", earlier=first)
    assert (second.url, second.path, second.request_id, second.users) == (
        "https://a.test/v2/cart",
        "/v2/cart",
        "935851abe2905019",
        ("noor",),
    )
    assert second.at == datetime(2026, 11, 20, 23, 41, 8, tzinfo=UTC)
    third = report("any news?", earlier=second)
    assert (third.url, third.at, third.status) == (second.url, second.at, 401)


def test_another_address_of_the_same_owner() -> None:
    made = "My key was created on https://eu.a.test. https://us.a.test/api/x gives 401 with it."
    assert "report.made_elsewhere" in found(made)
    assert "report.made_elsewhere" not in found(made.replace("eu.a.test", "docs.b.test"))
    assert "report.made_elsewhere" not in found(
        "My key was created on https://us.a.test. https://us.a.test/x gives 401."
    )
    works = "https://us.a.test/api/x gives 401. If I use https://eu.a.test/api/x with that key it gives 200."
    assert "report.works_at_other_address" in found(works)
    assert "report.works_at_other_address" not in found(works.replace("200", "401"))


@pytest.mark.parametrize(
    ("here", "there", "same"),
    [
        ("api.acme.com", "login.acme.com", True),
        ("api.acme.com", "api.acme.eu", True),
        ("api.ibm.com", "api.ibm.eu", False),
        ("shop.acme.co.uk", "shop.other.co.uk", False),
        ("shop.acme.co.uk", "login.acme.co.uk", True),
        ("192.0.2.7", "198.51.2.7", False),
        ("localhost", "localhost", False),
    ],
)
def test_hosts_of_one_owner_are_told_by_the_name_that_is_registered(here: str, there: str, same: bool) -> None:
    assert same_owner(here, there) is same_owner(there, here) is same


def test_what_is_only_asked_or_quoted_is_not_said() -> None:
    assert "report.not_allowed_words" not in found("401 on https://a.test/x. Is the name maybe not allowed?")
    assert "report.not_allowed_words" in found("401 on https://a.test/x. The name is not allowed.")
    assert "report.password_words" not in found('https://a.test/x says "wrong user name or password".')
