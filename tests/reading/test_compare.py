from datetime import UTC, datetime
from typing import Any

import pytest

from bot.intake import read
from bot.model import Collected, Exchange
from bot.reading.compare import WANTED_HEADER, compare
from bot.services import Service

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def compared(text: str, *answers: Exchange, service: Service | None = None) -> dict[str, str]:
    report = read(text, posted_at=NOON)
    found: Collected = compare(report, [("without", a) for a in answers], service, ())
    return {f.id: f.text for f in found.findings}


def refused(challenge: str = "", body: str = "") -> Exchange:
    headers: Any = (("WWW-Authenticate", challenge),) if challenge else ()
    return Exchange(status=401, response_headers=headers, body=body)


BEARER = "curl https://api.a.test/x -H 'Authorization: Bearer abcdef0123456789abcdef'"


def test_a_scheme_that_is_not_offered_is_named() -> None:
    assert "request.scheme_not_offered" in compared(BEARER, refused('Basic realm="a"'))
    assert "request.scheme_not_offered" not in compared(BEARER, refused('Bearer realm="a", Basic'))
    assert "request.scheme_not_offered" not in compared("401 on https://api.a.test/x", refused("Basic"))


def test_the_header_that_is_set_in_code_is_held_against_the_one_that_is_wanted() -> None:
    code = "401 on https://api.a.test/v1\nsession.headers['Authorization'] = f'Token {KEY}'"
    assert "request.other_header_wanted" in compared(code, refused(body='{"error":"X-Api-Key header missing"}'))
    other = '401 on https://api.a.test/v1\nreq.Header.Set("X-Api-Key", key)'
    assert "request.other_header_wanted" in compared(other, refused(body='{"error":"Authorization header missing"}'))
    assert "request.other_header_wanted" not in compared(code, refused(body="Authorization header missing"))


def test_the_header_that_is_wanted_is_held_against_the_one_that_is_sent() -> None:
    text = "GET https://api.a.test/v1 -> 401\nX-API-Key: pk_live_****"
    assert "request.key_in_header" in compared(text)
    assert "request.other_header_wanted" in compared(text, refused(body='{"error": "X-Partner-Key header missing"}'))
    assert "request.other_header_wanted" not in compared(text, refused(body='{"error": "X-API-Key header missing"}'))
    told = Service(name="a", hosts=("api.a.test",), key_header="X-Partner-Key")
    assert "request.other_header_wanted" in compared(text, service=told)
    spoken = "401 on https://a.example.com/x, the key is sent in the Authorization header"
    assert "request.other_header_wanted" in compared(spoken, service=told)
    assert "request.other_header_wanted" not in compared(spoken)


def test_a_service_that_takes_tokens_besides_keys_looks_for_tokens_in_authorization() -> None:
    both = Service(name="a", hosts=("api.a.test",), key_header="X-Partner-Key")
    assert "request.other_header_wanted" in compared(BEARER, refused('ApiKey realm="a"'), service=both)
    assert "request.other_header_wanted" not in compared(BEARER, refused('Bearer realm="a"'), service=both)
    glued = BEARER.replace("Bearer", "Bearer:")
    assert "request.other_header_wanted" not in compared(glued, refused('Bearer realm="a"'), service=both)


@pytest.mark.parametrize("piece", ["x-a-", "a-b", "x-api-key is ", "[x-api-key, "])
def test_headers_are_looked_for_in_endless_words_too(piece: str) -> None:
    """Unbounded, the first of these takes minutes."""
    assert WANTED_HEADER.findall(piece * 20_000 + " missing x-api-key")[-1][2] == "x-api-key"


def test_a_claim_that_is_asked_for_and_absent() -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIiwiZXhwIjoxNzk1MjIwNDk4fQ." + "a" * 43
    text = f"401 on https://api.a.test/x with {token}\n\nHTTP/1.1 401\n\n" + '{{"error": "claim {} is missing"}}'
    assert "token.claim_missing" in compared(text.format("tenant"))
    assert "token.claim_missing" not in compared(text.format("sub"))


def test_another_environment_of_the_same_owner_beside_the_failing_host() -> None:
    text = "keys made on https://testnet.a.test fail: GET https://api.a.test/x is 401"
    assert "report.other_environment_words" in compared(text)
    assert "report.other_environment_words" not in compared(text.replace("testnet.a.test", "docs.b.test"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("our account is at https://app.eu.mail.test, GET https://api.mail.test/v3/x is 401", True),
        ("wir sind auf app.datahaus.eu, GET https://api.datahaus.com/v1/validate gibt 401", True),
        ("when I log in it takes me to my.mail.test; GET https://www.mail.test/api/x is 401", True),
        ("quand je me connecte ça me renvoie vers espace.mail.test; GET https://api.mail.test/x -> 401", True),
        ("docs at https://docs.mail.test say so, GET https://api.mail.test/v3/x is 401", False),
        ("it redirects me to login.mail.test first, then GET https://api.mail.test/v3/x is 401", False),
        ("GET https://api.eu.mail.test/v3/x is 401, the other one at app.eu.mail.test works", False),
        ("seen at news.co.uk, GET https://api.shop.co.uk/x is 401", False),
    ],
)
def test_a_region_or_the_host_that_an_account_lives_at(text: str, told: bool) -> None:
    assert ("report.other_environment_words" in compared(text)) is told
