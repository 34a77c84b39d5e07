from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import httpcore
import pytest
import trustme

from bot.probe.connect_to import parse
from bot.probe.gate import Policy

Handler = Callable[[str, dict[str, str]], "bytes | Awaitable[bytes]"]
"""From the request line and the headers (names in lower case) to the whole answer."""
Raw = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Serve = Callable[..., AbstractAsyncContextManager[int]]


def answer(status: str, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


@pytest.fixture
def reply() -> Callable[..., bytes]:
    """Writes an answer: status line, header lines, body."""
    return answer


@pytest.fixture
def serve() -> Serve:
    """A hand-written HTTP server on loopback; yields its port."""

    @asynccontextmanager
    async def running(handler: Handler | None = None, raw: Raw | None = None, tls: SSLContext | None = None):  # type: ignore[no-untyped-def]
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                if raw is not None:
                    await raw(reader, writer)
                elif handler is not None:
                    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                    fields = dict(line.split(": ", 1) for line in head[1:] if line)
                    made = handler(head[0], {k.lower(): v for k, v in fields.items()})
                    writer.write(made if isinstance(made, bytes) else await made)
                    await writer.drain()
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
        async with server:
            yield server.sockets[0].getsockname()[1]

    return running


@pytest.fixture
def anywhere() -> Callable[[int], Policy]:
    """A policy that dials this loopback port for every URL, as the operator's own --connect-to."""
    return lambda port: Policy(connect_to=(parse(f"::127.0.0.1:{port}"),), any_public_host=True)


@pytest.fixture(scope="session")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(ca: trustme.CA, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    yield path


@pytest.fixture
def tls_for(ca: trustme.CA) -> Callable[[str], SSLContext]:
    """A server's TLS context for one name."""

    def context(name: str) -> SSLContext:
        made = SSLContext(PROTOCOL_TLS_SERVER)
        ca.issue_cert(name).configure_cert(made)
        return made

    return context


class Dialler(httpcore.AsyncNetworkBackend):
    """Writes down what is dialled; leads known addresses to a loopback port and refuses the rest."""

    def __init__(self, leads: dict[str, int]) -> None:
        self.leads, self.dialled = leads, list[str]()
        self.real = httpcore.AnyIOBackend()

    async def connect_tcp(self, host: str, port: int, *_: object, **__: object) -> httpcore.AsyncNetworkStream:
        self.dialled.append(host)
        if host not in self.leads:
            raise httpcore.ConnectError("no such address here")
        return await self.real.connect_tcp("127.0.0.1", self.leads[host])


@pytest.fixture
def dialler() -> Callable[..., Dialler]:
    return lambda **leads: Dialler({k.replace("_", "."): v for k, v in leads.items()})
