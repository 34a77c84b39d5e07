"""Where a case's thread is, for those who are called to it from elsewhere."""

from __future__ import annotations

import logging

from bot.cases import Case
from bot.casework.desk import Desk
from bot.slack import RefusedError, UnclearError, ask

log = logging.getLogger(__name__)


async def permalink(desk: Desk, case: Case) -> str:
    """The address of the case's answer; empty when Slack does not tell."""
    try:
        answer = await ask(desk.slack.calls.chat_getPermalink(channel=case.channel, message_ts=case.reply_ts or ""))
    except (RefusedError, UnclearError) as error:
        log.info("case %s: no link to its thread (%s)", case.id, error)
        return ""
    return str(answer.get("permalink") or "")
