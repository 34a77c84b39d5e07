"""Reasons that stand in an answer's headers, and headers that tell none."""

from datetime import UTC, datetime

import pytest

from bot.model import Exchange
from bot.reading.says import in_exchange, in_probes

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def answer(name: str, value: str, status: int = 401) -> Exchange:
    return Exchange(method="GET", url="https://a.test/x", status=status, response_headers=((name, value),), at=AT)


@pytest.mark.parametrize(
    ("name", "value", "finding"),
    [
        ("X-Auth-Error", "token expired", "says.token_expired"),
        ("Grpc-Message", "token%20is%20expired", "says.token_expired"),
        ("X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE; login-url=https://a.test/login", "says.account_blocked"),
        ("x-ms-diagnostics", '2000003;reason="The audience claim value is invalid"', "says.audience_wrong"),
        ("registry-notice", "Due to an incident, all user tokens have been invalidated.", "says.token_revoked"),
    ],
)
def test_a_header_that_says_why(name: str, value: str, finding: str) -> None:
    assert finding in {f.id for f in in_exchange(answer(name, value), "pasted", 0.8)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Deprecation-Notice", "v1 will be removed"),
        ("Set-Cookie", "error=tok_stale; Path=/"),
        ("X-Error-Id", "a82bcd"),
        ("X-Trace", "tok stale"),
        ("registry-notice", "You may renew your token at any time."),
    ],
)
def test_a_header_that_tells_no_reason(name: str, value: str) -> None:
    assert not list(in_exchange(answer(name, value), "pasted", 0.8))


def test_what_is_said_of_everybody_weighs_more_than_what_a_made_up_credential_is_told() -> None:
    everybody = in_probes([("made_up", answer("x-notice", "All tokens have been revoked", 200))])
    single = in_probes([("made_up", answer("x-notice", "the token was voided"))])
    assert everybody.findings[0].trust > single.findings[0].trust
