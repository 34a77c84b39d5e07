"""Keeps the workspaces' tokens from expiring, where the app rotates them; one process at a time a workspace.

Slack's token lives twelve hours and goes on working until then; its refresh token is good for one use.
Source: docs.slack.dev/authentication/using-token-rotation.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time

from redis.asyncio import Redis
from redis.exceptions import RedisError
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from bot.install.flow import Client
from bot.install.store import Installations
from bot.settings import Settings
from bot.slack import RefusedError, UnclearError, UninstalledError
from bot.store import key

MARGIN_MIN = 120
PAUSE_S = 60.0
LOCK_S = 60
"""Longer than a call to Slack may take."""
REFUSED_PAUSE_S = 900.0
"""What Slack refused is hardly mended within a minute; the log is spared."""
FIRST_S = 10.0
"""How long the start waits for tokens that ran out while nobody was there to refresh them."""

# KEYS: lock. ARGV: holder.
_UNLOCK = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"

log = logging.getLogger(__name__)


class Rotation:
    """Refreshes tokens that are about to expire, until `stop` is set."""

    def __init__(self, settings: Settings, redis: Redis, installations: Installations, stop: asyncio.Event) -> None:
        self._redis = redis
        self._installations = installations
        self._stop = stop
        self._rotator = AsyncTokenRotator(
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            client=Client(settings.slack_api_url),
        )
        self._not_before: dict[str, float] = {}
        self._first: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Look through all workspaces once; a Slack that does not answer is not waited for."""
        self._first = asyncio.create_task(self._round())
        await asyncio.wait({self._first}, timeout=FIRST_S)

    async def keep(self) -> None:
        """Look through all workspaces once a minute; where Slack refused, again after a quarter of an hour."""
        if self._first:
            await self._first
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), PAUSE_S)
            await self._round()

    async def _round(self) -> None:
        try:
            for team in await self._installations.holders():
                if not self._stop.is_set() and time.monotonic() >= self._not_before.get(team, 0.0):
                    await self._keep_one(team)
        except (RedisError, OSError) as error:
            log.warning("the installations are out of reach (%s); trying again", type(error).__name__)

    async def _keep_one(self, team: str) -> None:
        try:
            await self._refresh(team)
        except UninstalledError as error:
            self._not_before[team] = time.monotonic() + REFUSED_PAUSE_S
            log.error("%s", error)
        except RefusedError as error:
            self._not_before[team] = time.monotonic() + REFUSED_PAUSE_S
            told = "once it expires, the app has to be installed there again"
            log.error("the token of %s was not refreshed: Slack refuses (%s); trying again, %s", team, error.code, told)
        except (KeyError, ValueError):
            log.warning("the token of %s was not refreshed: Slack's answer is not understood; trying again", team)
        except UnclearError as error:
            log.warning("the token of %s was not refreshed: Slack does not answer (%s); trying again", team, error)

    async def _refresh(self, team: str) -> None:
        lock, holder = key("refresh", team), secrets.token_hex(8)
        if not await self._redis.set(lock, holder, nx=True, ex=LOCK_S):
            return
        try:
            # Read under the lock: another process may have refreshed it just now.
            sealed = await self._installations.sealed(team)
            bot = self._installations.opened(team, sealed) if sealed else None
            fresh = bot and await self._rotator.perform_bot_token_rotation(
                bot=bot, minutes_before_expiration=MARGIN_MIN
            )
            if sealed and fresh and await self._installations.swap(team, sealed, fresh):
                log.info("the token of %s was refreshed", team)
        finally:
            await self._redis.eval(_UNLOCK, 1, lock, holder)
