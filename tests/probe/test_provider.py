"""Identity providers as they are met: up, dead, slow, rotated, misspelled, and led astray. Real sockets on loopback."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Collected, Presented, Report, TokenFacts
from bot.probe import keys, live, provider_findings
from bot.probe.gate import Policy
from bot.probe.keys import Cache, key_sets, providers
from bot.probe.outcome import Answer
from bot.probe.provider import Provider, allowing, ask, publishes
from bot.probe.seen import plain
from bot.services import Service

Reply = Callable[..., bytes]
OWN = ec.generate_private_key(ec.SECP256R1())


def public(kid: str, key: ec.EllipticCurvePrivateKey = OWN) -> dict[str, Any]:
    made: dict[str, Any] = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**made, "kid": kid, "use": "sig", "alg": "ES256"}


def token(kid: str = "one", iss: str = "https://id.acme.test", **claims: Any) -> str:
    return jwt.encode({"iss": iss, **claims}, OWN, algorithm="ES256", headers={"kid": kid})


class IdP:
    """A small OpenID provider: what it publishes, and the paths that were asked."""

    def __init__(self, reply: Reply) -> None:
        self.reply, self.asked = reply, list[str]()
        self.pages: dict[str, Callable[[], bytes]] = {}

    def json(self, path: str, data: object, *headers: str) -> None:
        self.pages[path] = lambda: self.reply("200 OK", *headers, body=json.dumps(data).encode())

    def answers(self, path: str, status: str, *headers: str, body: bytes = b"") -> None:
        self.pages[path] = lambda: self.reply(status, *headers, body=body)

    def keys(self, *kids: str) -> None:
        self.json("/jwks", {"keys": [public(kid) for kid in kids]}, "Last-Modified: Mon, 02 Mar 2026 08:00:00 GMT")

    def __call__(self, line: str, headers: dict[str, str]) -> bytes:
        path = line.split(" ")[1]
        self.asked.append(path)
        return self.pages.get(path, lambda: self.reply("404 Not Found"))()


@pytest.fixture
def idp(reply: Reply) -> IdP:
    return IdP(reply)


def acme(**known: Any) -> Service:
    return Service(name="acme", hosts=("api.acme.test",), **known)


def report(raw_kid: str | None = "one", **known: Any) -> Report:
    facts = TokenFacts(segments=3, length=200, alg="ES256", kid=raw_kid, iss=known.pop("iss", None))
    shown = Presented(place="authorization", name="Authorization", scheme="Bearer", kind="jwt", token=facts)
    return Report(text="", posted_at=datetime.now(UTC), presented=(shown,), **known)


def texts(collected: Collected) -> dict[str, str]:
    return {f.id: f.text for f in collected.findings}


@pytest.fixture
def now() -> list[float]:
    return [100.0]


@pytest.fixture
def cache(now: list[float]) -> Cache:
    return Cache(clock=lambda: now[0])


async def seen(service: Service, policy: Policy = Policy()) -> Provider:  # noqa: B008
    return await ask(service, allowing(service, policy))


async def test_a_key_set_is_read_where_the_operator_says(serve: Any, idp: IdP) -> None:
    idp.keys("one", "two")
    async with serve(idp) as port:
        sets = await key_sets([acme(jwks_uri=f"http://127.0.0.1:{port}/jwks")], Policy(), cache=Cache())
    assert [key["kid"] for key in sets["acme"]["keys"]] == ["one", "two"]
    assert idp.asked == ["/jwks"]


@pytest.mark.parametrize(
    ("tail", "at"),
    [
        ("", "/.well-known/openid-configuration"),
        ("/", "/.well-known/openid-configuration"),
        ("/realms/acme", "/realms/acme/.well-known/openid-configuration"),
        ("/realms/acme", "/.well-known/oauth-authorization-server/realms/acme"),
    ],
)
async def test_without_one_the_issuers_discovery_document_leads_to_it(serve: Any, idp: IdP, tail: str, at: str) -> None:
    idp.keys("one")
    async with serve(idp) as port:
        base = f"http://127.0.0.1:{port}"
        idp.json(at, {"issuer": base + tail, "jwks_uri": f"{base}/jwks"})
        found = await seen(acme(issuer=base + tail))
    assert found.keys is not None and not found.fault
    assert (found.issuer, found.document, found.address) == (base + tail, base + at, f"{base}/jwks")


async def test_no_private_or_shared_key_is_kept(serve: Any, idp: IdP) -> None:
    private = jwt.algorithms.ECAlgorithm.to_jwk(OWN, as_dict=True)
    idp.json("/jwks", {"keys": [{**private, "kid": "x"}, {"kty": "oct", "k": "bWFkZS11cA"}, "no key"]})
    async with serve(idp) as port:
        found = await seen(acme(jwks_uri=f"http://127.0.0.1:{port}/jwks"))
    assert found.keys is not None
    assert [set(key) for key in found.keys["keys"]] == [{"kty", "kid", "crv", "x", "y"}]


BROKEN: Mapping[str, tuple[str, bytes, str, bool]] = {
    "gone": ("404 Not Found", b"", "answers 404", True),
    "error": ("503 Unavailable", b"", "answers 503", True),
    "page": ("200 OK", b"<html>", "answers no JSON object", True),
    "list": ("200 OK", b"[]", "answers no JSON object", True),
    "deep": ("200 OK", b"[" * 60_000, "answers no JSON object", True),
    "huge": ("200 OK", b'{"keys": [' + b" " * 70_000 + b"]}", "no JSON object within 64 KiB", True),
    "other": ("200 OK", b'{"keys": 3}', "is no JWK Set", True),
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_what_is_no_key_set_is_a_fault_and_no_exception(serve: Any, idp: IdP, kind: str) -> None:
    status, body, wanted, down = BROKEN[kind]
    idp.answers("/jwks", status, body=body)
    async with serve(idp) as port:
        found = await seen(acme(jwks_uri=f"http://127.0.0.1:{port}/jwks"))
    assert found.keys is None
    assert wanted in found.fault and f"http://127.0.0.1:{port}/jwks" in found.fault
    assert found.down is down


async def test_an_issuer_without_a_discovery_document_is_not_down(serve: Any, idp: IdP) -> None:
    async with serve(idp) as port:
        found = await seen(acme(issuer=f"http://127.0.0.1:{port}"))
        assert (found.keys, found.down) == (None, False)
        idp.json("/.well-known/openid-configuration", {"issuer": "x"})
        assert "names no jwks_uri" in (await seen(acme(issuer=f"http://127.0.0.1:{port}"))).fault
        idp.answers("/.well-known/openid-configuration", "502 Bad Gateway")
        assert (await seen(acme(issuer=f"http://127.0.0.1:{port}"))).down
    dead = await seen(acme(issuer=f"http://127.0.0.1:{port}"))
    assert dead.down and "refused the connection" in dead.fault


async def test_a_provider_that_never_answers_is_given_up(serve: Any) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serve(raw=silent) as port:
        async with asyncio.timeout(60):
            found = await seen(acme(jwks_uri=f"http://127.0.0.1:{port}/jwks"))
    assert found.down and "within 2 s" in found.fault


@pytest.mark.parametrize("address", ["http://10.1.2.3/jwks", "http://169.254.169.254/jwks", "http://127.0.0.1:1/jwks"])
async def test_nobody_is_led_to_an_address_that_the_operator_did_not_write(serve: Any, idp: IdP, address: str) -> None:
    idp.answers("/jwks", "302 Found", f"Location: {address}")
    async with serve(idp) as port:
        base = f"http://127.0.0.1:{port}"
        idp.json("/.well-known/openid-configuration", {"issuer": base, "jwks_uri": address})
        redirected = await seen(acme(jwks_uri=f"{base}/jwks"))
        named = await seen(acme(issuer=base))
    for found in (redirected, named):
        assert found.keys is None and not found.down
        assert "was not asked" in found.fault


async def test_a_key_set_elsewhere_is_reached_only_in_public(serve: Any, idp: IdP, dialler: Any) -> None:
    from bot.probe.client import Client
    from bot.probe.provider import _trusting

    out = dialler()

    async def resolver(name: str) -> tuple[str, ...]:
        return ("10.0.0.7",)

    policy = _trusting(Policy(), "https://keys.acme.example/jwks")
    async with Client(policy, deadline_s=2, resolver=resolver, dialler=out) as client:
        outcome = await client.ask("GET", "https://keys.acme.example/jwks")
    assert not isinstance(outcome, Answer) and "10.0.0.7" in outcome.reason
    assert out.dialled == []


async def test_one_request_serves_many_and_is_remembered_for_a_while(
    serve: Any, idp: IdP, cache: Cache, now: list[float]
) -> None:
    idp.keys("one")
    async with serve(idp) as port:
        services = [replace(acme(jwks_uri=f"http://127.0.0.1:{port}/jwks"), name=f"s{n}") for n in range(5)]
        all_of_them = await asyncio.gather(*(providers(services, Policy(), cache=cache) for _ in range(4)))
        assert len(idp.asked) == 1
        assert all(len(found) == 5 for found in all_of_them)
        now[0] += keys.KEEP_S - 1
        await providers(services, Policy(), cache=cache)
        assert len(idp.asked) == 1
        await providers(services, Policy(), cache=cache, max_age_s=keys.FRESH_S)
        assert len(idp.asked) == 2
        now[0] += keys.KEEP_S + 1
        await providers(services, Policy(), cache=cache)
        assert len(idp.asked) == 3


async def test_a_fault_is_remembered_shortly_and_a_caller_that_leaves_spoils_nothing(
    serve: Any, idp: IdP, cache: Cache, now: list[float]
) -> None:
    idp.answers("/jwks", "503 No")
    async with serve(idp) as port:
        services = [acme(jwks_uri=f"http://127.0.0.1:{port}/jwks")]
        leaving = asyncio.create_task(providers(services, Policy(), cache=cache))
        staying = asyncio.create_task(providers(services, Policy(), cache=cache))
        await asyncio.sleep(0)
        leaving.cancel()
        assert (await staying)["acme"].down
        await providers(services, Policy(), cache=cache, max_age_s=keys.FRESH_S)
        assert len(idp.asked) == 1
        idp.keys("one")
        now[0] += keys.KEEP_FAULT_S + 1
        assert (await providers(services, Policy(), cache=cache))["acme"].keys


async def test_a_key_that_was_rotated_away_is_missing(serve: Any, idp: IdP, cache: Cache, now: list[float]) -> None:
    idp.keys("two", "three")
    async with serve(idp) as port:
        service = acme(jwks_uri=f"http://127.0.0.1:{port}/jwks")
        found = await provider_findings.collect(report("one"), service, Policy(), cache=cache)
        assert texts(found) == {
            "probe.key_missing": "The token's key id one is not among the keys at "
            f"http://127.0.0.1:{port}/jwks (two, three); they last changed on Mon, 02 Mar 2026 08:00:00 GMT"
        }
        assert {"probe.key_present", "probe.issuer_unreachable"} < found.looked_for
        assert len(idp.asked) == 1
        # Published since: a copy that is older than some seconds does not count against a token.
        idp.keys("one", "three")
        now[0] += keys.FRESH_S + 1
        again = await provider_findings.collect(report("one"), service, Policy(), cache=cache)
        assert "probe.key_present" in texts(again)


async def test_an_old_request_is_hardly_judged_by_the_keys_of_today(serve: Any, idp: IdP, cache: Cache) -> None:
    idp.keys("two")
    async with serve(idp) as port:
        service = acme(jwks_uri=f"http://127.0.0.1:{port}/jwks")
        old = await provider_findings.collect(
            report("one", at=datetime.now(UTC) - timedelta(days=9)), service, Policy(), cache=cache
        )
        new = await provider_findings.collect(report("one"), service, Policy(), cache=cache)
    assert old.findings[0].trust < 0.3 < new.findings[0].trust
    assert "probe.issuer_unreachable" in new.looked_for - old.looked_for


async def test_a_dead_provider_is_a_finding(serve: Any, idp: IdP, cache: Cache) -> None:
    async with serve(idp) as port:
        pass
    service = acme(jwks_uri=f"http://127.0.0.1:{port}/jwks")
    found = texts(await provider_findings.collect(report(), service, Policy(), cache=cache))
    assert "refused the connection" in found["probe.issuer_unreachable"]
    # Where everything is dialled at one address, it is not the provider that is dead.
    from bot.probe.connect_to import parse

    elsewhere = Policy(connect_to=(parse(f"::127.0.0.1:{port}"),))
    led = await provider_findings.collect(report(), service, elsewhere, cache=cache)
    assert not led.findings and "probe.issuer_unreachable" not in led.looked_for
    assert "were not found" in led.notes[0]


SPELLINGS = (
    ("{base}", None, "{base}/", "acme is told {base}: they differ only in the trailing slash"),
    ("{base}", "{base}/", "{base}", "the token says {base}/: they differ only in the trailing slash"),
    ("{base}/", "{base}", "{base}", "acme is told {base}/: they differ only in the trailing slash"),
    ("{base}", "{base}", "{base}", None),
    ("{base}", "{base}", "https://elsewhere.test", None),
)


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_an_issuer_that_spells_itself_otherwise(
    serve: Any, idp: IdP, spelling: tuple[str, str | None, str, str | None]
) -> None:
    idp.keys("one")
    async with serve(idp) as port:
        base = f"http://127.0.0.1:{port}"
        configured, iss, published, wanted = (text and text.replace("{base}", base) for text in spelling)
        idp.json("/.well-known/openid-configuration", {"issuer": published, "jwks_uri": f"{base}/jwks"})
        found = await provider_findings.collect(
            report("one", iss=iss), acme(issuer=configured), Policy(), cache=Cache()
        )
    assert "probe.issuer_spelled_otherwise" in found.looked_for
    assert bool(found.notes) == (published == iss != configured)
    text = texts(found).get("probe.issuer_spelled_otherwise")
    assert (text is None) == (wanted is None)
    assert wanted is None or wanted in (text or "")


@pytest.mark.parametrize(
    ("about", "service"),
    [
        (Report(text="", posted_at=datetime.now(UTC)), acme(jwks_uri="http://127.0.0.1:{port}/jwks")),
        (report(), acme(jwks={"keys": []}, jwks_uri="http://127.0.0.1:{port}/jwks")),
        (report(), acme(issuer="acme-issuer")),
        (report(), None),
    ],
)
async def test_nothing_is_asked_where_nothing_can_be_compared(
    serve: Any, idp: IdP, cache: Cache, about: Report, service: Service | None
) -> None:
    async with serve(idp) as port:
        if service and service.jwks_uri:
            service = replace(service, jwks_uri=service.jwks_uri.replace("{port}", str(port)))
        assert await provider_findings.collect(about, service, Policy(), cache=cache) == Collected()
    assert idp.asked == []


def test_only_the_services_that_a_text_with_a_token_speaks_of_are_asked() -> None:
    mine = acme(jwks_uri="https://id.acme.test/jwks")
    port = replace(mine, name="port", hosts=("Orders.acme.test:8443",))
    own = replace(mine, name="own", jwks={"keys": []})
    every = (mine, port, own, replace(mine, name="other", hosts=("x.test",)))
    said = f"401 at https://orders.acme.test/x with Bearer {token()}".encode()
    assert [s.name for s in keys.spoken_of(every, [b"", said])] == ["port"]
    assert keys.spoken_of(every, [b"401 at https://api.acme.test/x with eyJ"]) == ()


def test_a_published_set_proves_signatures_but_does_not_convict_an_unknown_key() -> None:
    service = acme(jwks_uri="https://id.acme.test/jwks")
    other = ec.generate_private_key(ec.SECP256R1())
    verify = keys.verifier((service,), {"acme": {"keys": [public("one")]}})
    assert verify is not None
    assert verify(token("one"), "api.acme.test") == "valid"
    assert verify(token("two"), "api.acme.test") == "unchecked"
    wrong = keys.verifier((service,), {"acme": {"keys": [public("one", other)]}})
    assert wrong is not None and wrong(token("one"), "api.acme.test") == "invalid"
    given_in_place = keys.verifier((replace(service, jwks={"keys": [public("one")]}),), {})
    assert given_in_place is not None and given_in_place(token("two"), "api.acme.test") == "unknown_key"
    assert keys.verifier((service,), {}) is None


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["keys", "issuer", "jwks_uri"]), st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kid", "kty", "n"]), inner),
        max_leaves=8,
    ))
)  # fmt: skip
def test_whatever_is_published_is_judged_without_failing(data: dict[str, Any]) -> None:
    from bot.probe.provider import _Got, _provider

    got = _Got(kind="read", address="https://id.acme.test/x", data=data)
    found = _provider(got, got, everything_elsewhere=False)
    about = report("one", iss="https://id.acme.test")
    collected = provider_findings.judge(about.presented[0].token, about, acme(issuer="https://id.acme.test"), found)  # type: ignore[arg-type]
    assert all(f.text == plain(f.text) for f in collected.findings)
    verify = keys.verifier((acme(issuer="https://id.acme.test"),), {"acme": found.keys} if found.keys else {})
    assert verify is None or verify(token(), "api.acme.test") != "valid"


def test_an_issuer_that_is_a_mere_name_is_never_asked() -> None:
    assert not publishes(acme(issuer="acme"))
    assert not publishes(acme(issuer="https://["))
    assert not publishes(acme())
    assert publishes(acme(issuer="https://id.acme.test"))


async def test_a_running_program_keeps_keys_at_hand(serve: Any, idp: IdP, cache: Cache) -> None:
    idp.keys("one")
    stop = asyncio.Event()
    async with serve(idp) as port:
        services = (acme(jwks_uri=f"http://127.0.0.1:{port}/jwks"), acme())
        keeping = asyncio.create_task(live.keep(services, Policy(), stop, cache))
        while cache.known(services[0], Policy()) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        stop.set()
        await keeping
        verify = live.verifier(services[:1], Policy(), asyncio.get_running_loop(), cache)
        # On the loop's own thread nothing can be waited for, and nothing has to be.
        assert verify(token("one"), "api.acme.test") == "valid"
    assert idp.asked == ["/jwks"]


async def test_a_thread_fetches_keys_at_need_and_others_share_them(serve: Any, idp: IdP, cache: Cache) -> None:
    idp.keys("one")
    async with serve(idp) as port:
        services = (acme(jwks_uri=f"http://127.0.0.1:{port}/jwks"),)
        verify = live.verifier(services, Policy(), asyncio.get_running_loop(), cache)
        assert verify(token("one"), "api.acme.test") == "unchecked"
        assert idp.asked == []
        asking = [asyncio.to_thread(verify, token("one"), "api.acme.test") for _ in range(4)]
        assert await asyncio.gather(*asking) == ["valid"] * 4
        assert await asyncio.to_thread(verify, token("one"), "other.test") == "unchecked"
    assert idp.asked == ["/jwks"]


async def test_a_listener_does_not_wait_for_a_dead_provider(serve: Any, cache: Cache) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serve(raw=silent) as port:
        services = (acme(jwks_uri=f"http://127.0.0.1:{port}/jwks"),)
        verify = live.verifier(services, Policy(), asyncio.get_running_loop(), cache)
        assert await asyncio.to_thread(verify, token("one"), "api.acme.test") == "unchecked"
        assert cache.known(services[0], Policy()) is None
        # The fetch itself goes on for those who come later.
        assert (await cache.provider(services[0], Policy())).down


async def diagnosed(services: Path, text: str) -> dict[str, Any]:
    argv = [sys.executable, "-m", "bot", "diagnose", "--json", "--services", str(services), "-"]
    made = await asyncio.create_subprocess_exec(*argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    out, _ = await made.communicate(text.encode())
    answer: dict[str, Any] = json.loads(out)
    return answer


async def test_the_command_asks_for_keys_when_there_is_a_token_and_only_then(
    serve: Any, idp: IdP, reply: Reply, tmp_path: Path
) -> None:
    idp.keys("two")
    async with serve(idp) as keys_port, serve(lambda *_: reply("401 No", "WWW-Authenticate: Bearer")) as port:
        path = tmp_path / "services.yaml"
        path.write_text(
            f"services:\n- {{name: acme, hosts: ['127.0.0.1:{port}'], jwks_uri: 'http://127.0.0.1:{keys_port}/jwks'}}\n"
        )
        plain = f"401 on http://127.0.0.1:{port}/orders"
        call = f"curl -H 'Authorization: Bearer {token('one')}' http://127.0.0.1:{port}/orders"
        await diagnosed(path, plain)
        assert idp.asked == []
        answer = await diagnosed(path, f"{plain}\n{call}")
    assert idp.asked == ["/jwks"]
    assert answer["causes"][0]["id"] == "unknown_signing_key"
    assert "probe.key_missing" in [evidence["finding"] for evidence in answer["causes"][0]["evidence"]]
