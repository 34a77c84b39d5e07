"""Logs that name no zone and are on the writer's own clock instead of UTC, as in-house programs write them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from bot.logs.catalogue import facts
from bot.logs.interface import LogQuery
from bot.logs.sources import Shelf

BEYOND = timedelta(minutes=2)
"""How far a log that is still written may lie beyond the moment that it is asked about, and clocks be off."""


def on_its_clock(query: LogQuery, on: Shelf) -> LogQuery:
    """The query with the clock that the logs without a zone are on: UTC, or the writer's where only that fits.

    Nothing is written in the future, and what is asked about was written down.
    """
    ahead = timedelta(seconds=query.ahead_s)
    written = _written(query, on) if ahead and query.at else None
    if written is None or query.at is None:
        return query
    first, last = written
    held, held_on_local = (_holds(first - shift, last - shift, query.at) for shift in (timedelta(), ahead))
    if held_on_local and (not held or _ends_nearer(last, ahead, query.posted_at)):
        return replace(query, posted_at=query.posted_at.astimezone(timezone(ahead)))
    return query


def _written(query: LogQuery, on: Shelf) -> tuple[datetime, datetime] | None:
    """The first and last times in the files that name no zone, read as UTC."""
    found = [about for file in on.files if not (about := facts(file, on, query.posted_at)).zoned]
    begun, ended = [about.first for about in found if about.first], [about.last for about in found if about.last]
    return (min(begun), max(ended)) if begun and ended else None


def _holds(first: datetime, last: datetime, at: datetime) -> bool:
    return first - BEYOND <= at <= last + BEYOND


def _ends_nearer(last: datetime, ahead: timedelta, posted_at: datetime) -> bool:
    """Whether a log that would go on beyond the posting ends nearer to it on the writer's clock."""
    beyond = last - posted_at
    return beyond > BEYOND and abs(beyond - ahead) < beyond
