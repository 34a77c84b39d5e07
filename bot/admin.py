"""What operators look at: /status, /status.json and /metrics, on a port of their own that Slack does not reach."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot import doors, metrics, status, status_page
from bot.errors import reason
from bot.settings import Settings

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
NO_STORE = "the store does not answer\n"

log = logging.getLogger(__name__)


@asynccontextmanager
async def opened(settings: Settings, redis: Redis) -> AsyncIterator[str]:
    """The listener, open as long as the block lasts; gives its address, "" where there is none.

    A port that is taken (by another serving process here, say) costs only the pages.
    """
    if settings.admin_port is None:
        yield ""
        return
    runner = web.AppRunner(_site(settings, redis), access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        yield await _listen(runner, settings)
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, settings: Settings) -> str:
    where = f"{settings.admin_host}:{settings.admin_port}"
    try:
        await web.TCPSite(runner, settings.admin_host, settings.admin_port).start()
    except OSError as error:
        log.warning(
            "LOCKSMITH_ADMIN_PORT: %s cannot be listened on (%s): no /status and /metrics here; set another",
            where,
            reason(error),
        )
        return ""
    host, port = runner.addresses[0][:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    log.info("status and metrics are at %s/status and /metrics", address)
    return address


def _site(settings: Settings, redis: Redis) -> web.Application:
    site = web.Application()
    doors.add_health_checks(site, redis)

    async def shown(request: web.Request) -> web.Response:
        text = status_page.page(await status.read(redis, settings.services))
        return web.Response(text=text, content_type="text/html")

    async def as_json(request: web.Request) -> web.Response:
        return web.json_response(status_page.plain(await status.read(redis, settings.services)))

    async def scraped(request: web.Request) -> web.Response:
        try:
            snapshot = await metrics.read(redis, settings.services)
        except (RedisError, OSError):
            snapshot = None
        body, kind = metrics.exposition(snapshot, request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": kind, **HEADERS})

    site.router.add_get("/status", _guarded(shown))
    site.router.add_get("/status.json", _guarded(as_json))
    site.router.add_get("/metrics", scraped)
    return site


Handler = Callable[[web.Request], Awaitable[web.Response]]


def _guarded(handler: Handler) -> Handler:
    """The handler with our headers, and 503 where the store does not answer."""

    async def handle(request: web.Request) -> web.Response:
        try:
            answer = await handler(request)
        except (RedisError, OSError):
            answer = web.Response(status=503, text=NO_STORE)
        answer.headers.update(HEADERS)
        return answer

    return handle
