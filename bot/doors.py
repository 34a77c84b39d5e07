"""How Slack reaches us: signed HTTP, or Socket Mode. Either acknowledges only what its listener has recorded."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from redis.asyncio import Redis
from redis.exceptions import RedisError
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import changes_door
from bot.errors import UsageError, reason
from bot.once import Copies
from bot.proxies import bypasses_proxy
from bot.settings import Settings
from bot.slack import RefusedError, UnclearError, UninstalledError, ask
from bot.workspaces import Workspaces

SOCKETS = 2
"""Slack closes a socket now and then; with one alone, clicks made meanwhile would be lost."""
CONNECT_S = 5
BODY_MAX = 2**20
ACK_S = 2.5
"""Slack waits three seconds; what could not be recorded by then counts as not taken, and Slack sends it again."""

NOT_HERE = "Locksmith is not installed in this workspace any more. Install it again, and try once more."

log = logging.getLogger(__name__)
quiet = logging.getLogger("locksmith.bolt")
"""For the libraries: at their chattier levels they would quote what they were sent."""


def bolt(settings: Settings, workspaces: Workspaces) -> AsyncApp:
    """A Bolt app without listeners, for either door.

    It answers after its listener and not before, so that what could not be recorded is not acknowledged.
    Who we are is known without asking Slack: one in trouble must not make Bolt turn events away with a 200.
    """

    async def authorize(context: AsyncBoltContext) -> AuthorizeResult | None:
        try:
            slack = await workspaces.serving(context)
        except UninstalledError as error:
            # Bolt acknowledges it and tells whoever gave a command: sent again, it could be answered no better.
            log.warning("a request is left out: %s", error)
            return None
        return AuthorizeResult(
            enterprise_id=slack.organisation or None,
            team_id=slack.team,
            bot_user_id=slack.user,
            bot_id=slack.bot,
            bot_token=slack.calls.token,
        )

    app = AsyncApp(
        name="locksmith",
        logger=quiet,
        signing_secret=settings.signing_secret,
        # Its own token would be needed only to open sockets, and those take the app-level one.
        client=AsyncWebClient(base_url=settings.slack_api_url),
        authorize=authorize,  # type: ignore[arg-type]  # None is what Bolt wants for a workspace without the app
        process_before_response=True,
        user_facing_authorize_error_message=NOT_HERE,
        request_verification_enabled=not settings.app_token,
    )

    @app.error
    async def failed(error: Exception) -> BoltResponse:
        log.error("a request was not taken (%s): Slack will send it again", type(error).__name__)
        return BoltResponse(status=503, body="")

    return app


async def dispatch(app: AsyncApp, request: AsyncBoltRequest) -> BoltResponse:
    """What the app answers in time; 503 otherwise."""
    _place(request)
    try:
        async with asyncio.timeout(ACK_S):
            return await app.async_dispatch(request)
    except TimeoutError:
        log.error("a request was not taken in time: Slack will send it again")
        return BoltResponse(status=503, body="")


def _place(request: AsyncBoltRequest) -> None:
    """Where an organisation installed the app, Slack may name the workspace beside the authorization, or none."""
    if not request.context.team_id:
        body, organisation = request.body, request.context.enterprise_id
        request.context["team_id"] = body.get("team_id") or body.get("context_team_id") or organisation


@asynccontextmanager
async def opened(
    settings: Settings, app: AsyncApp, redis: Redis, installing: AsyncOAuthFlow | None = None
) -> AsyncIterator[str]:
    """The HTTP server, and the sockets in Socket Mode, open as long as the block lasts. Gives the server's address.

    `installing`: the app can be installed from a browser.
    """
    runner = web.AppRunner(_site(settings, app, redis, installing), access_log=None, shutdown_timeout=5)
    await runner.setup()
    sockets: list[SocketModeClient] = []
    connecting: asyncio.Future[Any] | None = None
    try:
        address = await _listen(runner, settings)
        if settings.app_token:
            await _let_in(settings)
            sockets = _sockets(settings, app)
            connecting = asyncio.gather(*(socket.connect() for socket in sockets))  # type: ignore[no-untyped-call]
            # Slack may be out of reach for long: then they go on trying while we can be stopped.
            await asyncio.wait({connecting}, timeout=CONNECT_S)
        yield address
    finally:
        if connecting is not None:
            connecting.cancel()
            await asyncio.wait({connecting})
        for socket in sockets:
            await socket.close()  # type: ignore[no-untyped-call]
        await runner.cleanup()


async def _listen(runner: web.AppRunner, settings: Settings) -> str:
    where = f"{settings.host}:{settings.port}"
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        if settings.app_token:
            # Slack's messages come over the sockets; only the health checks are lost.
            log.warning("%s cannot be listened on (%s): no /healthz, /readyz and /slack/install", where, reason(error))
            return "Socket Mode"
        raise UsageError(f"HOST, PORT: {where} cannot be listened on ({reason(error)}); set another") from None
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"


async def _let_in(settings: Settings) -> None:
    """Ask once whether the app-level token is good: the sockets would try a bad one for ever."""
    try:
        await ask(_socket_client(settings).apps_connections_open(app_token=settings.app_token))
    except RefusedError as error:
        told = f"SLACK_APP_TOKEN: Slack refuses it ({error.code}); copy it anew from Basic Information"
        raise UsageError(told) from None
    except UnclearError as error:
        log.warning("Slack gives no socket yet (%s); trying again", error)


def _socket_client(settings: Settings) -> AsyncWebClient:
    made = AsyncWebClient(base_url=settings.slack_api_url, timeout=10)
    if bypasses_proxy(settings.slack_api_url):
        made.proxy = None
    return made


def _sockets(settings: Settings, app: AsyncApp) -> list[SocketModeClient]:
    copies = Copies()

    async def take(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        async def handle() -> bool:
            asked = AsyncBoltRequest(mode="socket_mode", body=request.payload, headers=build_headers(request))
            answer = await dispatch(app, asked)
            # It sends nothing unless the status is 200: then Slack delivers the envelope again.
            await send_async_response(client, request, answer, time.time())
            return bool(answer.status == 200)

        if await copies.first(client, request.payload, handle):
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    made = []
    for _ in range(SOCKETS):
        web_client = _socket_client(settings)
        client = SocketModeClient(app_token=settings.app_token, web_client=web_client, logger=quiet, ping_interval=5)
        client.socket_mode_request_listeners.append(take)
        if bypasses_proxy(settings.slack_api_url):
            client.proxy = None
        made.append(client)
    return made


def _site(settings: Settings, app: AsyncApp, redis: Redis, installing: AsyncOAuthFlow | None) -> web.Application:
    site = web.Application(client_max_size=BODY_MAX)

    async def events(request: web.Request) -> web.Response:
        answer = await dispatch(app, await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    if installing:
        site.add_routes(_installing(installing))
    if not settings.app_token:
        site.router.add_post("/slack/events", events)
    if settings.changes_secret:
        site.router.add_post("/changes", changes_door.taker(settings, redis))
    add_health_checks(site, redis)
    return site


def add_health_checks(site: web.Application, redis: Redis) -> None:
    """Add /healthz, which says that the process runs, and /readyz, which asks the store as well."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        try:
            await asyncio.wait_for(redis.ping(), 2)
        except (RedisError, OSError, TimeoutError):
            return web.Response(status=503, text="the store does not answer\n")
        return web.Response(text="ready\n")

    site.router.add_get("/healthz", healthz)
    site.router.add_get("/readyz", readyz)


def _installing(flow: AsyncOAuthFlow) -> list[web.RouteDef]:
    """The two pages of an installation, whichever door events come by."""

    async def begin(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await flow.handle_installation(await to_bolt_request(request)))

    async def back(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await flow.handle_callback(await to_bolt_request(request)))

    return [web.get(flow.install_path, begin), web.get(flow.redirect_uri_path, back)]
