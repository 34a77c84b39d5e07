"""Who looked at the bot's Home tab lately: only they are shown news there."""

from __future__ import annotations

import time

from redis.asyncio import Redis

from bot.store import key

LATELY_S = 15 * 60
MOST = 10
"""People whose tab is renewed when a case changes; the others' is when they open it."""


async def saw(redis: Redis, team: str, user: str) -> None:
    """Remember that the user looks at it now."""
    now, viewers = time.time(), key("viewers", team)
    async with redis.pipeline(transaction=True) as both:
        both.zadd(viewers, {user: now})
        both.zremrangebyscore(viewers, "-inf", now - LATELY_S)
        both.expire(viewers, LATELY_S)
        await both.execute()


async def lately(redis: Redis, team: str) -> tuple[str, ...]:
    """The latest viewers."""
    least = time.time() - LATELY_S
    found = await redis.zrevrangebyscore(key("viewers", team), "+inf", least, start=0, num=MOST)
    return tuple(str(user) for user in found)
