from dataclasses import replace
from typing import Any

import pytest

from bot.logs.interface import Found
from bot.model import Entry, Report
from bot.reading.scene import Scene, route
from bot.reading.traces import LONGEST, outgoing, own_hosts
from tests.reading.scenes import NOON, entry, ids, reading

MINE: dict[str, Any] = {"status": 401, "client": "203.0.113.9", "user_agent": "curl/8", "user": "lena"}
OTHER: dict[str, Any] = {"status": 200, "client": "203.0.113.5", "user_agent": "axios/1.7", "user": "omar"}
OURS = frozenset({"api.acme.test"})


def line(text: str, second: float = 0, **known: Any) -> Entry:
    """A line of the application, which names no request."""
    named = {"method": None, "path": None, "format": "plain", "file": "app.log", "message": text}
    return entry(second, **{**named, "text": text, **known})


def with_lines(*texts: str) -> set[str]:
    """What is read when the application logged these lines for the failing request."""
    mine = entry(0, **MINE, ids=("req-1",))
    lines = tuple(line(text, ids=("req-1",)) for text in texts)
    report = Report(text="401", posted_at=NOON, path="/v1/items", host="api.acme.test")
    return ids(reading(mine, lines, report, request=(mine, *lines)))


@pytest.mark.parametrize(
    "text",
    [
        'HTTP Request: GET https://ledger.partner.test/v2/balance "HTTP/1.1 401 Unauthorized"',
        "POST https://ledger.partner.test:8443/v2/pay -> 401 in 31 ms",
        "requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: https://ledger.partner.test/v2/pay",
        "calling https://ledger.partner.test/v2/pay failed with status 401",
        "ledger.partner.test said 401 to us, handing that on",
        "FxRates: ledger.partner.test answered with a plain 403",
    ],
)
def test_a_refused_call_further_on_is_no_refusal_of_the_caller(text: str) -> None:
    assert outgoing(line(text), OURS) == "ledger.partner.test"
    assert {f for f in with_lines(text) if f.startswith(("says.", "log.upstream"))} == {"log.upstream_refused"}


@pytest.mark.parametrize(
    "text",
    [
        "GET https://ledger.partner.test/v2/balance -> 200 in 401 ms",
        "GET https://api.acme.test/v1/items -> 401",
        "GET /v1/items 401, see https://docs.acme.test/errors",
        "POST https://ledger.partner.test/v2/4011 -> 502",
        "api.acme.test said 401 to lena",
        "lena@ledger.partner.test gave 401 as a reason",
        "ledger.partner.test answered 200 after 401 ms",
    ],
)
def test_own_refusals_and_calls_that_went_well_are_none(text: str) -> None:
    assert outgoing(line(text), OURS) is None
    assert "log.upstream_refused" not in with_lines(text)


def test_an_access_line_is_an_own_request() -> None:
    referred = 'GET /v1/items 401 "https://shop.acme.test/cart" -> 401'
    assert outgoing(entry(0, **MINE, text=referred), OURS) is None


@pytest.mark.parametrize("piece", ["https://a", "https://a.", "GET https://a -> ", "401 for url ", "https://a:1/-"])
def test_endless_records_are_read_up_to_a_bound(piece: str) -> None:
    """Unbounded, the first of these takes minutes."""
    assert outgoing(line(f"401 {piece * 20_000}"), frozenset({"a"})) in {None, "ahttps"}
    late = " " * LONGEST + "GET https://ledger.partner.test/ -> 401"
    assert outgoing(line(late), OURS) is None


def test_a_service_goes_by_the_names_that_it_was_asked_by() -> None:
    asked = (entry(0, **MINE, host="Shop.acme.test:443"), entry(1, **OTHER, host=None))
    scene = Scene(
        Report(text="", posted_at=NOON, host="api.acme.test"), Found(request=asked[:1], around=asked, how="id")
    )
    assert own_hosts(scene) == {"api.acme.test", "shop.acme.test"}


def test_the_callers_last_renewal_counts_and_nobody_elses() -> None:
    refused = entry(-5, **{**MINE, "status": 400}, method="POST", path="/oauth/token")
    renewed = replace(refused, status=200, time=NOON)
    assert "log.renewal_refused" in ids(reading(entry(1, **MINE), [refused]))
    assert "log.renewal_refused" in reading(entry(1, **MINE), [refused, renewed]).looked_for
    assert "log.renewal_refused" not in ids(reading(entry(1, **MINE), [refused, renewed]))
    others = replace(refused, client=OTHER["client"], user="omar", user_agent="axios/1.7")
    assert "log.renewal_refused" not in ids(reading(entry(1, **MINE), [others, entry(2, **OTHER)]))


def test_a_sign_out_of_the_caller_ends_what_came_after_it() -> None:
    out = entry(-60, **{**MINE, "status": 204}, method="POST", path="/v1/logout")
    assert "log.signed_out_before" in ids(reading(entry(0, **MINE), [out]))
    assert "log.signed_out_before" not in ids(reading(entry(0, **MINE), [replace(out, status=401)]))
    assert "log.signed_out_before" not in ids(reading(entry(-90, **MINE), [out]))


def test_a_short_name_inside_other_words_is_nobodys() -> None:
    """`al` is not the one who called `/sessions/all`."""
    out = entry(-60, **OTHER, method="DELETE", path="/sessions/all", text="DELETE /sessions/all omar 204")
    mine = entry(0, **{**MINE, "user": "al"})
    assert "log.signed_out_before" not in ids(reading(mine, [out]))
    by_admin = replace(out, text="POST /admin/revoke by=omar target=Al 200", path="/admin/revoke")
    assert "log.signed_out_before" in ids(reading(mine, [by_admin]))


def test_the_header_that_is_let_in_is_told_from_the_one_that_is_not() -> None:
    key, bearer = (("headers.x-api-key", "***"),), (("headers.authorization", "***"),)
    fine = [entry(n, **OTHER, fields=key) for n in (1, 2)]
    (said,) = [
        f for f in reading(entry(0, **MINE, fields=bearer), fine).findings if f.id == "log.other_header_accepted"
    ]
    assert said.text == "The request brings authorization; those that are let in bring x-api-key"
    one_alike = [*fine, entry(3, **OTHER, fields=bearer)]
    assert "log.other_header_accepted" not in ids(reading(entry(0, **MINE, fields=bearer), one_alike))
    assert "log.other_header_accepted" not in reading(entry(0, **MINE), fine).looked_for


@pytest.mark.parametrize(
    "text",
    [
        "litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided: sk-…9931.",
        "StripeAuthenticationError: Invalid API Key provided: sk_live_…4421",
        "feign.FeignException$Unauthorized: [401 Unauthorized] during [GET] to [http://rates:80/latest] [R#l()]",
    ],
)
def test_what_a_provider_says_of_the_services_own_key_is_nothing_of_the_callers(text: str) -> None:
    assert {f for f in with_lines(text) if f.startswith("says.")} == {"says.upstream_refused"}


def test_in_a_clients_own_log_the_providers_words_are_of_the_reporters_key() -> None:
    own = line("openai.AuthenticationError: Error code: 401 - Incorrect API key provided: AfkWT****PHmn.")
    seen = ids(reading(None, [own], Report(text="401", posted_at=NOON), request=(own,)))
    assert "says.key_invalid" in seen
    assert "says.upstream_refused" not in seen


@pytest.mark.parametrize(
    ("later", "signed_out"),
    [
        ((), True),
        ((entry(-30, **{**OTHER, "method": "POST", "path": "/login", "user": None, "client": "203.0.113.9"}),), True),
        ((entry(-30, **{**MINE, "method": "POST", "path": "/login", "status": 200, "user": None}),), False),
    ],
)
def test_who_is_refused_without_a_name_is_known_from_before(later: tuple[Entry, ...], signed_out: bool) -> None:
    """Signed out from elsewhere, under the name as which the failing client alone was let in."""
    elsewhere = {**OTHER, "user": "lena", "client": "203.0.113.70", "method": "POST", "path": "/logout/all"}
    before = [entry(-300, **{**MINE, "status": 200}), entry(-200, **OTHER), entry(-60, **elsewhere)]
    nameless = {**MINE, "user": None}
    told = ids(reading(entry(0, **nameless), [*before, *later]))
    assert ("log.signed_out_before" in told) is signed_out


def test_a_name_that_several_came_as_is_nobodys() -> None:
    elsewhere = {**OTHER, "user": "lena", "client": "203.0.113.70", "method": "POST", "path": "/logout/all"}
    before = [entry(-300, **{**MINE, "status": 200}), entry(-290, **{**MINE, "status": 200, "user": "pia"})]
    told = ids(reading(entry(0, **{**MINE, "user": None}), [*before, entry(-60, **elsewhere), entry(-50, **OTHER)]))
    assert "log.signed_out_before" not in told


def test_calls_that_are_numbered_are_one_route() -> None:
    assert route("/rooms/7/send/m10") == route("/rooms/8/send/m9") != route("/rooms/8/send/note")
    assert route("/api/v1") != route("/api/v2")
    assert route("/reports/2026q1/pdf") != route("/reports/2026q2/pdf")


GRANT = "/oauth/authorized_applications/37"


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("DELETE", GRANT, True),
        ("POST", "/settings/api-keys/4/revoke", True),
        ("GET", GRANT, False),
        ("POST", "/settings/api-keys", False),
        ("DELETE", "/v1/items/4", False),
    ],
)
def test_what_a_caller_took_off_the_account_ended_what_was_let_in(method: str, path: str, told: bool) -> None:
    mine: dict[str, Any] = {"client": "203.0.113.9", "user_agent": "Elk/15"}
    before = entry(-900, **mine, status=200)
    gone = entry(-300, client="203.0.113.9", user_agent="Mozilla/5.0 Safari/605", method=method, path=path, status=302)
    others = [entry(-200 + n, **OTHER) for n in range(3)]
    found = ids(reading(entry(0, **mine, status=401), [before, gone, *others]))
    assert ("log.credential_ended" in found) is told
    assert "log.credential_ended" not in ids(reading(entry(0, **mine, status=401), [gone, *others]))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('FetchError: [POST] "https://api.acme.test/auth/refresh": 401 Unauthorized', True),
        ("POST https://id.acme.test/oauth/refresh-token -> 401", True),
        ('FetchError: [POST] "https://api.acme.test/auth/refresh": 200 OK', False),
        ('FetchError: [GET] "https://api.acme.test/refresh-rates/7": 401 Unauthorized', False),
    ],
)
def test_a_renewal_that_a_program_logs_as_refused_is_what_is_refused(text: str, told: bool) -> None:
    assert ("log.renewal_refused" in with_lines(text)) is told
