"""How entries lie in time: their order, how far from a moment, and how that is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.logs.interface import LogQuery
from bot.model import Entry

FAR = timedelta(minutes=1)
"""Whose neighbourhood was read around a moment farther from the request than this reads it again."""


def away(entry: Entry, centre: datetime) -> float:
    """Seconds between an entry and a moment; what has no time is infinitely far."""
    return abs((entry.time - centre).total_seconds()) if entry.time else float("inf")


def order(entry: Entry) -> tuple[bool, float, str, int]:
    """What sorts entries by time; those without one come last."""
    return entry.time is None, entry.time.timestamp() if entry.time else 0.0, entry.file, entry.offset


def said(query: LogQuery, entry: Entry) -> Iterator[str]:
    """How far from the named time the request was found, where that is farther than was said."""
    if query.at is None or entry.time is None:
        return
    distance = (entry.time - query.at).total_seconds()
    allowed = (query.precision_s or 0.0) + 2.0
    if abs(distance) > allowed:
        side = "later" if distance > 0 else "earlier"
        yield f"nothing within {_length(allowed)} of the named time; found {_length(abs(distance))} {side}"


def _length(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.0f} hours"
