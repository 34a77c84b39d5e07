"""What values in a refusal tell whatever the words around them, and what tells nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.lexicon import meanings, values

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
TELLS = {
    "webhook signature invalid (timestamp: 1796025548, body: x)": "says.request_time_skewed",
    '{"msg":"HMAC mismatch","x-acme-timestamp":"1794000000123"}': "says.request_time_skewed",
    "zegel is 4012 s oud, max 300 s": "says.request_time_skewed",
    "stamped 11:42, 17m48s behind us, tolerance 5m": "says.request_time_skewed",
    "drift_s=640 limit_s=300": "says.request_time_skewed",
    "ticket 70m old, at most 1h": "says.token_expired",
    "nobody moved for 45 min, idle, more than 30 min": "says.session_expired",
    "lid valid until 2026-11-24T11:00:00Z": "says.token_expired",
    "opens not before 2026-11-24T12:00:40Z": "says.token_not_yet_valid",
    "header says HS512; we take ES256, EdDSA": "says.algorithm_rejected",
    "peer 198.51.100.7 is in none of 10.0.0.0/8, 172.16.0.0/12": "says.caller_blocked",
    "made by https://id.acme.test/realms/b, only https://id.acme.test/realms/a counts": "says.issuer_wrong",
    'want "Bearer <jwt>", got "Basic c3Z…"': "says.scheme_unsupported",
    'Get "https://sso.acme.test/keys": context deadline exceeded': "says.idp_unreachable",
    "ask https://sso.acme.test/keys (timeout=5): timed out": "says.idp_unreachable",
    'Traceback\n  File "/a.py", line 4, in ask\n    get(url, timeout=9)\nReadTimeout: https://sso.acme.test/keys': (
        "says.idp_unreachable"
    ),
    "whoami failed: dial tcp 10.3.0.9:8443: connection refused": "says.idp_unreachable",
    'card service replied 401 "terminal key unknown" to our lookup': "says.upstream_refused",
    "Ausweis von https://id.acme.test/realms/b, erwartet https://id.acme.test/realms/a": "says.issuer_wrong",
    "stamp of shop-staging, this house is shop-prod": "says.environment_mismatch",
    "exp 1795518000": "says.token_expired",
    "exp=1795528800000 now=1795532400000": "says.token_expired",
    "nbf 1795524000 > 1795523990": "says.token_not_yet_valid",
    "iat: 1795525200": "says.token_not_yet_valid",
    "the watch runs nine minutes ahead of ours, and three is all we forgive": "says.request_time_skewed",
    "Sitzung ruhte 29 Minuten, nach 20 ist Schluss": "says.session_expired",
    "evento chegou atrasado 20 minutos, aceitamos 5": "says.request_time_skewed",
    "second proof is four hours old, and this room asks for one of the last ten minutes": "says.step_up_required",
    "il lasciapassare valeva fino al 23/11/2026": "says.token_expired",
    "reading-room pass 7712 ran till 2026-11-23": "says.token_expired",
    "visitor class C, scans are for class A and B": "says.scope_missing",
    "card carries the stamp of heating-probe, this door is heating-betrieb": "says.environment_mismatch",
    "l'en-tête commence par Jeton alors que nous lisons Bearer": "says.scheme_unsupported",
    'header is "Token eyJh…", this module reads "Bearer"': "says.scheme_unsupported",
}
TELLS_NOTHING = (
    "webhook signature invalid, timestamp: 1795521000",
    "bad signature, x-acme-timestamp=1795527000",
    "delivery retried, request_timestamp=1794000000",
    "ticket age 12s, limit 300s",
    "idle 3 min, max 30 min",
    "answered after 4012 ms, retry in 300 ms",
    "3 retries, 2 s apart",
    "lid valid until 2026-11-24T13:00:00Z",
    "not before 2026-11-24T11:00:00Z",
    "alg RS256, allowed RS256, ES256",
    "keys loaded: RS256, ES256",
    "peer 10.1.2.3 is in 10.0.0.0/8",
    "peer 198.51.100.7 not in trusted proxies 10.0.0.0/8, X-Forwarded-For ignored",
    "asked https://id.acme.test/realms/a for the keys of https://shop.acme.test",
    "copying staging to prod",
    "exp 1795525200, iat 1795518000",
    "exp 1795518000 now 1795517000",
    "expected 1795518000 bytes, now 12",
    "answered 401 to GET /orders, see our docs",
    "replied 200 in 401 ms to our lookup",
    "offers Basic, Bearer",
    "Bearer accepted, Basic is on as well",
    'no live upstreams, connection refused, upstream: "http://10.0.0.5:8080"',
    "fetched https://sso.acme.test/keys in 12 ms",
    "https://shop.test/live wants this",
    "Sitzung ruhte 12 Minuten, nach 20 ist Schluss",
    "Sitzung ruhte 29 Minuten, Platz 20",
    "pass good till 2026-11-24",
    "visitor class A, scans are for class A and B",
    'header is "Bearer eyJh…", this module reads "Bearer"',
    "nine minutes and three attempts",
    "settings: base_url=https://api.acme.test request_timeout=10",
    'retry({"url": "https://api.acme.test", "timeout": 30})',
    "refused by https://api.acme.test\n    at settle (/a/b.js:17:12)\n    at listOnTimeout (internal/timers.js:5:1)",
    'web | GET https://a.test: 401\nweb |   File "/a.py", line 7, in get\nweb |     get(url, timeout=timeout)',
    "https://api.acme.test said no\n   at Shop.Http.Timeout(Uri at) in /src/Http.cs:line 40",
)


@pytest.mark.parametrize(("line", "finding"), TELLS.items())
def test_values_tell_what_no_word_says(line: str, finding: str) -> None:
    assert [m.finding for m in meanings(line, (), AT)] == [finding]


@pytest.mark.parametrize("line", TELLS_NOTHING)
def test_values_that_fit_tell_nothing(line: str) -> None:
    assert list(values.told(line, AT)) == []


def test_without_the_time_of_the_line_no_end_has_passed() -> None:
    assert meanings("lid valid until 2026-11-24T11:00:00Z") == ()


@pytest.mark.parametrize(
    "line",
    [
        "lid valid until 9999-12-31",
        "lid expires at 31.12.9999",
        "lid expired, expiry 0001-01-01T00:00:00Z",
        "until 0001-01-01",
        "lid valid until 2027-02-29",
        "webhook: timestamp 2026-11-24T11:59:59Z, within 300ſ",
    ],
)
def test_a_moment_that_stands_for_none_has_not_passed(line: str) -> None:
    assert not any("has passed" in m.words for m in meanings(line, (), AT))


def test_the_day_that_only_some_years_have_is_one() -> None:
    assert [m.finding for m in meanings("lid valid until 29/02 11:00", (), datetime(2028, 3, 1, tzinfo=UTC))] == [
        "says.token_expired"
    ]


@given(st.text(alphabet=st.sampled_from("0123456789.:/-smh <>=TZabiunlt"), max_size=200))
def test_any_values_are_read_without_harm(text: str) -> None:
    assert all(subject in {"", "clock", "session"} or state for subject, state, _ in values.told(text, AT))


NOW = datetime(2026, 11, 30, 8, 21, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "skewed"),
    [
        ("signature check failed: timestamp 1796025548 not within 300s", True),
        ("hmac refused, date 2026-11-30T07:59:08Z, window 900s", True),
        ("signature check failed: timestamp 1796026870 not within 300s", False),
        ("hmac refused, date 2026-11-30T07:59:08Z, window 3600s", False),
        ("hmac refused, date 2026-11-30T07:59:08Z", False),
    ],
)
def test_a_signature_beside_a_time_beyond_its_limit_is_refused_for_its_time(line: str, skewed: bool) -> None:
    found = {m.finding for m in meanings(line, (), NOW)}
    assert ("says.request_time_skewed" in found) is skewed and (not skewed or len(found) == 1)


def test_a_field_that_counts_states_nothing() -> None:
    assert not meanings('{"msg":"SUCCESS","refreshToken":"eyJ","tokenExpired":604800}')
