"""HTTP with stores: bounded in time, size and tries, with TLS, without redirects; what goes wrong is one line."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from bot.logs.stores.interface import Place
from bot.logs.stores.quoting import clean
from bot.logs.stores.troubles import CONNECT_S, NO_JSON, OTHER_SHAPE, failure, refusal
from bot.proxies import bypasses_proxy
from bot.web import httpx

LARGEST = 32 << 20
"""Bytes of an answer that are read."""
TRIES = 3
PAUSE_S = 0.5
LONGEST_WAIT_S = 10.0
"""A store that asks for more patience is given up."""
BUSY = frozenset({429, 500, 502, 503, 504})
BROKEN = (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
"""A connection that broke off, which may be tried again: nothing is changed by asking."""
SCHEMES = ("basic ", "bearer ", "apikey ", "splunk ")

UNFIT = "its credentials hold what no header can; check {}"

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with a status of success."""

    store: Place
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
            raise self.store.fault(OTHER_SHAPE) from None


class Http:
    """Asks one store; whoever calls sets the time limit."""

    def __init__(self, store: Place, *, environ: Mapping[str, str] = os.environ) -> None:
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
        if found != clean(found):
            raise self.store.fault(UNFIT.format(source))
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
            raise self.store.fault(UNFIT.format(self.store.credentials))
        return {"Authorization": secret}

    async def bearer(self, fetch: Callable[[], Awaitable[str]]) -> dict[str, str]:
        """An Authorization header with the token that `fetch` brings, which is asked once."""
        async with self._one_at_a_time:
            self._token = self._token or await fetch()
        return {"Authorization": f"Bearer {self._token}"}

    async def call(self, method: str, url: str, **sent: Any) -> Reply:
        """One request, tried again while the store is busy. Raises StoreError."""
        for turn in range(TRIES - 1):
            try:
                status, headers, body = await self._once(method, url, sent)
            except BROKEN:
                await asyncio.sleep(PAUSE_S * 2**turn)
                continue
            wait = _wait(headers, turn)
            if status not in BUSY or wait > LONGEST_WAIT_S:
                return self._reply(status, body)
            await asyncio.sleep(wait)
        try:
            status, _, body = await self._once(method, url, sent)
        except BROKEN as error:
            raise self.store.fault(failure(error)) from None
        return self._reply(status, body)

    def _reply(self, status: int, body: bytes) -> Reply:
        if 200 <= status < 300:
            return Reply(self.store, body)
        raise self.store.fault(refusal(status, body, credentials=self.store.credentials, secret=self.secret()))

    async def _once(self, method: str, url: str, sent: Mapping[str, Any]) -> tuple[int, httpx.Headers, bytes]:
        """Status, headers and body of an answer. Raises StoreError, and what a broken connection raises."""
        try:
            self._client = self._client or _client(self.store, url)
            async with self._client.stream(method, url, **sent) as response:
                return response.status_code, response.headers, await self._body(response)
        except BROKEN:
            raise
        except httpx.HTTPError as error:
            raise self.store.fault(failure(error)) from None
        except (httpx.InvalidURL, ValueError):
            raise self.store.fault("cannot be asked so; check its entry in services.yaml and its credentials") from None

    async def _body(self, response: httpx.Response) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > LARGEST:
                raise self.store.fault(f"answered with more than {LARGEST >> 20} MB; narrow its entry in services.yaml")
        return bytes(body)


def _file(store: Place, source: str) -> str:
    try:
        return Path(source.removeprefix("file:")).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise store.fault(f"its credentials in {source} cannot be read ({error.strerror}); mend the path") from None
    except UnicodeDecodeError:
        raise store.fault(f"its credentials in {source} are no text; mend the path") from None


def _client(store: Place, url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        verify=_context(store),
        timeout=httpx.Timeout(None, connect=CONNECT_S),
        follow_redirects=False,
        trust_env=not bypasses_proxy(url),
        headers={"Accept-Encoding": "identity", "User-Agent": "locksmith"},
    )


def _context(store: Place) -> ssl.SSLContext:
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
