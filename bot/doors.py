"""How Slack reaches us: signed HTTP, or Socket Mode. Either acknowledges only what its listener has recorded."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from redis.asyncio import Redis
from redis.exceptions import RedisError
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UsageError
from bot.settings import Settings
from bot.slack import Slack, bypasses_proxy

SOCKETS = 2
"""Slack closes a socket now and then; with one alone, clicks made meanwhile would be lost."""
BODY_MAX = 2**20

log = logging.getLogger(__name__)


def bolt(settings: Settings, slack: Slack) -> AsyncApp:
    """A Bolt app without listeners, for either door.

    It answers after its listener and not before, so that what could not be recorded is not acknowledged.
    Who we are was asked at the start: a Slack in trouble later must not make Bolt turn events away with a 200.
    """

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=slack.team,
            bot_user_id=slack.user,
            bot_id=slack.bot,
            bot_token=settings.slack_token,
        )

    app = AsyncApp(
        name="locksmith",
        logger=logging.getLogger("locksmith.bolt"),
        signing_secret=settings.signing_secret,
        # Its own token would be needed only to open sockets, and those take the app-level one.
        client=AsyncWebClient(base_url=settings.slack_api_url),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=not settings.app_token,
    )

    @app.error
    async def failed(error: Exception) -> BoltResponse:
        log.error("a request was not taken (%s): Slack will send it again", type(error).__name__)
        return BoltResponse(status=503, body="")

    return app


@asynccontextmanager
async def opened(settings: Settings, app: AsyncApp, redis: Redis) -> AsyncIterator[str]:
    """The HTTP server, and the sockets in Socket Mode, open as long as the block lasts. Gives the server's address."""
    runner = web.AppRunner(_site(settings, app, redis), access_log=None, shutdown_timeout=5)
    await runner.setup()
    sockets: list[Any] = []
    try:
        address = await _listen(runner, settings)
        if settings.app_token:
            sockets = await _connect(settings, app)
        yield address
    finally:
        for socket in sockets:
            await socket.close_async()
        await runner.cleanup()


async def _listen(runner: web.AppRunner, settings: Settings) -> str:
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise UsageError(f"HOST, PORT: {where} cannot be listened on ({error.strerror}); set another") from None
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"


async def _connect(settings: Settings, app: AsyncApp) -> list[AsyncSocketModeHandler]:
    made = [AsyncSocketModeHandler(app, settings.app_token) for _ in range(SOCKETS)]
    for handler in made:
        if bypasses_proxy(settings.slack_api_url):
            handler.client.proxy = None
            handler.client.web_client.proxy = None
        await handler.connect_async()
    return made


def _site(settings: Settings, app: AsyncApp, redis: Redis) -> web.Application:
    site = web.Application(client_max_size=BODY_MAX)

    async def events(request: web.Request) -> web.Response:
        answer = await app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        try:
            await asyncio.wait_for(redis.ping(), 2)
        except (RedisError, OSError, TimeoutError):
            return web.Response(status=503, text="the store does not answer\n")
        return web.Response(text="ready\n")

    if not settings.app_token:
        site.router.add_post("/slack/events", events)
    site.router.add_get("/healthz", healthz)
    site.router.add_get("/readyz", readyz)
    return site
