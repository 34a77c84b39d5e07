"""A subcommand is answered to whoever asked.

It is a job like any other: recorded before Slack is told that we have it, so that what takes longer than Slack waits
(logs, probes, who is an engineer) survives a crash, a slow Slack and a Slack in trouble, and is answered or refused
in words in the end. A `response_url` would lapse after half an hour, and would have to be stored.
"""

from __future__ import annotations

import logging

from bot.casework import private
from bot.casework.desk import Desk
from bot.jobs import Job
from bot.slack import RefusedError, UnclearError

log = logging.getLogger(__name__)


async def give(desk: Desk, job: Job) -> None:
    """Answer it."""
    await private.tell(desk, job, await desk.reply_to(job))


async def give_up(desk: Desk, job: Job) -> None:
    """Say that it cannot be answered now."""
    try:
        await private.tell(desk, job, desk.pages.not_answered())
    except (RefusedError, UnclearError) as error:
        log.error("%s could not even be told that there is no answer (%s)", job.user, error)
