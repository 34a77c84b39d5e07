"""Which kind of job is done by what, and what happens when one fails for good."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot import cases, reply
from bot.cases import Case
from bot.casework import (
    allowing,
    answer,
    asking,
    closing,
    handover,
    paging,
    reminding,
    report,
    showing,
    timers,
    watching,
)
from bot.casework.desk import Desk
from bot.codec import UnreadableError
from bot.incidents import work as incidents
from bot.incidents.record import Record
from bot.jobs import Job, Kind
from bot.slack import RefusedError, UnclearError

log = logging.getLogger(__name__)


ON_CASE: Mapping[Kind, Callable[[Desk, Job, Case], Awaitable[Case | None]]] = {
    "again": watching.again,
    "failing": watching.again,
    "works": closing.solve,
    "over": closing.over,
    "handover": handover.hand_over,
    "watch": watching.watch,
    "remind": reminding.remind,
    "silence": closing.silence,
    "tend": timers.tend,
    "page": paging.tell,
    "allow": allowing.allow,
    "joined": answer.follow,
}
"""The kinds that need a case to be there already."""


async def handle(desk: Desk, job: Job) -> Case | Record | None:
    """Do the job; the case or incident as it is afterwards, or None where nothing changed."""
    if job.kind in incidents.KINDS:
        return await incidents.handle(desk, job)
    if job.kind == "ask":
        await _answered(desk, job)
        return None
    case = await _stored(desk, job)
    await timers.ahead(desk, job)
    try:
        after = await _done(desk, job, case)
        if after is not None:
            await _told(desk, job, case, after)
    except RefusedError as error:
        log.error("case %s: Slack refused for good (%s)", job.case, error.code)
        return None
    return timers.begun(job, case, after, desk.clock()) if after else None


async def _told(desk: Desk, job: Job, before: Case | None, after: Case) -> None:
    """Tell those who were given the case what became of it."""
    await handover.follow(desk, before, after)
    if after.state == "solved":
        await paging.end(desk, job, after)


async def _done(desk: Desk, job: Job, case: Case | None) -> Case | None:
    if job.kind == "report":
        return await report.take(desk, job, case)
    if case is None or (job.kind in timers.TIMERS and not timers.current(job, case)):
        return None
    return await ON_CASE[job.kind](desk, job, case)


async def give_up(desk: Desk, job: Job) -> Case | None:
    """Say in the thread that this could not be finished; what nobody asked for fails in silence."""
    if job.kind in incidents.KINDS:
        log.error("incident %s: %s could not be done", job.case, job.kind)
        return None
    return await (asking.give_up if job.kind == "ask" else _give_up_case)(desk, job)


async def _give_up_case(desk: Desk, job: Job) -> Case | None:
    case = await _stored(desk, job)
    if job.kind in timers.QUIET:
        log.error("case %s: a %s failed for good", job.case, job.kind)
        return await _skipped(desk, job, case)
    case = case or (report.new(job, job.report) if job.report else None)
    if case is None:
        return None
    message = desk.pages.cannot_finish(case.id)
    try:
        if job.kind == "page":
            await paging.lose(desk, job, case)
            return None
        posted = await showing.post(desk, case, message)
        await reply.edit(desk.slack, posted.channel, posted.ts, message)
    except (RefusedError, UnclearError) as error:
        log.error("case %s: could not even say that it could not be finished (%s)", case.id, error)
        return None
    return replace(showing.at(case, posted), company=None)


async def _skipped(desk: Desk, job: Job, case: Case | None) -> Case | None:
    """The case with its next look ahead of it: one that failed must not be the last."""
    if case is None or case.watch is None or job.kind != "watch" or not timers.current(job, case):
        return None
    return replace(case, watch=timers.next_turn(case.watch, desk.intervals, desk.clock()))


async def _answered(desk: Desk, job: Job) -> None:
    try:
        await asking.give(desk, job)
    except RefusedError as error:
        log.error("%s could not be answered: Slack refused for good (%s)", job.user, error.code)


async def _stored(desk: Desk, job: Job) -> Case | None:
    """The job's case. One that another version wrote in another way is begun anew: failing would fail for ever."""
    try:
        return await cases.get(desk.redis, job.case)
    except UnreadableError as error:
        log.error("case %s cannot be read (%s)", job.case, error)
        return None
