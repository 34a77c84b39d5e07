"""HTTP with stores: bounded in time, size and tries, with TLS, without redirects; what goes wrong is one line."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import ssl
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from bot.logs.stores.interface import Store, StoreError
from bot.probe.backend import tls_reason
from bot.proxies import bypasses_proxy
from bot.redact import redact
from bot.web import httpx

CONNECT_S = 4.0
LARGEST = 32 << 20
"""Bytes of an answer that are read."""
TRIES = 3
PAUSE_S = 0.5
LONGEST_WAIT_S = 10.0
"""A store that asks for more patience is given up."""
BUSY = frozenset({429, 500, 502, 503, 504})
SCHEMES = ("basic ", "bearer ", "apikey ", "splunk ")
LONGEST_DETAIL = 200
NO_JSON = "answered with something that is no JSON; check that the address is the store's own and not a page to sign in"

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with a status of success."""

    store: Store
    body: bytes

    def read(self, make: Callable[[Any], R]) -> R:
        """What `make` makes of the body's JSON. Raises StoreError, also where it has not the documented shape."""
        return self._made(self.body, make)

    def read_lines(self, make: Callable[[Any], R]) -> list[R]:
        """The same for each line of a body."""
        return [self._made(line, make) for line in self.body.split(b"\n") if line.strip()]

    def _made(self, text: bytes, make: Callable[[Any], R]) -> R:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            raise self.store.fault(NO_JSON) from None
        try:
            return make(found)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            raise self.store.fault(
                "answered with JSON of another shape than documented; is its address right?"
            ) from None


class Http:
    """Asks one store; whoever calls sets the time limit."""

    def __init__(self, store: Store, *, environ: Mapping[str, str] = os.environ) -> None:
        self.store = store
        self._environ = environ
        self._client: httpx.AsyncClient | None = None
        self._token = ""
        self._one_at_a_time = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client:
            await self._client.aclose()

    def secret(self) -> str | None:
        """The store's credentials; None where it names none. Raises StoreError, which never holds the value."""
        source = self.store.credentials
        if source is None:
            return None
        found = _file(self.store, source) if source.startswith("file:") else self._environ.get(source, "").strip()
        if not found:
            raise self.store.fault(f"its credentials are not set; put them into {source}")
        return found

    def login(self) -> dict[str, str]:
        """An Authorization header: `user:password` goes as Basic, a token as Bearer, what names a scheme as it is."""
        secret = self.secret()
        if secret is None:
            return {}
        if not secret.lower().startswith(SCHEMES):
            basic = base64.b64encode(secret.encode()).decode()
            secret = f"Basic {basic}" if ":" in secret else f"Bearer {secret}"
        if not (secret.isascii() and secret.isprintable()):
            raise self.store.fault(f"its credentials hold what no header can; check {self.store.credentials}")
        return {"Authorization": secret}

    async def bearer(self, fetch: Callable[[], Awaitable[str]]) -> dict[str, str]:
        """An Authorization header with the token that `fetch` brings, which is asked once."""
        async with self._one_at_a_time:
            self._token = self._token or await fetch()
        return {"Authorization": f"Bearer {self._token}"}

    async def call(self, method: str, url: str, **sent: Any) -> Reply:
        """One request, tried again while the store is busy. Raises StoreError."""
        for turn in range(TRIES):
            response = await self._once(method, url, sent, last=turn == TRIES - 1)
            if response is None:
                await asyncio.sleep(PAUSE_S * 2**turn)
                continue
            status, headers, reply = response
            if 200 <= status < 300:
                return reply
            wait = _wait(headers, turn)
            if status not in BUSY or turn == TRIES - 1 or wait > LONGEST_WAIT_S:
                raise self._refused(status, headers, reply)
            await asyncio.sleep(wait)
        raise AssertionError("the last try returns or raises")

    async def _once(
        self, method: str, url: str, sent: Mapping[str, Any], *, last: bool
    ) -> tuple[int, httpx.Headers, Reply] | None:
        """The answer; None when the connection broke and may be tried again."""
        self._client = self._client or _client(self.store)
        try:
            async with self._client.stream(method, url, **sent) as response:
                return response.status_code, response.headers, await self._body(response)
        except (httpx.ReadError, httpx.RemoteProtocolError, httpx.WriteError):
            if not last:
                return None
            raise self.store.fault("breaks the connection off; see whether it is well") from None
        except httpx.HTTPError as error:
            raise self.store.fault(_reason(error)) from None

    async def _body(self, response: httpx.Response) -> Reply:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > LARGEST:
                raise self.store.fault(f"answered with more than {LARGEST >> 20} MB; narrow its entry in services.yaml")
        return Reply(self.store, bytes(body))

    def _refused(self, status: int, headers: httpx.Headers, reply: Reply) -> StoreError:
        held = self.store.credentials
        detail = _detail(reply.body)
        if status in (401, 403):
            mend = f"check what {held} holds and may read" if held else "name where they are under 'credentials'"
            return self.store.fault(f"{'refuses the' if held else 'wants'} credentials ({status}); {mend}")
        if 300 <= status < 400:
            return self.store.fault(f"sends elsewhere ({status}), which is not followed; give the store's own address")
        if status == 429:
            return self.store.fault("is asked too often (429); ask again in a while, or raise its limit")
        if status == 404:
            return self.store.fault(f"has nothing there (404{detail}); check its entry in services.yaml")
        if status < 500:
            return self.store.fault(f"does not take the question ({status}{detail}); check its entry in services.yaml")
        return self.store.fault(f"fails ({status}{detail}); see whether it is well, and its entry in services.yaml")


def _file(store: Store, source: str) -> str:
    try:
        return Path(source.removeprefix("file:")).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise store.fault(f"its credentials in {source} cannot be read ({error.strerror}); mend the path") from None
    except UnicodeDecodeError:
        raise store.fault(f"its credentials in {source} are no text; mend the path") from None


def _client(store: Store) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        verify=_context(store),
        timeout=httpx.Timeout(None, connect=CONNECT_S),
        follow_redirects=False,
        trust_env=not bypasses_proxy(store.place),
        headers={"Accept-Encoding": "identity", "User-Agent": "locksmith"},
    )


def _context(store: Store) -> ssl.SSLContext:
    if not store.cacert:
        return _usual_context()
    try:
        return ssl.create_default_context(cafile=store.cacert)
    except (OSError, ssl.SSLError):
        raise store.fault(f"{store.cacert} holds no CA certificate in PEM form; mend 'cacert'") from None


@lru_cache(maxsize=1)
def _usual_context() -> ssl.SSLContext:
    context = httpx.create_ssl_context()
    context.set_default_verify_paths()
    return context


def _wait(headers: httpx.Headers, turn: int) -> float:
    """Seconds to wait (RFC 9110 section 10.2.3; Datadog's X-RateLimit-Reset is in seconds, too)."""
    text = headers.get("retry-after") or headers.get("x-ratelimit-reset") or ""
    return float(text) if text.isascii() and text.isdigit() else PAUSE_S * 2**turn


def _detail(body: bytes) -> str:
    """What the store says, in a few words without secrets; nothing of a web page."""
    text = " ".join(body[:2_000].decode("utf-8", "replace").split())
    if not text or text.startswith("<"):
        return ""
    shown = redact(text).text
    return f": {shown[:LONGEST_DETAIL]}{'…' if len(shown) > LONGEST_DETAIL else ''}"


def _reason(error: httpx.HTTPError) -> str:
    host = error.request.url.host
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            return f"{tls_reason(cause, host)}; mend that, or name its authority under 'cacert'"
        if isinstance(cause, ConnectionRefusedError):
            return "refuses the connection; see whether it runs, and check its address"
    if isinstance(error, httpx.ConnectTimeout):
        return f"takes no connection within {CONNECT_S:g} s; check its address and the network"
    if isinstance(error, httpx.ConnectError):
        return f"{host} cannot be reached; check its address and the network"
    return "does not speak proper HTTP; check its address"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
