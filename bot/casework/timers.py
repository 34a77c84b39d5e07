"""When a case is looked at again without anybody asking.

What is due follows from the case alone, so a job that is done twice sets the same timers again; a timer says which
state of the case it was set for, and whoever works on it drops it when the case has moved on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import jobs
from bot.cases import Case, Watch
from bot.casework.desk import Desk, Intervals
from bot.jobs import Job, Kind

DAY_BEGINS, DAY_ENDS = time(9), time(17)
"""Hours in which people are reminded, in their own zone."""
COMPLAINTS: frozenset[Kind] = frozenset({"report", "failing"})
TOLD: frozenset[Kind] = frozenset({"report", "failing", "again", "works", "over"})
"""Kinds after which watching begins anew."""
TIMERS: frozenset[Kind] = frozenset({"watch", "remind", "silence"})
QUIET: frozenset[Kind] = TIMERS | {"tend", "over", "joined"}
"""Kinds that nobody asked for, and of whose failure nobody is told."""
UNTENDED: frozenset[Kind] = frozenset({"tend", "remind", "page", "joined"})
"""Kinds that change nothing of which timers are made."""

Timer = tuple[Job, datetime]


def begun(job: Job, before: Case | None, after: Case, now: datetime) -> Case:
    """The case with its clocks set for what the job changed. Pure."""
    anew = before is None or before.state != after.state or job.kind in COMPLAINTS
    since = (now if job.kind in TIMERS else job.at) if anew or after.since is None else after.since
    if job.kind not in TOLD or (before is not None and before.watch != after.watch):
        return replace(after, since=since)
    complained = job.at if job.kind in COMPLAINTS or after.watch is None else after.watch.since
    return replace(after, since=since, watch=Watch(since=complained, begun=job.at))


async def ahead(desk: Desk, job: Job) -> None:
    """Before a job is worked on, put the setting of timers behind it.

    Neither a crash in between loses them, nor do they hold up the writing of a case whose answer can be seen by now.
    """
    if job.kind not in UNTENDED:
        tend = replace(job, id=f"tend:{job.id}", kind="tend", report=None, files=(), about="")
        await jobs.behind(desk.redis, tend, once=f"tend:{job.case}:{job.id}")


async def tend(desk: Desk, job: Job, case: Case) -> None:
    """Set the timers that the case wants."""
    zone = ZoneInfo(await desk.zone(case.reporter))
    for timer, due in wanted(case, desk.intervals, zone):
        await jobs.later(desk.redis, timer, due)


def wanted(case: Case, intervals: Intervals, zone: ZoneInfo) -> Iterator[Timer]:
    """The timers of a case. Pure."""
    watch, since = case.watch, case.since
    if watch and case.diagnosis and case.state != "closed" and watch.turn < len(intervals.watch):
        yield _timer(case, "watch", watch.begun), watch.begun + intervals.watch[watch.turn]
    if since is None:
        return
    reminder = working(since, intervals.remind_days, zone)
    if case.state in ("waiting", "handed_over"):
        yield _timer(case, "remind", since), reminder
    if case.state in ("waiting", "open"):
        # Over a weekend the reminder comes late, and must leave a day to answer it.
        yield _timer(case, "silence", since), max(since + intervals.silence, working(reminder, 1, zone))


def current(job: Job, case: Case) -> bool:
    """Whether the timer is of the case as it is now."""
    at = case.watch.begun if job.kind == "watch" and case.watch else case.since
    return at is not None and job.about == _stamp(case, job.kind, at)


def next_turn(watch: Watch, intervals: Intervals, now: datetime) -> Watch:
    """The watch at its next look that is still to come: looks that were slept through are not made up for."""
    later = (n for n, wait in enumerate(intervals.watch) if n > watch.turn and watch.begun + wait > now)
    return replace(watch, turn=next(later, len(intervals.watch)))


def working(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """So many working days (Monday to Friday) after a moment, in the hours of work of a zone."""
    at = start.astimezone(zone)
    for _ in range(days):
        at = _weekday(at + timedelta(days=1))
    if at.timetz().replace(tzinfo=None) >= DAY_ENDS:
        at = _weekday(at + timedelta(days=1)).replace(hour=DAY_BEGINS.hour, minute=0, second=0, microsecond=0)
    if at.timetz().replace(tzinfo=None) < DAY_BEGINS:
        at = at.replace(hour=DAY_BEGINS.hour, minute=0, second=0, microsecond=0)
    return at


def _weekday(at: datetime) -> datetime:
    while at.weekday() >= 5:
        at += timedelta(days=1)
    return at


def _timer(case: Case, kind: Kind, at: datetime) -> Job:
    about = _stamp(case, kind, at)
    return jobs.unasked(case, kind, f"{kind}:{case.id}:{about}", at, word=about)


def _stamp(case: Case, kind: Kind, at: datetime) -> str:
    return f"{at.timestamp():.3f}-{case.watch.turn if kind == 'watch' and case.watch else case.state}"
