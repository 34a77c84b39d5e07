"""One person is told at once what became of what they pressed or typed: where they did it, or else directly."""

from __future__ import annotations

import logging
from typing import Any

from bot.casework.private import direct
from bot.reply import NOT_THERE
from bot.slack import RefusedError, UnclearError, ask
from handlers.deps import Deps

EXPIRED = "This case is no longer kept. Report it again, please."
TOO_LATE = "Slack took too long, and I could not open this. Please try again."
Body = dict[str, Any]

log = logging.getLogger(__name__)


async def tell(deps: Deps, body: Body, user: str, text: str) -> None:
    """Say it to the user alone. `body`: of the action or the command; the Home tab and views have no channel."""
    channel = (body.get("channel") or {}).get("id") or body.get("channel_id")
    thread_ts = (body.get("message") or {}).get("thread_ts")
    try:
        if not (channel and await _ephemeral(deps, channel, user, text, thread_ts)):
            await ask(deps.slack.posts.chat_postMessage(channel=await direct(deps.slack, user), text=text))
    except (RefusedError, UnclearError) as error:
        log.info("a person could not be told (%s)", error)


async def _ephemeral(deps: Deps, channel: str, user: str, text: str, thread_ts: str | None) -> bool:
    """False: nothing can be said there."""
    try:
        await ask(deps.slack.posts.chat_postEphemeral(channel=channel, user=user, text=text, thread_ts=thread_ts))
    except RefusedError as error:
        if error.code not in NOT_THERE:
            raise
        return False
    return True
