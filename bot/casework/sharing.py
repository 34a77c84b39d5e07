"""Whether others than ours read in a channel (Slack Connect)."""

from __future__ import annotations

import logging

from bot.casework.desk import Desk
from bot.slack import RefusedError, UnclearError, ask

log = logging.getLogger(__name__)


async def shared(desk: Desk, channel: str) -> bool | None:
    """Whether people of another organisation read in the channel, or will; None as long as Slack does not say so."""
    try:
        answer = await ask(desk.slack.calls.conversations_info(channel=channel))
    except (RefusedError, UnclearError) as error:
        log.warning("whether %s is shared with others is not known (%s)", channel, error)
        return None
    told = answer.get("channel") or {}
    if told.get("is_ext_shared") or told.get("is_pending_ext_shared"):
        return True
    return False if told.get("is_ext_shared") is False else None
