"""What engineers ask beside the cases, as `/401 …` or behind a mention; only whoever asks sees the answer."""

from __future__ import annotations

import logging
import re
from typing import Any

from redis.exceptions import RedisError

from bot import audit, stats
from bot.jobs import SEEN_S
from bot.slack import RefusedError, UnclearError, ask
from bot.store import key
from handlers import corrections
from handlers.blocks.message import Message
from handlers.blocks.stats import stats_message
from handlers.blocks.text import fallback, piece, rich, section
from handlers.deps import Deps

STATS = re.compile(r"stats", re.IGNORECASE)
WAS = re.compile(r"case\s+#?([A-Z0-9]{4,8})\s+was\s+((?:[\w-]+\s+){0,5}[\w-]+)\W*", re.IGNORECASE)
ENGINEERS_ONLY = "That is for support engineers."

log = logging.getLogger(__name__)
BUSY = "I cannot look that up right now; please try again in a minute."


def understood(words: str) -> bool:
    """Whether the words ask for one of these, and are no report."""
    return bool(STATS.fullmatch(words.strip()) or WAS.fullmatch(words.strip()))


async def answer(deps: Deps, user: str, words: str) -> Message:
    """The answer to words that are `understood`."""
    try:
        if was := WAS.fullmatch(words.strip()):
            return _line(await corrections.said(deps, user, was[1], was[2]))
        if not await deps.access.is_engineer(user):
            return _line(ENGINEERS_ONLY)
        await audit.record(deps.redis, team=deps.team, user=user, action="stats")
        return stats_message(await stats.read(deps.redis, deps.team))
    except (RedisError, OSError):
        return _line(BUSY)


async def take(deps: Deps, event: dict[str, Any]) -> bool:
    """Answer a message to the bot that asks for one of these, once, to its writer alone. False: it is another."""
    words = str(event.get("text") or "").replace(f"<@{deps.slack.user}>", " ")
    if not understood(words):
        return False
    channel, user, ts = str(event["channel"]), str(event["user"]), str(event["ts"])
    if not await deps.redis.set(key("seen", f"message:{deps.team}:{channel}:{ts}"), "1", nx=True, ex=SEEN_S):
        return True
    page = await answer(deps, user, words)
    said: dict[str, Any] = {"channel": channel, "text": page.text, "thread_ts": event.get("thread_ts")}
    try:
        if channel.startswith("D"):
            await ask(deps.slack.posts.chat_postMessage(**said, blocks=page.blocks))
        else:
            await ask(deps.slack.posts.chat_postEphemeral(**said, blocks=page.blocks, user=user))
    except (RefusedError, UnclearError) as error:
        log.info("a person could not be told (%s)", error)
    return True


def _line(text: str) -> Message:
    return Message(fallback(text), [rich(section(piece(text)))])
