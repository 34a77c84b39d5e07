"""Wording of a team's own: what its words put together mean, and what means nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import KnowledgeError
from knowledge.findings import findings
from knowledge.lexicon import meanings
from knowledge.lexicon.meaning import SHOWN, Meaning
from knowledge.lexicon.words import FILE, beginning, vocabulary
from knowledge.messages import LIFECYCLE, patterns

Read = tuple[str, tuple[Meaning, ...]]

GOOD = (Path(__file__).parents[1] / "messages" / "good.log").read_text(encoding="utf-8").splitlines()
OWN_WORDS = {
    'bergwerk: key was cut for ring "trial", this is ring "live"': "says.environment_mismatch",
    "token belongs to cluster blue, this is cluster green": "says.environment_mismatch",
    "Schlüssel gehört zu Kreis Übung, hier ist Kreis Echt": "says.environment_mismatch",
    "token for audience billing, this is audience orders": "says.audience_wrong",
    "all user tokens have been invalidated": "says.token_revoked",
    "token of user u7 revoked": "says.token_revoked",
    "login refused: captcha required for k.hansen": "says.account_blocked",
    "host check: drucker-eg is not an allowed local address": "says.caller_blocked",
    "origin http://nas.local is not on the list of permitted hosts, refusing": "says.caller_blocked",
    "Request from 10.1.2.3 not in trusted range": "says.caller_blocked",
    "claims.gate.PassIncompleteException: pass of u1 names no 'office', cannot tell which files to lay out": (
        "says.claim_missing"
    ),
    "W turned down\nGate::TokenPartial (token of u7 does not name a mandant)\nlib/gate.rb:44:in `check'": (
        "says.claim_missing"
    ),
    "abgewiesen: Ausweis von k3 nennt keine 'filiale'": "says.claim_missing",
    "deny: sub u-12 carries no branch, cannot choose a shop": "says.claim_missing",
    "token of u7 has no mandant": "says.claim_missing",
    "abgewiesen: Token von k3 trägt keine Filiale": "says.claim_missing",
    "because=keyCellAlien keyCell=rehearsal thisCell=trading": "says.environment_mismatch",
    "grund=kreisFremd schluesselKreis=uebung eigenerKreis=echtbetrieb": "says.environment_mismatch",
    "refused stampIssuer=https://sso.old.test ourIssuer=https://sso.new.test": "says.issuer_wrong",
    "GET /feed 401 audience is mail, wanted feed": "says.audience_wrong",
    "GET /tariffs A:OK:acct-5 U:TARIFF:401:as=svc-meterbox =401": "says.upstream_refused",
    "portal GET /weather | AUTH pass user=p2 | DEP weather 401 as svc-portal | RET 401": "says.upstream_refused",
    'level=ERROR msg="provider call failed" team=blue err="mistral: status 401: Unauthorized"': "says.upstream_refused",
    "seal on crumb of g.ferro does not fit": "says.session_unknown",
    "deny rc=4 why=tok_stale age=4211s": "says.token_expired",
    "auth: sig=ok aud=ok iss=ok exp=past": "says.token_expired",
    "acceso denegado: token caducado hace 340 s": "says.token_expired",
    "401 sub=u1 aud=mobile need=backend": "says.audience_wrong",
    "iss=A want=B": "says.issuer_wrong",
    "deny tenant=acme expected=globex": "says.claim_missing",
    "audience: got billing want orders": "says.audience_wrong",
    "kid v1 != v2": "says.key_unknown",
    "password got ‹password› want ‹password›": "says.password_wrong",
    "client secret: got key…#12ab34 want key…#98fedc": "says.client_auth_failed",
    "AUTHZ-017 AudienceMismatch want=billing got=catalog": "says.audience_wrong",
    "check failed rule=aud expected=billing actual=catalog": "says.audience_wrong",
    "token ok, audience wrong": "says.audience_wrong",
    "token minted by id-stg.acme.test, not trusted here": "says.issuer_wrong",
    'verdict "KidNotInKeyring"': "says.key_unknown",
    "Sitzung abgelaufen für Benutzer lena": "says.session_expired",
    "sess 8f3 idle 41m > 30m, kicked": "says.session_expired",
    "gate=closed reason=KEY_RETIRED key=ak_42": "says.token_revoked",
    "login lena -> account frozen after 5 tries": "says.account_blocked",
    "keine Anmeldung: Kennwort falsch": "says.password_wrong",
    "partner bank answered 401 to our own token": "says.upstream_refused",
    "introspect call failed: timeout after 2000ms": "says.idp_unreachable",
    "stepUpRequired acr=1 need=2": "says.step_up_required",
    "caller 10.2.3.4 not in allowlist": "says.caller_blocked",
    "csrf cookie and form differ": "says.csrf_failed",
    "appears to be a CSRF attempt": "says.csrf_failed",
    "possible XSRF attack from the same browser": "says.csrf_failed",
    "Authentication using apikey failed - Illegal base64 character 3a": "says.header_malformed",
    "Basic login: invalid base64 character ':' in the header": "says.header_malformed",
    "cannot read credentials: not a valid Base-64 string": "says.header_malformed",
    "hmac over body differs from x-sig": "says.request_signature_mismatch",
    "webhook: sig mismatch": "says.request_signature_mismatch",
    "jwt: sig mismatch": "says.signature_invalid",
    "request timestamp 412s off, outside tolerance": "says.request_time_skewed",
    "scope orders:write not in token": "says.scope_missing",
    "Zertifikat fehlt": "says.client_certificate_missing",
    "refresh token already used, family dead": "says.refresh_refused",
    "sandbox key used in production": "says.environment_mismatch",
    "no key for kid 2026-11": "says.key_unknown",
    "2fa code missing": "says.step_up_required",
    "session=none": "says.session_unknown",
    "badge withdrawn, not in force": "says.token_revoked",
    "sitting 9f21 was closed at 06:41, not let in": "says.sessions_ended",
    "signed in with password only, this drawer wants more": "says.step_up_required",
    "ticket made out to hr-api, we are gl-api": "says.audience_wrong",
    "Mitglied 5520 ruht": "says.account_blocked",
    "seal differs over 17911 bytes": "says.request_signature_mismatch",
    "renewal turned down: slip already redeemed": "says.refresh_refused",
    "caller outside the permitted ranges": "says.caller_blocked",
    "turned away: no pass shown": "says.no_credentials",
    "tenant_mismatch": "says.claim_missing",
    "tok_kind wrong": "says.token_wrong_type",
    "jwt: 2 dots expected, 1 found": "says.token_malformed",
    "Cookie gezeigt, im Speicher nicht mehr vorhanden": "says.session_expired",
    "user svc-old is among the leavers": "says.account_blocked",
    '{"fehler":"Schl\\u00fcssel ung\\u00fcltig"}': "says.key_invalid",
    "API key doesn't exist": "says.key_invalid",
    "renewal of c52 app=crew-ios turned down": "says.refresh_refused",
    "Sitzung 5d0c.. hier nicht bekannt": "says.session_not_found",
    "abgewiesen, Kennung ist bis 13:24 zugesperrt": "says.account_blocked",
    "three wrong PINs, card sleeps until tomorrow": "says.account_blocked",
    "Login abgewiesen: kein Konto zu k.weber@schule.test": "says.user_unknown",
    "Formularmarke stammt aus Sitzung f429.., Sitzung ist 265a..": "says.csrf_failed",
    "form of labor1 came without the one-time slip of its page": "says.csrf_failed",
    "the vault opens only after a touch of the security key": "says.step_up_required",
    "wer nur Lesesaal hat, darf nicht ins Magazin": "says.scope_missing",
    "den Schlüssel mit Ende 77aa kennen wir hier nicht": "says.key_invalid",
    "sa séance dort depuis 47 minutes et nous en tolérons 30": "says.session_expired",
    "nous ne connaissons pas cette clé": "says.key_invalid",
    "lasciapassare ritirato": "says.token_revoked",
    "il gettone del modulo viene dalla sessione a1.., quella aperta è b7..": "says.csrf_failed",
    "viene de 81.44.2.19, que no está entre las redes admitidas": "says.caller_blocked",
    "a assinatura do corpo não confere com a nossa conta": "says.request_signature_mismatch",
    "zijn pas zit op slot tot morgen 06:00": "says.account_blocked",
    "aberg nekades, lösenordet stämmer inte": "says.password_wrong",
    "kontot är låst till 22.01": "says.account_blocked",
    "odmowa, konta enowak u nas nie ma": "says.user_unknown",
    "mkaya oturumunun süresi dolmuş": "says.session_expired",
    "срок действия токена истёк вчера": "says.token_expired",
    "セッションの有効期限が切れています": "says.session_expired",
    "会话空闲45分钟，上限30分钟": "says.session_expired",
    "세션이 만료되었습니다": "says.session_expired",
}
MEANS_NOTHING = (
    'key was cut for ring "live", this is ring "live"',
    "csrf protection is on",
    "avatar upload: illegal base64 data at input byte 12",
    "basic settings read, base64 character set utf-8",
    "request took lane 3, this is lane 4",
    "session moved to node a1, this is node a2",
    "please solve the captcha to continue",
    "12 Expired refresh tokens deleted",
    "oauth2_provider: 3 Revoked refresh tokens deleted",
    "security.DEBUG: Authenticator set no success response: request continues.",
    "security.DEBUG: Remember me skipped: the RememberMeBadge is not enabled.",
    "OIDC: No x509 certificates provided, will use host's root CA set",
    "client is in the trusted range",
    "listening on local address 0.0.0.0:80",
    "de.acme.expired.token.Gate opened",
    "form of u1 has no 'office'",
    "sub u-12 has no more",
    "the page carries no advertisement",
    "subject of the mail has no reply",
    "report carries no title",
    "keyRealm=trading thisRealm=trading",
    "thisRow=7 otherRow=9",
    "GET /limits usr=none out=401",
    "gateway user=ok backend=401 ret=401",
    "aud=orders want=orders",
    "audience got orders want orders",
    "if (claims.aud != wanted) return next()",
    "retries 3 != 4",
    "kid v1 != v1",
    "got 3 want 4 workers",
    "Invalid or expired token",
    "refreshing expired token for user 7",
    "no expired sessions",
    "token not expired, going on",
    "0 expired tokens",
    "session closed for user root",
    "GET /docs/errors/token_expired HTTP/1.1",
    "see https://docs.acme.test/token-expired",
    "token expires in 300s",
    "removed 12 expired sessions",
    "status=401 session=a1dead77 token=9no4",
    "status=401 user=unknown country=unknown mfa=false role=none",
    "error at step 3",
    "no data at all",
    "duplicate key error",
    "KeyError: key 'name' not found",
    "SyntaxError: Unexpected token } in JSON",
    "jwks cache expired, fetching again",
    "auth service answered in 502 ms",
    "no token in cache, asking for another",
    "token past its lifetime but in grace, let in",
    "the test must pass before login",
    "user last seen yesterday",
    "page 3 of token list",
    "the token, in the form that we know",
    "Karte wird bis morgen zugestellt",
    "je ne sais pas, carte en main",
    "Sitzung ist nicht abgelaufen",
    "kontot är inte låst",
    "la sesión de ana sigue abierta hasta las 12",
)


@pytest.mark.parametrize(("line", "finding"), OWN_WORDS.items())
def test_words_nobody_recorded_are_put_together(line: str, finding: str) -> None:
    assert [m.finding for m in meanings(line)] == [finding]


@pytest.fixture(scope="module")
def samples() -> list[Read]:
    """What each recorded sentence of software says, and what its words are read as."""
    return [(p.finding, meanings(p.sample)) for p in patterns()]


def test_sentences_of_software_are_mostly_read_by_their_words_alone(samples: list[Read]) -> None:
    """Each is a stand-in for software that nobody prepared for (figures: `tests/bench/bench_unprepared.py`).

    The bounds are wide: sentences that the words read rightly are not recorded, so those that are record the others.
    """
    said = [(wanted, {m.finding for m in some if not m.weak}) for wanted, some in samples if wanted != LIFECYCLE]
    assert sum(wanted in found for wanted, found in said) / len(said) >= 0.28
    assert sum(bool(found) and wanted not in found for wanted, found in said) / len(said) <= 0.2


@pytest.mark.parametrize("line", [*MEANS_NOTHING, *GOOD])
def test_what_speaks_of_no_refusal_means_nothing(line: str) -> None:
    assert meanings(line) == ()


def test_a_logged_field_tells_as_much_as_prose() -> None:
    (meaning,) = meanings("denied", [("reason", "aud_not_ours"), ("status", "401")])
    assert (meaning.finding, meaning.weak) == ("says.audience_wrong", False)


@pytest.mark.parametrize("secret", ["hunter2", "s3cr3tPassw0rd77", "kJ8fQ2mZ7xWp4LrT9bVn"])
def test_what_is_quoted_holds_no_ids_and_secrets(secret: str) -> None:
    told = [*meanings(f"wrong password {secret}"), *meanings("", [("session", f"dead {secret}")])]
    told += meanings(f"key mismatch: got={secret} want=v2")
    assert {m.finding for m in told} >= {"says.password_wrong", "says.sessions_ended", "says.key_invalid"}
    assert secret not in str(told)


def test_of_fields_without_end_the_first_are_read() -> None:
    """Each of these takes long; a record may hold as many as its writer likes."""
    endless = [(f"token{i}", "expired token " * 10_000) for i in range(2_000)]
    assert {m.finding for m in meanings("", endless)} == {"says.token_expired"}
    assert meanings("", [("note", "x" * 9_000), ("reason", "aud_not_ours")])[0].finding == "says.audience_wrong"


def test_what_hardly_says_anything_is_weak() -> None:
    assert [(m.finding, m.weak) for m in meanings("bad token")] == [("says.token_invalid", True)]


def test_it_mostly_agrees_with_sentences_whose_meaning_is_known(samples: list[Read]) -> None:
    """It reads the samples of all known software, which it was not made from, and seldom says something else.

    They are the hardest there are: what it reads rightly needs no pattern, so each new one pulls the share down.
    """
    strong = [(wanted, {m.finding for m in some}) for wanted, some in samples if any(not m.weak for m in some)]
    right = sum(wanted in some for wanted, some in strong)
    assert len(strong) > len(samples) / 3
    assert right / len(strong) > 0.6  # those that it reads wrongly are recorded, those that it reads rightly are not


@given(st.text(max_size=400), st.lists(st.tuples(st.text(max_size=20), st.text(max_size=60)), max_size=4))
def test_any_text_is_read_without_harm(text: str, fields: list[tuple[str, str]]) -> None:
    for meaning in meanings(text, fields):
        assert meaning.finding in findings()
        assert len(meaning.words) <= SHOWN


def test_a_meaning_that_is_not_declared_names_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "words.yaml"
    broken.write_text(FILE.read_text().replace("  link: {expired: link_expired", "  link: {expired: link_old"))
    monkeypatch.setattr("knowledge.lexicon.words.FILE", broken)
    vocabulary.cache_clear()
    beginning.cache_clear()
    try:
        with pytest.raises(
            KnowledgeError, match=r"words.yaml:\d+: 'link: expired: link_old' names what is not declared"
        ):
            meanings("link expired")
    finally:
        vocabulary.cache_clear()
        beginning.cache_clear()
