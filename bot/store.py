"""The connection to Redis or Valkey: what REDIS_URL names, else the embedded engine."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot import embedded
from bot.errors import UsageError
from bot.settings import Settings

PREFIX = "{locksmith}"
"""Begins every key. The braces make it a hash tag, so that a cluster keeps the keys of one script together."""

GONE_S = 0.5
"""How often it is looked whether the embedded engine is still there, which the system may end where memory is short."""
SOCKET_TIMEOUT_S = 2.5
"""Slack waits three seconds for an answer; a blocking read must stay under half of this."""

log = logging.getLogger(__name__)


def key(*parts: str) -> str:
    """A key of ours."""
    return ":".join((PREFIX, *parts))


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[Redis]:
    """A client for as long as the block lasts. Raises UsageError when the embedded engine cannot be had."""
    if settings.redis_url:
        async with _client(settings.redis_url) as client:
            yield client
        return
    engine = await asyncio.to_thread(embedded.start, settings.data)
    kept = asyncio.create_task(_keep(engine))
    try:
        async with _client(f"unix://{engine.socket}") as client:
            yield client
    finally:
        kept.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await kept
        await asyncio.to_thread(embedded.leave, engine)


async def _keep(engine: embedded.Engine) -> None:
    """Start the engine again whenever it is gone."""
    while True:
        await asyncio.sleep(GONE_S)
        if not embedded.gone(engine):
            continue
        log.warning("the embedded engine in %s is gone; it is started again over what it kept", engine.data)
        try:
            await asyncio.to_thread(embedded.revive, engine)
        except (UsageError, OSError) as error:
            log.error("%s; trying again", error)


def _client(url: str) -> Redis:
    """One retry, at once, for a connection that died while idle: every write here may be repeated without harm."""
    try:
        return Redis.from_url(
            url,
            decode_responses=True,
            client_name="locksmith",
            socket_timeout=SOCKET_TIMEOUT_S,
            socket_connect_timeout=SOCKET_TIMEOUT_S,
            health_check_interval=15,
            retry=Retry(NoBackoff(), 1),
        )
    except ValueError:
        raise UsageError("REDIS_URL: is not understood; give one like redis://127.0.0.1:6379/0") from None
