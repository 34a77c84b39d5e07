"""Logs that name no zone and are on the writer's own clock instead of UTC, as in-house programs write them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from bot.logs.catalogue import facts
from bot.logs.interface import LogQuery
from bot.logs.sources import Shelf

DIGITS = re.compile(r"\d+")
BEYOND = timedelta(minutes=2)
"""How far a log that is still written may lie beyond the moment that it is asked about, and clocks be off."""


def on_its_clock(query: LogQuery, on: Shelf) -> LogQuery:
    """The query with the clock that the logs without a zone are on: UTC, or the writer's where only that fits.

    Nothing is written in the future, and what is asked about was written down. All are read on one clock: where the
    logs of two programs are on two, on that of those that are on UTC.
    """
    ahead = timedelta(seconds=query.ahead_s)
    at = query.at
    written = _written(query, on) if ahead and at else ()
    if at is None or not written:
        return query
    off, now = BEYOND + timedelta(seconds=query.precision_s or 0), _now(query, on)
    local = False
    for first, last in written:
        held, held_on_local = (first - shift - off <= at <= last - shift + off for shift in (timedelta(), ahead))
        if held and not held_on_local:
            return query
        local |= held_on_local and (not held or _ends_nearer(last, ahead, now))
    return replace(query, posted_at=query.posted_at.astimezone(timezone(ahead))) if local else query


def _written(query: LogQuery, on: Shelf) -> tuple[tuple[datetime, datetime], ...]:
    """The first and last times of each program's files that name no zone, read as UTC; rotated ones are of one."""
    spans: dict[str, tuple[datetime, datetime]] = {}
    for file in on.files:
        about = facts(file, on, query.posted_at)
        if about.zoned or about.first is None or about.last is None:
            continue
        name = DIGITS.sub("", Path(file.path).name.partition(".")[0])
        first, last = spans.get(name, (about.first, about.last))
        spans[name] = min(first, about.first), max(last, about.last)
    return tuple(spans.values())


def _now(query: LogQuery, on: Shelf) -> datetime:
    """When the logs were read, as far as is known: those that name their zone may go on beyond the posting."""
    ended = [about.last for file in on.files if (about := facts(file, on, query.posted_at)).zoned and about.last]
    return max([query.posted_at, *ended])


def _ends_nearer(last: datetime, ahead: timedelta, now: datetime) -> bool:
    """Whether a log that would go on beyond now ends nearer to it on the writer's clock."""
    beyond = last - now
    return beyond > BEYOND and abs(beyond - ahead) < beyond
