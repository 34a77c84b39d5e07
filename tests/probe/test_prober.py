"""What a round of probes asks of real servers, and what it concludes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import knowledge
from bot.model import Collected, Exchange, Presented, Report
from bot.probe.gate import Policy
from bot.probe.prober import Probed, probe, responses
from bot.services import Service
from bot.stages import Stage

URL = "http://api.acme.test/v1/items"
BEARER = 'WWW-Authenticate: Bearer realm="api"'
Reply = Callable[..., bytes]


def report(url: str | None = URL, **known: Any) -> Report:
    return Report(text="", posted_at=datetime.now(UTC), url=url, **known)


def texts(probed: Probed) -> dict[str, str]:
    return {f.id: f.text for f in probed.collected.findings}


@pytest.fixture
def ask(serve: Any, anywhere: Any) -> Callable[..., Any]:
    """Runs a round against a handler of (method, path, headers)."""

    async def asking(handler: Callable[[str, str, dict[str, str]], bytes], about: Report) -> Probed:
        def split(line: str, headers: dict[str, str]) -> bytes:
            method, path, _ = line.split(" ")
            return handler(method, path, headers)

        async with serve(split) as port:
            return await probe(about, anywhere(port), None, deadline_s=30)

    return asking


async def test_asks_without_and_with_made_up_credentials_and_changes_nothing(ask: Any, reply: Reply) -> None:
    asked: list[tuple[str, str, str]] = []

    def handler(method: str, path: str, headers: dict[str, str]) -> bytes:
        asked.append((method, path, headers.get("authorization", "")))
        return reply("401 No", BEARER)

    probed = await ask(handler, report(method="POST", user_agent="okhttp/4"))
    assert {method for method, _, _ in asked} <= {"GET", "HEAD", "OPTIONS"}
    assert {scheme.partition(" ")[0] for _, _, scheme in asked} == {"", "Bearer", "Basic"}
    assert [label for label, _ in responses(probed)] == [
        "without", "made_up", "preflight", "options", "slash", "client", "other_scheme",
    ]  # fmt: skip
    assert texts(probed)["probe.refuses"] == f'GET {URL} without credentials: 401, challenge Bearer realm="api"'
    assert all("made-up" not in str(e.request_headers) for e in probed.exchanges)


@pytest.fixture
def declared() -> dict[str, Any]:
    root = Path(knowledge.__file__).parent
    loaded: dict[str, Any] = yaml.safe_load((root / "findings" / "probe.yaml").read_text())
    return loaded


async def test_every_finding_is_declared(ask: Any, reply: Reply, declared: dict[str, Any]) -> None:
    probed = await ask(lambda *_: reply("401 No", BEARER), report())
    ids = {f.id for f in probed.collected.findings} | probed.collected.looked_for
    assert ids - {"service.probe_refused"} <= declared.keys()


@pytest.mark.parametrize(
    ("status", "wanted"),
    [("200 OK", "open"), ("403 No", "forbidden"), ("404 No", "not_found"), ("405 No", "method_not_allowed"),
     ("407 No", "proxy_auth"), ("503 No", "server_error"), ("401 No", "no_challenge")],
)  # fmt: skip
async def test_tells_how_it_answers(ask: Any, reply: Reply, status: str, wanted: str) -> None:
    probed = await ask(lambda *_: reply(status), report())
    assert f"probe.{wanted}" in texts(probed)
    assert "probe.open" in probed.collected.looked_for


async def test_another_methods_404_says_nothing_of_the_reporters(ask: Any, reply: Reply) -> None:
    probed = await ask(lambda *_: reply("404 No"), report(method="POST"))
    assert "probe.not_found" not in texts(probed)
    assert "probe.not_found" not in probed.collected.looked_for
    wrong = await ask(lambda *_: reply("405 No", "Allow: GET, PUT"), report(method="POST"))
    assert "GET, PUT" in texts(wrong)["probe.method_not_allowed"]


async def test_nothing_at_the_root_of_a_host_says_nothing_of_the_call(ask: Any, reply: Reply) -> None:
    probed = await ask(lambda *_: reply("404 No"), report(url="http://api.acme.test"))
    assert "probe.not_found" not in texts(probed)
    assert "probe.not_found" not in probed.collected.looked_for


@pytest.mark.parametrize("status", ["404 No", "200 OK"])
async def test_a_base_address_says_nothing_of_the_calls_below_it(ask: Any, reply: Reply, status: str) -> None:
    probed = await ask(lambda *_: reply(status), report(under="/"))
    assert not {"probe.not_found", "probe.open"} & ({*texts(probed)} | probed.collected.looked_for)


def telling(reply: Reply) -> Callable[[str, str, dict[str, str]], bytes]:
    def handler(method: str, path: str, headers: dict[str, str]) -> bytes:
        if headers.get("authorization", "").startswith("Bearer "):
            return reply(
                "401 No", 'WWW-Authenticate: Bearer realm="api", error="invalid_token"', body=b'{"e":"bad token"}'
            )
        return reply("401 No", BEARER, "Server: nginx/1.22", body=b'{"e":"none given"}')

    return handler


PASTED = {
    "probe.reporter_like_without": Exchange(status=401, response_headers=(("WWW-Authenticate", 'Bearer realm="api"'),)),
    "probe.reporter_like_made_up": Exchange(status=401, body='{ "e": "bad token" }'),
    "probe.reporter_unlike_any": Exchange(
        status=401, response_headers=(("www-authenticate", 'Basic realm="Guest Wi-Fi"'),)
    ),
}


async def test_the_same_error_code_is_the_same_kind_of_answer(ask: Any, reply: Reply) -> None:
    said = 'Bearer realm="api", error="invalid_token", error_description="The token is old"'
    pasted = Exchange(status=401, response_headers=(("WWW-Authenticate", said),))
    found = texts(await ask(telling(reply), report(exchanges=(pasted,))))
    assert "invalid_token" in found["probe.reporter_like_made_up"]


async def test_a_realm_that_only_one_side_names_is_no_other_tier(ask: Any, reply: Reply) -> None:
    pasted = Exchange(status=401, response_headers=(("WWW-Authenticate", 'Bearer realm="x", error="weird"'),))
    found = texts(await ask(lambda *_: reply("401 No", "WWW-Authenticate: Bearer"), report(exchanges=(pasted,))))
    assert "probe.reporter_unlike_any" not in found


@pytest.mark.parametrize(
    ("presented", "sent"),
    [
        (Presented(place="header", name="X-API-Key", kind="api_key"), ("x-api-key", "made-up-by-locksmith-probe")),
        (Presented(place="cookie", name="sid", kind="opaque"), ("cookie", "sid=made-up-by-locksmith-probe")),
        (
            Presented(place="authorization", name="Authorization", scheme="Token", kind="opaque"),
            ("authorization", "Token made-up-by-locksmith-probe"),
        ),
        (Presented(place="header", name="X-HTTP-Method-Override", kind="opaque"), None),
        (Presented(place="header", name="X-Key\r\nHost: y", kind="opaque"), None),
        (Presented(place="authorization", scheme="Bearer", kind="opaque"), None),
    ],
)
async def test_a_made_up_credential_goes_where_the_reporters_did(
    ask: Any, reply: Reply, presented: Presented, sent: tuple[str, str] | None
) -> None:
    asked: list[dict[str, str]] = []

    def handler(method: str, path: str, headers: dict[str, str]) -> bytes:
        asked.append(headers)
        return reply("401 No", BEARER)

    probed = await ask(handler, report(presented=(presented,)))
    assert ("own_place" in probed.labels) == (sent is not None)
    assert sent is None or any(headers.get(sent[0]) == sent[1] for headers in asked)


async def test_a_key_goes_into_the_header_that_the_operator_names(serve: Any, reply: Reply, anywhere: Any) -> None:
    keys: list[str] = []

    def handler(line: str, headers: dict[str, str]) -> bytes:
        keys.append(headers.get("x-acme-key", ""))
        return reply("401 No")

    service = Service(name="x", hosts=("api.acme.test",), key_header="X-Acme-Key")
    async with serve(handler) as port:
        probed = await probe(report(), anywhere(port), service)
    assert "other_scheme" in probed.labels
    assert any(keys)


async def test_what_breaks_on_a_credential_is_seen(ask: Any, reply: Reply) -> None:
    def handler(method: str, path: str, headers: dict[str, str]) -> bytes:
        return reply("503 No") if "authorization" in headers else reply("401 No", BEARER)

    found = texts(await ask(handler, report()))
    assert "with a made-up credential: 503" in found["probe.server_error"]


@pytest.mark.parametrize("wanted", PASTED)
async def test_says_which_answer_the_reporters_is_like(ask: Any, reply: Reply, wanted: str) -> None:
    probed = await ask(telling(reply), report(exchanges=(PASTED[wanted],)))
    assert {i for i in texts(probed) if "reporter_" in i} == {wanted}
    assert "probe.made_up_taken_alike" not in texts(probed)
    assert "probe.made_up_taken_alike" in probed.collected.looked_for


async def test_a_service_that_makes_no_difference_cannot_tell_what_arrived(ask: Any, reply: Reply) -> None:
    pasted = Exchange(status=401, body="no", response_headers=(("www-authenticate", 'Bearer realm="api"'),))
    probed = await ask(lambda *_: reply("401 No", BEARER, body=b"no"), report(exchanges=(pasted,)))
    assert "probe.made_up_taken_alike" in texts(probed)
    assert not any("reporter_" in i for i in texts(probed))
    assert "probe.reporter_like_without" not in probed.collected.looked_for


async def test_walks_redirects_by_hand_and_notes_where_credentials_are_lost(ask: Any, reply: Reply) -> None:
    hosts: list[tuple[str, str]] = []

    def handler(method: str, path: str, headers: dict[str, str]) -> bytes:
        hosts.append((headers["host"], headers.get("authorization", "")))
        if headers["host"] == "api.acme.test":
            return reply("301 Moved", "Location: http://www.acme.test:8112/v1/items/")
        return reply("401 No", 'WWW-Authenticate: Basic realm="inventory"')

    probed = await ask(handler, report())
    assert probed.redirects[0].crosses
    found = texts(probed)
    assert "http://www.acme.test:8112/v1/items/" in found["probe.redirects_to_other_origin"]
    assert "probe.slash_variant_differs" in found
    assert "after the redirect" in found["probe.refuses"]


async def test_a_loop_of_redirects_ends(ask: Any, reply: Reply) -> None:
    probed = await ask(lambda *_: reply("302 Found", "Location: /v1/items"), report())
    assert len(probed.redirects) == 5
    assert "more than 4 redirects" in probed.collected.notes[0]
    assert "probe.redirects" in texts(probed)


async def test_a_redirect_to_a_forbidden_address_is_not_followed(ask: Any, reply: Reply) -> None:
    probed = await ask(lambda *_: reply("302 Found", "Location: http://user:pw@169.254.169.254/"), report())
    assert len(probed.redirects) == 1
    assert "user name" in str(probed.redirects[0].not_followed)
    assert "pw@" not in repr(probed)


async def test_a_sign_in_page_is_not_an_open_endpoint(ask: Any, reply: Reply) -> None:
    def handler(method: str, path: str, _: dict[str, str]) -> bytes:
        return reply("200 OK") if path.startswith("/login") else reply("302 Found", "Location: /login?next=/v1")

    probed = await ask(handler, report())
    assert {"probe.redirects", "probe.redirects_to_sign_in"} <= texts(probed).keys()
    assert "probe.open" not in texts(probed)


ORIGIN = "https://app.acme.test"


@pytest.mark.parametrize(
    ("status", "headers", "wanted"),
    [
        ("401 No", [], "preflight_refused"),
        ("204 OK", [], "preflight_without_cors"),
        ("204 OK", ["Access-Control-Allow-Origin: *"], "preflight_without_cors"),
        ("204 OK", ["Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: *"], "preflight_without_cors"),
        ("405 No", [f"Access-Control-Allow-Origin: {ORIGIN}"], "preflight_without_cors"),
        (
            "200 OK",
            [f"Access-Control-Allow-Origin: {ORIGIN}", "Access-Control-Allow-Headers: X-A, Authorization"],
            "preflight_ok",
        ),
    ],
)
async def test_asks_as_the_reporters_page_would(
    ask: Any, reply: Reply, status: str, headers: list[str], wanted: str
) -> None:
    def handler(method: str, path: str, sent: dict[str, str]) -> bytes:
        if method != "OPTIONS":
            return reply("401 No", BEARER)
        assert sent["origin"] == ORIGIN
        assert sent["access-control-request-method"] == "PUT"
        assert sent["access-control-request-headers"] == "authorization"
        return reply(status, *headers)

    probed = await ask(handler, report(origin=ORIGIN, method="PUT"))
    assert {i for i in texts(probed) if "preflight" in i} == {f"probe.{wanted}"}


@pytest.mark.parametrize(
    "mark", ["X-Cache: HIT from edge", "Age: 31", "CF-Cache-Status: HIT", "Cache-Status: edge; hit"]
)
async def test_a_cached_401_is_seen_and_a_new_query_gets_past_it(ask: Any, reply: Reply, mark: str) -> None:
    def handler(method: str, path: str, _: dict[str, str]) -> bytes:
        return reply("200 OK") if "?" in path else reply("401 No", mark, "Cache-Control: public, max-age=600")

    found = texts(await ask(handler, report()))
    assert {"probe.cache_hit", "probe.cacheable", "probe.query_changes_answer"} <= found.keys()


@pytest.mark.parametrize("rule", ["no-store", "private, max-age=60", "no-cache", "max-age=0", "s-maxage=0, public", ""])
async def test_an_answer_that_may_not_be_stored_is_not_called_cacheable(ask: Any, reply: Reply, rule: str) -> None:
    probed = await ask(lambda *_: reply("401 No", f"Cache-Control: {rule}", "X-Cache: MISS"), report())
    assert "probe.cacheable" not in texts(probed)
    assert "probe.cache_hit" not in texts(probed)


@pytest.mark.parametrize(("off", "words"), [(125, "ahead of"), (-3600, "behind"), (5, None)])
async def test_the_servers_clock_is_compared(ask: Any, reply: Reply, off: int, words: str | None) -> None:
    def handler(*_: Any) -> bytes:
        return reply("401 No", f"Date: {format_datetime(datetime.now(UTC) + timedelta(seconds=off), usegmt=True)}")

    probed = await ask(handler, report())
    assert "probe.clock_off" in probed.collected.looked_for
    assert (words in texts(probed)["probe.clock_off"]) if words else ("probe.clock_off" not in texts(probed))


@pytest.mark.parametrize(
    ("headers", "body", "wanted"),
    [
        (['WWW-Authenticate: Basic realm="Acme Access Gateway"'], b"", "gateway_realm"),
        (['WWW-Authenticate: Basic realm="Network inventory"'], b"", None),
        (['WWW-Authenticate: Basic realm="Guest network"'], b"", "gateway_realm"),
        (["Set-Cookie: _oauth2_proxy_csrf=x; Path=/"], b"", "gateway_realm"),
        (["Location: https://auth.example.com/?rd=https%3A%2F%2Fapi.example.com%2F&rm=GET"], b"", "gateway_realm"),
        (["Location: https://id.example.com/authorize?redirect_uri=https%3A%2F%2Fapi.example.com%2F"], b"", None),
        (['WWW-Authenticate: Basic realm="API Gateway"'], b"", None),
        (['WWW-Authenticate: Basic realm="Access to the staging site"'], b"", None),
        (["Server: cloudflare", "CF-Ray: 8a"], b"<title>Attention Required! | Cloudflare</title>", "firewall_marks"),
        (["Server: AkamaiGHost"], b"Access Denied. Reference #18.2f1a.170", "firewall_marks"),
        ([], b"your IP address 10.1.1.1 is not allowed", "firewall_marks"),
        (["Server: cloudflare", "CF-Ray: 8a"], b'{"error":"token expired"}', None),
        ([], b'{"message":"The client is not allowed to use this grant"}', None),
        ([], b'{"message":"The token is not allowed to do this"}', None),
    ],
)
async def test_knows_what_stands_in_front_by_its_marks(
    ask: Any, reply: Reply, headers: list[str], body: bytes, wanted: str | None
) -> None:
    found = texts(await ask(lambda *_: reply("401 No", *headers, body=body), report()))
    marks = {i for i in found if i in ("probe.gateway_realm", "probe.firewall_marks")}
    assert marks == ({f"probe.{wanted}"} if wanted else set())


async def test_an_answer_that_depends_on_the_client_is_a_firewalls(ask: Any, reply: Reply) -> None:
    def handler(method: str, path: str, headers: dict[str, str]) -> bytes:
        return reply("403 No" if "python" in headers["user-agent"] else "200 OK")

    probed = await ask(handler, report(user_agent="python-requests/2.32\r\nX: y"))
    assert "python-requests" in texts(probed)["probe.firewall_marks"]


@pytest.mark.parametrize(
    ("cookie", "limit"),
    [("sid=1; SameSite=lax", "SameSite=Lax"), ("sid=1; Path=/admin", "Path=/admin"), ("sid=1; Secure", "Secure"),
     ("sid=1; Domain=other.test", "Domain=other.test"), ("sid=1; Path=/; Domain=.acme.test", None)],
)  # fmt: skip
async def test_a_cookies_limits_are_named(ask: Any, reply: Reply, cookie: str, limit: str | None) -> None:
    found = texts(await ask(lambda *_: reply("401 No", f"Set-Cookie: {cookie}"), report()))
    assert (limit in found["probe.cookie_restricted"]) if limit else ("probe.cookie_restricted" not in found)


async def test_dpop_and_token_endpoints_are_recognised(ask: Any, reply: Reply) -> None:
    body = json.dumps({"error": "unsupported_grant_type"}).encode()
    found = texts(await ask(lambda *_: reply("401 No", "DPoP-Nonce: abc", body=body), report()))
    assert {"probe.asks_dpop", "probe.token_endpoint"} <= found.keys()
    by_path = await ask(lambda *_: reply("405 No"), report("http://id.acme.test/oauth2/token"))
    assert "probe.token_endpoint" in texts(by_path)


async def test_a_masked_key_is_left_out_and_made_up(ask: Any, reply: Reply) -> None:
    paths: list[str] = []

    def handler(method: str, path: str, headers: dict[str, str]) -> bytes:
        paths.append(path)
        return reply("401 No")

    await ask(handler, report("http://u:‹password in a URL›@api.acme.test/rates?base=CHF&api_key=‹API key›"))
    assert "/rates?base=CHF" in paths
    assert "/rates?base=CHF&api_key=made-up-by-locksmith-probe" in paths


async def test_an_unreachable_endpoint_is_a_finding_and_nothing_else_was_looked_for(anywhere: Any) -> None:
    probed = await probe(report(), anywhere(1), None, deadline_s=3)
    assert probed.verdict == "unreachable"
    assert texts(probed).keys() == {"probe.unreachable"}
    assert probed.collected.looked_for == {"probe.unreachable", "service.probe_refused"}
    assert "refused the connection" in probed.collected.notes[0]


async def test_a_refused_address_is_a_finding_that_does_not_repeat_it() -> None:
    probed = await probe(report("http://u:hunter2@10.0.0.1/"), Policy(), None)
    assert probed.verdict == "refused"
    assert texts(probed).keys() == {"service.probe_refused"}
    assert "hunter2" not in repr(probed)


async def test_https_that_nobody_wrote_is_tried_as_http(serve: Any, reply: Reply, anywhere: Any) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(20)
        writer.write(reply("401 No", BEARER))
        await writer.drain()

    guessed = report("https://api.acme.test/v1", host="api.acme.test")
    written = replace(guessed, text="401 on https://api.acme.test/v1")
    async with serve(raw=plain) as port:
        assert (await probe(guessed, anywhere(port), None)).exchanges[0].url == "http://api.acme.test/v1"
        assert (await probe(written, anywhere(port), None)).verdict == "unreachable"


async def test_without_a_url_nothing_is_asked() -> None:
    assert await probe(report(None), Policy(), None) == Probed((), Collected())


async def test_tells_whom_it_asks_once_it_may_and_what_came_of_it(serve: Any, reply: Reply, anywhere: Any) -> None:
    told: list[Stage] = []
    async with serve(lambda *_: reply("401 No", BEARER)) as port:
        await probe(report(), anywhere(port), None, watch=told.append)
        await probe(report(), Policy(), None, watch=told.append)
    whom = "asking api.acme.test"
    assert [(stage.title, stage.state, stage.detail) for stage in told] == [
        (whom, "in_progress", ""),
        (whom, "complete", "it answered 401"),
        ("asking the endpoint", "complete", "I may not ask it"),
    ]
