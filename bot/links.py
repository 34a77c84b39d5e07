"""Where a message can be opened: its permalink, asked once and remembered."""

from __future__ import annotations

import logging

from redis.asyncio import Redis

from bot.cases import IDLE_S, Case
from bot.slack import RefusedError, Slack, UnclearError, ask
from bot.store import key

log = logging.getLogger(__name__)


async def to_case(slack: Slack, redis: Redis, case: Case) -> str:
    """The address of the case's one message; empty where there is none, or Slack does not tell."""
    if not case.reply_ts:
        return ""
    slot = key("link", case.channel, case.reply_ts)
    if known := await redis.get(slot):
        return str(known)
    try:
        answer = await ask(slack.posts.chat_getPermalink(channel=case.channel, message_ts=case.reply_ts))
    except (RefusedError, UnclearError) as error:
        log.info("case %s has no link (%s)", case.id, error)
        return ""
    link = str(answer.get("permalink") or "")
    if not link.startswith(("https://", "http://")):
        return ""
    await redis.set(slot, link, ex=IDLE_S)
    return link
