"""Who did what as an engineer: one line in the log and one entry of a Redis stream for each action."""

from __future__ import annotations

import logging

from redis.asyncio import Redis

from bot.store import key

STREAM = key("audit")
KEPT = 20_000

log = logging.getLogger(__name__)


async def record(redis: Redis, *, team: str, user: str, action: str, case: str = "", about: str = "") -> None:
    """Keep that the user did this; `action` is a short word (`evidence`, `allow`), `about` what it was done to.

    Nothing secret and no report's words: ids, hosts, names of causes. Raises RedisError: what cannot be recorded is
    not to be done.
    """
    await redis.xadd(
        STREAM,
        {"team": team, "user": user, "action": action, "case": case, "about": about[:200]},
        maxlen=KEPT,
        approximate=True,
    )
    log.info(
        "audit: %s does %s%s%s", user, action, f" on case {case}" if case else "", f": {about[:200]}" if about else ""
    )
