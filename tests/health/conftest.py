"""A service with its identity provider on one real socket, which can be made to change."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiohttp import web
from redis.asyncio import Redis

from bot import store
from bot.probe.gate import Policy
from bot.services import Service
from bot.settings import Settings


class Acme:
    """What it answers; `asked` lists the paths."""

    def __init__(self) -> None:
        self.port, self.scheme = 0, "http"
        self.kids: dict[str, str] = {"3f2a": "AQAB"}
        self.jwks_status = 200
        self.status, self.challenge = 401, 'Bearer realm="orders"'
        self.asked: list[str] = []
        self.reached = asyncio.Event()

    @property
    def base(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def service(self, **more: Any) -> Service:
        known = {"issuer": self.base, "check": f"{self.base}/v1/orders", "environment": "production"}
        return Service(name="orders", hosts=(f"127.0.0.1:{self.port}",), **{**known, **more})

    def policy(self, cacert: Path | None = None) -> Policy:
        return Policy(hosts=frozenset({f"127.0.0.1:{self.port}"}), cacert=cacert)

    async def _discovery(self, request: web.Request) -> web.Response:
        return web.json_response({"issuer": self.base, "jwks_uri": f"{self.base}/jwks"})

    async def _jwks(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        keys = [{"kty": "RSA", "kid": kid, "e": "AQAB", "n": n} for kid, n in self.kids.items()]
        return web.json_response({"keys": keys}, status=self.jwks_status)

    async def _orders(self, request: web.Request) -> web.Response:
        assert "Authorization" not in request.headers
        self.asked.append(request.path)
        self.reached.set()
        headers = {"WWW-Authenticate": self.challenge} if self.challenge else {}
        return web.Response(status=self.status, headers=headers)

    @asynccontextmanager
    async def serving(self, context: ssl.SSLContext | None = None) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/jwks", self._jwks)
        app.router.add_get("/v1/orders", self._orders)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port, ssl_context=context).start()
        self.port, self.scheme = runner.addresses[0][1], "https" if context else "http"
        try:
            yield
        finally:
            await runner.cleanup()


@pytest.fixture
async def acme() -> AsyncIterator[Acme]:
    made = Acme()
    async with made.serving():
        yield made


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    async with store.connect(Settings(data=tmp_path / "data")) as client:
        yield client


def context(authority: trustme.CA, ends: datetime) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", not_after=ends).configure_cert(made)
    return made
