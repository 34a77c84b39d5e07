"""What came in words and files becomes part of the case's report, and the report is answered."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.cases import Case
from bot.casework import answer
from bot.casework.desk import Desk
from bot.intake.interface import Attachment
from bot.intake.merge import follow
from bot.jobs import Job
from bot.model import Report
from bot.slack import RefusedError, UnclearError, ask
from bot.strangers import discreet

TEXT_MAX = 65_536
"""Characters of a report's words that are kept over all its follow-ups, the latest."""

log = logging.getLogger(__name__)


async def take(desk: Desk, job: Job, case: Case | None) -> Case | None:
    """Add what came to what is known, and answer."""
    report = job.report
    assert report is not None
    attachments = [await desk.fetch(file) for file in job.files]
    files = tuple(item for item in attachments if isinstance(item, Attachment))
    notes = tuple(item for item in attachments if isinstance(item, str))
    if files:
        report = await asyncio.to_thread(desk.read, "", posted_at=job.at, attachments=files, earlier=report)
        report = await discreet(desk.access.people, job.user, report)
    if case is not None:
        report = follow(case.report, report)
    elif job.ts and job.thread_ts != job.ts and (first := await _first(desk, job)):
        report = follow(first, report)
    report = replace(report, text=report.text[-TEXT_MAX:])
    case = case or new(job, report)
    if case.revision and job.ts:
        await _acknowledge(desk, job)
    return await answer.give(desk, replace(case, state="open", proof=""), report, notes, asker=job.about)


async def _first(desk: Desk, job: Job) -> Report | None:
    """What the thread is about, when we are called into one; read and redacted at once."""
    try:
        answer = await ask(desk.slack.calls.conversations_replies(channel=job.channel, ts=job.thread_ts, limit=1))
    except (RefusedError, UnclearError) as error:
        log.info("case %s: the thread's first message cannot be read (%s)", job.case, error)
        return None
    first: dict[str, Any] = next(iter(answer.get("messages") or ()), {})
    if first.get("ts") != job.thread_ts or not first.get("user") or first.get("bot_id"):
        return None
    posted_at = datetime.fromtimestamp(float(job.thread_ts), UTC)
    zone = ZoneInfo(await desk.zone(first["user"]))
    report = await asyncio.to_thread(desk.read, str(first.get("text") or ""), posted_at=posted_at, tz=zone)
    return await discreet(desk.access.people, first["user"], report)


async def _acknowledge(desk: Desk, job: Job) -> None:
    """Show the writer of a follow-up that it was taken in; a reaction makes no noise."""
    try:
        await ask(desk.slack.calls.reactions_add(channel=job.channel, timestamp=job.ts, name="eyes"))
    except (RefusedError, UnclearError) as error:
        log.info("no reaction (%s)", error)


def new(job: Job, report: Report) -> Case:
    """The case that a first report opens."""
    return Case(
        id=job.case,
        team=job.team,
        channel=job.channel,
        thread_ts=job.thread_ts,
        reporter=job.user,
        report=report,
        created=job.at,
        updated=job.at,
    )
