"""Logs that name no zone and are on a clock of their own instead of UTC, as in-house programs write them.

Which clock that is is told by the file itself, by another log of the same service, by who writes, or by what cannot
be: nothing is written in the future, and what is asked about was written down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from bot.logs.catalogue import Facts, facts
from bot.logs.interface import LogQuery
from bot.logs.sources import Shelf
from bot.model import Entry

DIGITS = re.compile(r"\d+")
BEYOND = timedelta(minutes=2)
"""How far a log that is still written may lie beyond the moment that it is asked about, and clocks be off."""
STEP = timedelta(minutes=30)
"""Clocks of zones differ by whole steps of this, nearly all by two."""
MOST_STEPS = 28
EXACT_S = 120.0
"""A time that is told less exactly than this fits many clocks."""
OFF_S = 5.0
"""How far two clocks are off but for their zones."""


@dataclass(frozen=True, slots=True)
class Written:
    """The stretch of time that files cover."""

    first: datetime
    last: datetime

    def holds(self, at: datetime, precision: timedelta = timedelta()) -> bool:
        """Whether a moment may lie in it, as far as it is known and clocks tell."""
        return self.first - BEYOND - precision <= at <= self.last + BEYOND + precision

    def earlier(self, shift: timedelta) -> Written:
        """The same, where the clock is so far ahead."""
        return Written(self.first - shift, self.last - shift)

    def common(self, other: Written) -> timedelta:
        """How much of it another stretch covers as well."""
        return min(self.last, other.last) - max(self.first, other.first)


def on_its_clock(query: LogQuery, on: Shelf) -> LogQuery:
    """The query with the clock that the logs without a zone are on: UTC unless another is told, or alone fits.

    All are read on one clock: where the logs of two programs are on two, on that of those that are on UTC.
    """
    known = {file.path: facts(file, on, query.posted_at) for file in on.files}
    programs = _programs({path: about for path, about in known.items() if not about.zoned})
    if not programs:
        return query
    told = next((about.ahead for about in known.values() if not about.zoned and about.ahead is not None), None)
    zoned = [about for about in known.values() if about.zoned]
    return _set(query, told if told is not None else next(_fitting(query, programs, zoned), timedelta()))


def agreed(query: LogQuery, request: Sequence[Entry], on: Shelf, *, by_id: bool) -> LogQuery | None:
    """The query on the clock on which the request's own lines lie at the named time, if there is such a clock.

    Lines that an id ties are the request's wherever they lie: whole zones away is another clock. Those that the whole
    call ties are so only whole hours away, in a log that on UTC would not hold the named time, and on that clock would
    not go on beyond the posting.
    """
    if query.at is None or (query.precision_s or 0.0) > EXACT_S or query.posted_at.utcoffset():
        return None
    known = {file.path: facts(file, on, query.posted_at) for file in on.files}
    for entry in request:
        written = None if entry.file not in known or known[entry.file].zoned else _written([known[entry.file]])
        if entry.time is not None and written is not None:
            away = entry.time - query.at
            steps = round(away / STEP)
            future = written.earlier(steps * STEP).last > query.posted_at + BEYOND
            if not by_id and (steps % 2 or future or written.holds(query.at, timedelta())):
                continue
            left = abs(away - steps * STEP).total_seconds()
            if 0 < abs(steps) <= MOST_STEPS and left <= (query.precision_s or 0.0) + OFF_S:
                return _set(query, steps * STEP)
    return None


def _set(query: LogQuery, ahead: timedelta) -> LogQuery:
    return replace(query, posted_at=query.posted_at.astimezone(timezone(ahead))) if ahead else query


def _programs(known: Mapping[str, Facts]) -> list[Written]:
    """What each program's files cover, their times read as UTC; rotated ones are of one program."""
    files: dict[str, list[Facts]] = {}
    for path, about in known.items():
        files.setdefault(DIGITS.sub("", Path(path).name.partition(".")[0]), []).append(about)
    return [written for found in files.values() if (written := _written(found))]


def _written(found: Sequence[Facts]) -> Written | None:
    """What files cover together."""
    whole = [(about.first, about.last) for about in found if about.first and about.last]
    return Written(min(first for first, _ in whole), max(last for _, last in whole)) if whole else None


def _fitting(query: LogQuery, programs: Sequence[Written], zoned: Sequence[Facts]) -> Iterator[timedelta]:
    """The clocks that fit where UTC does not, the surest first."""
    all_ = Written(min(p.first for p in programs), max(p.last for p in programs))
    beside = _written(zoned)
    # when the logs were read, as far as is known: those that name their zone may go on beyond the posting
    now = max(query.posted_at, beside.last) if beside else query.posted_at
    for ahead in sorted({about.ahead for about in zoned if about.ahead}):
        if beside and all_.earlier(ahead).common(beside) > all_.common(beside):
            yield ahead
    if query.ahead_s and query.at and _writers(query, programs, timedelta(seconds=query.ahead_s), now):
        yield timedelta(seconds=query.ahead_s)
    if all_.first > now + BEYOND:
        hours = (2 * step * STEP for step in range(1, MOST_STEPS // 2 + 1))
        asked = query.at or query.posted_at, timedelta(seconds=query.precision_s or 0.0)
        yield from (ahead for ahead in hours if all_.earlier(ahead).holds(*asked))


def _writers(query: LogQuery, programs: Sequence[Written], ahead: timedelta, now: datetime) -> bool:
    """Whether the writer's clock fits, and UTC not so well."""
    assert query.at is not None
    asked, fits = (query.at, timedelta(seconds=query.precision_s or 0.0)), False
    for written in programs:
        held, held_on_local = written.holds(*asked), written.earlier(ahead).holds(*asked)
        if held and not held_on_local:
            return False
        fits |= held_on_local and (not held or _ends_nearer(written.last, ahead, now, sure=query.posted))
    return fits


def _ends_nearer(last: datetime, ahead: timedelta, now: datetime, *, sure: bool) -> bool:
    """Whether a log that would go on beyond now ends nearer to it on the writer's clock; `sure`: it cannot go on."""
    beyond = last - now
    return beyond > BEYOND and (sure or abs(beyond - ahead) < beyond)
