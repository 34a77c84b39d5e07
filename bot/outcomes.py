"""How cases ended."""

from __future__ import annotations

from typing import Literal

from redis.asyncio import Redis

from bot.cases import IDLE_S, Case
from bot.store import key


async def confirm(redis: Redis, case: Case, how: Literal["seen_in_logs", "probe", "reporter"]) -> None:
    """Keep how it was known that the case's last answer mended it."""
    await redis.set(key("outcome", case.id), how, ex=IDLE_S)
