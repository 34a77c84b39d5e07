"""What is asked beside the reported address: the service's own metadata, and the neighbouring addresses."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Collected, Exchange, Presented, Report, TokenFacts
from bot.probe import metadata
from bot.probe.connect_to import parse
from bot.probe.gate import Policy
from bot.probe.prober import Probed, probe
from bot.probe.seen import Seen, plain
from bot.probe.variants import toggled

Reply = Callable[..., bytes]
WELL_KNOWN = "/.well-known/oauth-protected-resource"
BEARER = "WWW-Authenticate: Bearer"
TOKEN = TokenFacts(segments=3, length=200, alg="RS256", iss="https://id.acme.test", scopes=("orders:write",))


def report(url: str = "https://api.acme.test/v1/items", **known: Any) -> Report:
    return Report(text="", posted_at=datetime.now(UTC), url=url, **known)


def sent(place: Any = "authorization", token: TokenFacts | None = TOKEN) -> tuple[Presented, ...]:
    return (Presented(place=place, scheme="Bearer" if place == "authorization" else None, kind="jwt", token=token),)


def texts(collected: Collected) -> dict[str, str]:
    return {f.id: f.text for f in collected.findings}


def described(data: object, about: Report) -> Collected:
    answer = Exchange(status=200, url=f"https://api.acme.test{WELL_KNOWN}", body=json.dumps(data))
    seen = Seen(report=about, answers={"without": Exchange(status=401)}, aside={"metadata": answer}, origin="")
    return metadata.read(seen)


class Asked(list[tuple[str, str]]):
    """(Host, path) of every request."""

    def hosts(self) -> set[str]:
        return {host for host, _ in self}


@pytest.fixture
def ask(serve: Any, anywhere: Any) -> Callable[..., Any]:
    """Probes a report against a handler of (host, path); what was asked, and what came of it."""

    async def asking(handler: Callable[[str, str], bytes], about: Report) -> tuple[Asked, Probed]:
        asked = Asked()

        def split(line: str, headers: dict[str, str]) -> bytes:
            asked.append((headers["host"], line.split(" ")[1]))
            return handler(*asked[-1])

        async with serve(split) as port:
            return asked, await probe(about, anywhere(port), None, deadline_s=30)

    return asking


async def test_the_metadata_that_a_401_names_is_asked_for(ask: Any, reply: Reply) -> None:
    data = {"resource": "http://api.acme.test", "authorization_servers": ["https://login.acme.test"]}

    def handler(host: str, path: str) -> bytes:
        if path == "/meta":
            return reply("200 OK", body=json.dumps(data).encode())
        return reply("401 No", f'{BEARER} resource_metadata="http://api.acme.test/meta"')

    asked, probed = await ask(handler, report("http://api.acme.test/v1", presented=sent()))
    assert asked.count(("api.acme.test", "/meta")) == 1
    text = texts(probed.collected)["probe.other_issuer_wanted"]
    assert "https://login.acme.test" in text and "https://id.acme.test" in text
    assert "metadata" in probed.labels


@pytest.mark.parametrize(
    ("challenge", "presented", "wanted"),
    [
        (BEARER, sent(), [f"{WELL_KNOWN}/v1"]),
        (f'{BEARER} resource_metadata="http://elsewhere.test/meta"', sent(), [f"{WELL_KNOWN}/v1"]),
        ("WWW-Authenticate: Basic realm=x", sent(), []),
        (BEARER, (), []),
    ],
)
async def test_it_is_asked_on_the_same_host_alone_and_only_for_tokens(
    ask: Any, reply: Reply, challenge: str, presented: tuple[Presented, ...], wanted: list[str]
) -> None:
    asked, probed = await ask(
        lambda *_: reply("401 No", challenge), report("http://api.acme.test/v1", presented=presented)
    )
    assert [path for _, path in asked if path not in ("/v1", "/v1/")] == wanted
    assert asked.hosts() == {"api.acme.test"}
    assert "probe.other_issuer_wanted" not in probed.collected.looked_for


async def test_a_firewall_before_the_metadata_is_none_before_the_service(ask: Any, reply: Reply) -> None:
    def handler(host: str, path: str) -> bytes:
        blocked = path.startswith("/.well-known")
        return reply("403 No", body=b"Sucuri Website Firewall") if blocked else reply("401 No", BEARER)

    _, probed = await ask(handler, report("http://api.acme.test/v1", presented=sent()))
    assert "probe.firewall_marks" not in texts(probed.collected)


@pytest.mark.parametrize(
    ("servers", "wanted", "trust"),
    [
        (["https://id.acme.test"], False, 0),
        (["https://id.acme.test/"], True, 0.2),
        (["http://id.acme.test"], True, 0.7),
        (["https://other.test", "https://id.acme.test"], False, 0),
    ],
)
def test_issuers_are_compared_to_the_letter(servers: list[str], wanted: bool, trust: float) -> None:
    found = described({"authorization_servers": servers}, report(presented=sent()))
    assert "probe.other_issuer_wanted" in found.looked_for
    assert [f.trust for f in found.findings] == ([trust] if wanted else [])


@pytest.mark.parametrize(
    ("supported", "place", "wanted"),
    [
        (["header"], "query", "the report's stands in the query"),
        (["header", "query"], "query", None),
        (["body"], "authorization", "the report's stands in the header"),
        ([], "authorization", "takes tokens in: none"),
        (["header"], "authorization", None),
    ],
)
def test_a_token_in_a_place_that_is_not_read(supported: list[str], place: str, wanted: str | None) -> None:
    found = described({"bearer_methods_supported": supported}, report(presented=sent(place)))
    assert "probe.method_not_supported" in found.looked_for
    text = texts(found).get("probe.method_not_supported")
    assert (text is None) == (wanted is None)
    assert wanted is None or wanted in (text or "")


def test_an_api_key_in_the_query_is_no_bearer_token() -> None:
    key = Presented(place="query", name="api_key", kind="api_key")
    assert described({"bearer_methods_supported": ["header"]}, report(presented=(key,))) == Collected()


def test_scopes_and_binding_are_told() -> None:
    found = described(
        {"scopes_supported": ["read"], "dpop_bound_access_tokens_required": True}, report(presented=sent())
    )
    assert "probe.asks_dpop" in texts(found)
    assert found.notes == ("The service's metadata lists the scopes read; the token has none of them.",)


def test_metadata_of_another_resource_is_not_used() -> None:
    found = described(
        {"resource": "https://x.test/", "authorization_servers": ["https://y.test"]}, report(presented=sent())
    )
    assert not found.findings and not found.looked_for
    assert "https://x.test/" in found.notes[0]


@given(
    st.dictionaries(
        st.sampled_from(["authorization_servers", "bearer_methods_supported", "scopes_supported", "resource"]),
        st.none() | st.integers() | st.text(max_size=30) | st.lists(st.text(max_size=30) | st.integers(), max_size=4),
    )
    | st.lists(st.integers())
)
def test_whatever_metadata_says_is_read_without_failing(data: object) -> None:
    found = described(data, report(presented=sent("query")))
    assert all(text == plain(text) for text in (*texts(found).values(), *found.notes))


@pytest.mark.parametrize(
    ("host", "other"),
    [
        ("acme.test", "www.acme.test"),
        ("www.acme.test", "acme.test"),
        ("acme.co.uk", "www.acme.co.uk"),
        ("api.acme.test", None),
        ("www.test", None),
        ("localhost", None),
        ("192.0.2.1", None),
        ("2001:db8::1", None),
    ],
)
def test_only_a_site_has_a_www_neighbour(host: str, other: str | None) -> None:
    assert toggled(host) == other


async def test_a_site_that_only_answers_at_www(ask: Any, reply: Reply) -> None:
    def handler(host: str, path: str) -> bytes:
        return reply("401 No", BEARER) if host.startswith("www.") else reply("404 Not Found")

    asked, probed = await ask(handler, report("http://acme.test:8080/v1"))
    text = texts(probed.collected)["probe.www_variant_differs"]
    assert text == "http://acme.test:8080/v1 answers 404, http://www.acme.test:8080/v1 answers 401"
    assert "www.acme.test:8080" in asked.hosts()
    assert "probe.refuses" not in texts(probed.collected)


@pytest.mark.parametrize("answer", ["404 Not Found", "421 Misdirected Request"])
async def test_a_path_that_is_nowhere_differs_nowhere(ask: Any, reply: Reply, answer: str) -> None:
    _, probed = await ask(lambda *_: reply(answer), report("http://acme.test:8080/v1"))
    assert "probe.www_variant_differs" not in texts(probed.collected)
    assert "probe.www_variant_differs" in probed.collected.looked_for


async def test_a_redirect_to_www_is_enough_to_know(ask: Any, reply: Reply) -> None:
    def handler(host: str, path: str) -> bytes:
        if host.startswith("www."):
            return reply("401 No", BEARER)
        return reply("301 Moved", f"Location: http://www.acme.test:8080{path}")

    _, probed = await ask(handler, report("http://acme.test:8080/v1"))
    assert "the site is at www.acme.test" in texts(probed.collected)["probe.www_variant_differs"]
    assert not {"www", "https"} & set(probed.labels)


async def test_the_neighbour_of_a_plain_401_is_left_alone(ask: Any, reply: Reply) -> None:
    asked, probed = await ask(lambda *_: reply("401 No", BEARER), report("http://acme.test:8080/v1"))
    assert asked.hosts() == {"acme.test:8080"}
    assert "probe.www_variant_differs" not in probed.collected.looked_for


async def test_a_neighbour_that_the_operator_did_not_name_is_not_asked(serve: Any, reply: Reply) -> None:
    hosts: list[str] = []

    def handler(line: str, headers: dict[str, str]) -> bytes:
        hosts.append(headers["host"])
        return reply("404 Not Found")

    async with serve(handler) as port:
        policy = Policy(hosts=frozenset({"acme.test"}), connect_to=(parse(f"acme.test:8080:127.0.0.1:{port}"),))
        probed = await probe(report("http://acme.test:8080/v1"), policy, None, deadline_s=30)
    assert set(hosts) == {"acme.test:8080"}
    assert probed.verdict == "answered" and "www" not in probed.labels


async def test_a_401_that_caches_may_keep_says_whether_vary_tells_callers_apart(ask: Any, reply: Reply) -> None:
    def handler(vary: str) -> Callable[[str, str], bytes]:
        return lambda *_: reply("401 No", BEARER, "Cache-Control: public, max-age=60", f"Vary: {vary}")

    for vary, told in (("Accept-Encoding", True), ("Accept, Authorization", False), ("*", False)):
        _, probed = await ask(handler(vary), report("http://api.acme.test/v1"))
        assert ("no Vary names Authorization" in texts(probed.collected)["probe.cacheable"]) is told
