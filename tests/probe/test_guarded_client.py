"""The guarded client against real sockets that misbehave."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from bot.errors import UsageError
from bot.probe import backend as backend_module
from bot.probe import client as client_module
from bot.probe.backend import ForbiddenError, GuardedBackend
from bot.probe.client import Client
from bot.probe.connect_to import parse
from bot.probe.dns import resolve
from bot.probe.gate import Policy, Refusal
from bot.probe.outcome import Answer, Outcome, Unreachable
from bot.probe.rate import RateLimit

URL = "http://api.acme.test/v1"


async def ask(policy: Policy, url: str = URL, method: str = "GET", deadline_s: float = 30, **kw: Any) -> Outcome:
    async with Client(policy, deadline_s=deadline_s, **kw) as client:
        return await client.ask(method, url)


def answered(outcome: Outcome) -> Answer:
    assert isinstance(outcome, Answer), outcome
    return outcome


def unreachable(outcome: Outcome, kind: str) -> str:
    assert isinstance(outcome, Unreachable), outcome
    assert outcome.kind == kind
    assert "\n" not in outcome.reason
    return outcome.reason


def dripping(start: bytes) -> Any:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.02)

    return drip


def trusting(port: int, cacert: Path | None = None) -> Policy:
    return Policy(connect_to=(parse(f"::127.0.0.1:{port}"),), cacert=cacert)


async def test_brings_the_answer_without_its_secrets(serve: Any, reply: Callable[..., bytes], anywhere: Any) -> None:
    seen: dict[str, str] = {}
    made_up = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJub2JvZHkifQ." + "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFy"

    def handler(line: str, headers: dict[str, str]) -> bytes:
        seen.update(headers, line=line)
        cookie = "Set-Cookie: sid=0123456789abcdef; Path=/; SameSite=Lax"
        return reply("401 No", 'WWW-Authenticate: Bearer realm="api"', cookie, body=f"token {made_up}".encode())

    async with serve(handler) as port:
        answer = answered(await ask(anywhere(port), f"{URL}?a=1"))
    assert seen["line"] == "GET /v1?a=1 HTTP/1.1"
    assert seen["host"] == "api.acme.test"
    assert seen["accept-encoding"] == "identity"
    assert "cookie" not in seen
    assert "authorization" not in seen
    exchange = answer.exchange
    assert (exchange.status, exchange.header("www-authenticate")) == (401, 'Bearer realm="api"')
    assert exchange.header("set-cookie") == "sid=***; Path=/; SameSite=Lax"
    assert made_up not in exchange.body
    assert exchange.at is not None


async def test_a_head_that_drips_is_left_at_the_deadline(serve: Any, anywhere: Any) -> None:
    async with serve(raw=dripping(b"HTTP/1.1 200 OK\r\nX: ")) as port:
        assert "within 0.3 s" in unreachable(await ask(anywhere(port), deadline_s=0.3), "timeout")


async def test_a_body_that_drips_costs_the_body_and_not_the_answer(
    serve: Any, anywhere: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "BODY_S", 0.2)
    async with serve(raw=dripping(b"HTTP/1.1 401 No\r\nContent-Length: 100000\r\n\r\n")) as port:
        exchange = answered(await ask(anywhere(port))).exchange
    assert exchange.status == 401
    assert set(exchange.body) <= {"."}


async def test_a_bomb_yields_a_bounded_text(serve: Any, reply: Any, anywhere: Any) -> None:
    bomb = gzip.compress(b"\0" * 20_000_000 + b"x")
    async with serve(lambda *_: reply("200 OK", "Content-Encoding: gzip", body=bomb)) as port:
        assert answered(await ask(anywhere(port))).exchange.body == ""
    small = gzip.compress(b'{"detail":"no"}')
    async with serve(lambda *_: reply("401 No", "Content-Encoding: gzip", body=small)) as port:
        assert answered(await ask(anywhere(port))).exchange.body == '{"detail":"no"}'


async def test_an_endless_body_is_cut(serve: Any, anywhere: Any) -> None:
    sent = 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"ab " * 10_000)
            sent += 30_000
            await writer.drain()

    async with serve(raw=pour) as port:
        assert len(answered(await ask(anywhere(port))).exchange.body) <= 4096
    assert sent < 50_000_000


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 300_000 + b"\r\n\r\n", "protocol"),
        (b"SSH-2.0-OpenSSH_9.0\r\n\r\n", "protocol"),
        (b"", "network"),
    ],
)
async def test_what_is_no_answer_is_told_in_one_line(serve: Any, anywhere: Any, sent: bytes, kind: str) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sent)
        await writer.drain()

    async with serve(raw=talk) as port:
        assert "api.acme.test:80" in unreachable(await ask(anywhere(port)), kind)


async def test_no_header_can_act_on_a_terminal(serve: Any, anywhere: Any) -> None:
    async with serve(lambda *_: b"HTTP/1.1 401 No\r\nServer: a\x9b31mb\r\nContent-Length: 0\r\n\r\n") as port:
        assert answered(await ask(anywhere(port))).exchange.header("server") == "a31mb"


async def test_an_old_server_and_a_bare_one_are_understood(serve: Any, anywhere: Any) -> None:
    async with serve(lambda *_: b"HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\n\r\nno") as port:
        assert answered(await ask(anywhere(port))).exchange.body == "no"


async def test_a_reset_and_a_closed_port_are_told(serve: Any, anywhere: Any) -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.transport.abort()

    async with serve(raw=reset) as port:
        unreachable(await ask(anywhere(port)), "network")
    assert "refused the connection" in unreachable(await ask(anywhere(port)), "refused")


async def test_tls_is_checked_for_the_name_and_not_for_the_address(
    serve: Any, reply: Any, tls_for: Any, ca_file: Path
) -> None:
    async with serve(lambda *_: reply("401 No"), tls=tls_for("api.acme.test")) as port:
        answered(await ask(trusting(port, ca_file), "https://api.acme.test/"))
        assert "another name" in unreachable(await ask(trusting(port, ca_file), "https://other.acme.test/"), "tls")
        assert "not trusted" in unreachable(await ask(trusting(port), "https://api.acme.test/"), "tls")

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(reply("400 Bad Request"))
        await writer.drain()

    async with serve(raw=plain) as port:
        assert "http://" in unreachable(await ask(trusting(port, ca_file), "https://api.acme.test/"), "tls")


async def test_a_name_is_resolved_once_and_the_checked_address_is_dialled(
    serve: Any, reply: Any, dialler: Callable[..., Any]
) -> None:
    names: list[str] = []

    async def rebinding(name: str) -> tuple[str, ...]:
        names.append(name)
        return ("93.184.216.34",) if len(names) == 1 else ("127.0.0.1",)

    async with serve(lambda *_: reply("200 OK")) as port:
        counting = dialler(**{"93_184_216_34": port})
        async with Client(
            Policy(any_public_host=True), deadline_s=30, resolver=rebinding, dialler=counting, limit=RateLimit()
        ) as client:
            for outcome in await asyncio.gather(*(client.ask("GET", "http://rebind.example.com/") for _ in range(3))):
                answered(outcome)
    assert names == ["rebind.example.com."]
    assert counting.dialled == ["93.184.216.34"] * 3


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("93.184.216.34", "10.0.0.1"), ("fe80::1%eth0",)])
async def test_one_forbidden_answer_is_enough_to_refuse(
    dialler: Callable[..., Any], addresses: tuple[str, ...]
) -> None:
    async def resolver(_: str) -> tuple[str, ...]:
        return addresses

    counting = dialler()
    outcome = await ask(Policy(any_public_host=True), "http://x.example.com/", resolver=resolver, dialler=counting)
    assert isinstance(outcome, Refusal)
    assert counting.dialled == []


async def test_a_named_host_may_be_private_but_never_metadata(
    serve: Any, reply: Any, dialler: Callable[..., Any]
) -> None:
    answers = {"inner": ("10.9.8.7",), "bad": ("169.254.169.254",)}

    async def resolver(name: str) -> tuple[str, ...]:
        return answers[name]

    policy = Policy(hosts=frozenset({"inner", "bad"}))
    async with serve(lambda *_: reply("401 No")) as port:
        counting = dialler(**{"10_9_8_7": port})
        answered(await ask(policy, "http://inner/", resolver=resolver, dialler=counting))
        assert isinstance(await ask(policy, "http://bad/", resolver=resolver, dialler=counting), Refusal)
    assert counting.dialled == ["10.9.8.7"]


async def test_a_name_without_an_address_is_told() -> None:
    async def nothing(_: str) -> tuple[str, ...]:
        raise OSError(-2, "Name or service not known")

    policy = Policy(any_public_host=True)
    assert "cannot be resolved" in unreachable(await ask(policy, "http://x.example.com/", resolver=nothing), "dns")


async def test_a_dead_name_server_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def never(name: str) -> tuple[str, ...]:
        asked.append(name)
        await asyncio.Event().wait()
        return ()

    monkeypatch.setattr(backend_module, "DNS_S", 0.05)
    async with Client(Policy(any_public_host=True), deadline_s=30, resolver=never) as client:
        for outcome in await asyncio.gather(*(client.ask("GET", "http://x.example.com/") for _ in range(3))):
            assert "within 0.05 s" in unreachable(outcome, "dns")
    assert asked == ["x.example.com."]


async def test_the_systems_own_resolver_answers_and_fails_as_an_oserror() -> None:
    assert "127.0.0.1" in await resolve("127.0.0.1")
    with pytest.raises(OSError):
        await resolve("nobody.invalid.")


async def test_the_backend_dials_nothing_that_gate_one_did_not_admit(dialler: Callable[..., Any]) -> None:
    backend = GuardedBackend(resolve, dialler())
    with pytest.raises(ForbiddenError):
        await backend.connect_tcp("example.com", 80)
    with pytest.raises(ForbiddenError):
        await backend.connect_unix_socket("/var/run/docker.sock")


async def test_nothing_is_asked_when_httpx_changes_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    class Changed(httpx.AsyncHTTPTransport):
        def __init__(self, **_: Any) -> None:
            pass

    monkeypatch.setattr(httpx, "AsyncHTTPTransport", Changed)
    with pytest.raises(RuntimeError, match="nothing is asked"):
        Client(Policy(), deadline_s=1)


async def test_no_method_that_changes_anything_is_sent(anywhere: Any) -> None:
    with pytest.raises(ValueError, match="never sends POST"):
        await ask(anywhere(1), method="POST")


async def test_the_environments_proxies_are_not_used(
    serve: Any, reply: Any, anywhere: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with serve(lambda *_: reply("200 OK")) as port:
        answered(await ask(anywhere(port)))


async def test_cookies_are_not_kept_from_one_probe_to_the_next(
    serve: Any, reply: Callable[..., bytes], anywhere: Any
) -> None:
    got: list[dict[str, str]] = []

    def handler(_: str, headers: dict[str, str]) -> bytes:
        got.append(headers)
        return reply("200 OK", "Set-Cookie: a=b; Path=/")

    async with serve(handler) as port, Client(anywhere(port), deadline_s=30) as client:
        await client.ask("GET", URL)
        await client.ask("GET", URL)
    assert not any("cookie" in headers for headers in got)


def test_a_host_is_not_hammered() -> None:
    limit = RateLimit(burst=2, per_second=1)
    assert [limit.wait("a", 0), limit.wait("a", 0), limit.wait("a", 0), limit.wait("a", 0)] == [0, 0, 1, 2]
    assert limit.wait("b", 0) == 0
    assert limit.wait("a", 10) == 0


def test_hosts_of_long_ago_are_forgotten() -> None:
    limit = RateLimit(burst=1, per_second=1)
    for number in range(3000):
        limit.wait(str(number), number)
    assert len(limit._buckets) < 1100


@pytest.mark.parametrize("content", [None, "", "not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_wrong_ca_file_gets_one_line(tmp_path: Path, content: str | None) -> None:
    from bot.probe.trust import only

    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UsageError) as caught:
        only(path)
    assert len(caught.value.faults) == 1


def test_a_right_ca_file_is_taken(ca: trustme.CA, ca_file: Path) -> None:
    from bot.probe.trust import only

    assert only(ca_file).cert_store_stats()["x509"] == 1


async def test_a_port_alone_can_be_redirected(serve: Any, reply: Any) -> None:
    async with serve(lambda *_: reply("204 No Content")) as port:
        policy = Policy(connect_to=(parse(f"api.acme.test:80:127.0.0.1:{port}"),))
        assert answered(await ask(policy)).exchange.status == 204
        assert isinstance(await ask(policy, "http://other.acme.test/"), Refusal)
