"""A time that is told without its zone, and a request whole hours away: the log tells by which clock it was told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.logs.interface import LogQuery
from bot.model import Entry, Report

HOUR = timedelta(hours=1)
EAST, WEST = 14, 11
"""Whole hours that clocks are ahead of UTC and behind it, at most."""
LEAST, MOST = timedelta(minutes=1), timedelta(minutes=30)
"""What a time is told to within at least, and at most where whole hours can be told by it."""
AFTER = timedelta(minutes=2)
"""How far clocks are off."""


def off(at: datetime, precision_s: float, time: datetime) -> timedelta | None:
    """By how many whole hours a moment lies away from the time that was told, within its precision; None for none."""
    hours = round((time - at) / HOUR)
    left = abs(time - at - hours * HOUR)
    if timedelta(seconds=precision_s) > MOST:
        return None
    told = hours != 0 and -EAST <= hours <= WEST and left <= max(timedelta(seconds=precision_s), LEAST)
    return hours * HOUR if told else None


def by_log(query: LogQuery, entry: Entry) -> tuple[datetime | None, str | None]:
    """The named time by the clock that an entry tells, and the sentence that says so where it is another one."""
    moved = off(query.at, query.precision_s or 0.0, entry.time) if query.unzoned and query.at and entry.time else None
    if moved is None or query.at is None:
        return query.at, None
    hours = -moved / HOUR
    return query.at + moved, f"the time was told without a zone; by the log it is of one {hours:+.0f} h from UTC"


def readings(query: LogQuery) -> Iterator[LogQuery]:
    """The query by the clocks of other zones, the nearest first; none where its zone is known."""
    if query.at is None or not query.unzoned or timedelta(seconds=query.precision_s or 0.0) > MOST:
        return
    for hours in sorted((h for h in range(-EAST, WEST + 1) if h), key=abs):
        at = query.at + hours * HOUR
        if at <= query.posted_at + AFTER:
            yield replace(query, at=at)


def zoned(report: Report, entries: Iterable[Entry]) -> Report:
    """The report with its time by the clock that the lines which were found for it tell."""
    times = [e.time for e in entries if e.time and (e.status or not e.path)]
    if not report.unzoned or report.at is None or not times:
        return report
    moved = off(report.at, report.at_precision_s or 0.0, times[-1])
    return replace(report, at=report.at + moved, unzoned=False) if moved else report
