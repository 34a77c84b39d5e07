"""Clients with a plain login where Digest, Negotiate or NTLM alone is offered."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.intake import read as read_report
from bot.logs.search import find
from bot.model import Exchange
from bot.reading.compare import compare
from bot.reading.summary import prepared, query, read

POSTED = datetime(2026, 11, 5, 19, 5, tzinfo=UTC)
SETTINGS = '"auth": {"username": "root", "password": "********"}'
DIGEST = 'Digest realm="cam", nonce="0006b3f1", qop="auth"'


def misfit(text: str, challenge: str) -> bool:
    answer = Exchange(status=401, response_headers=(("WWW-Authenticate", challenge),))
    report = read_report(f"401 from http://cam.test/param.cgi at 18:31 UTC\n{text}", posted_at=POSTED)
    return any(f.id == "request.scheme_not_offered" for f in compare(report, [("without", answer)], None, ()).findings)


@pytest.mark.parametrize(
    ("text", "challenge"),
    [
        (SETTINGS, DIGEST),
        (SETTINGS, "NTLM"),
        ("[sp]\nusername = WERK\\svc\npassword = xxxx", "Negotiate"),
        ("utilisateur: admin\nmot_de_passe: ******", DIGEST),
    ],
)
def test_a_login_in_settings_is_sent_as_basic(text: str, challenge: str) -> None:
    assert misfit(text, challenge)


@pytest.mark.parametrize(
    ("text", "challenge"),
    [
        (SETTINGS, 'Basic realm="cam"'),
        (f'{SETTINGS}, "type": "digest"', DIGEST),
        ('"auth": {"username": "root"}', DIGEST),
        ("curl --digest -u admin:xxxx http://cam.test/param.cgi", DIGEST),
        ("http -A digest -a admin:xxxx http://cam.test/param.cgi", DIGEST),
        ("curl --anyauth -u admin:xxxx http://cam.test/param.cgi", DIGEST),
    ],
)
def test_clients_that_speak_it_are_left_alone(text: str, challenge: str) -> None:
    assert not misfit(text, challenge)


def test_a_login_that_curl_sends_as_basic_does_not_fit() -> None:
    assert misfit("curl -u admin:xxxx http://cam.test/param.cgi", DIGEST)


@pytest.mark.parametrize(("settings", "absent"), [(SETTINGS, False), ("", True)])
def test_a_log_of_digest_alone_tells_basic_like_nothing(tmp_path: Path, settings: str, absent: bool) -> None:
    fine = "".join(
        f"Nov 05 18:{m}:00 cam httpd[311]: 10.1.1.4 viewer GET /image.cgi 200 auth=digest\n" for m in (25, 29)
    )
    refused = "Nov 05 18:31:10 cam httpd[311]: 10.1.1.9 - GET /param.cgi 401 auth=-\n"
    (tmp_path / "cam.log").write_text(fine + refused)
    report = read_report(f"401 from http://cam.test/param.cgi at 18:31 UTC\n{settings}", posted_at=POSTED)
    found = read(report, prepared(find(query(report), [str(tmp_path)])))
    ids = {f.id for f in found.findings}
    assert ("log.credentials_absent" in ids) == absent
    assert "log.others_answer_challenge" in ids
