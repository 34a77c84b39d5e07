"""A time as it is written, before it is known which moment it means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A time as written. Parts that were not written are None."""

    start: int
    end: int
    date: tuple[int | None, int, int] | None = None
    """(year, month, day)."""
    other_date: tuple[int | None, int, int] | None = None
    """The same with day and month the other way round, where both can be."""
    days_back: int | None = None
    weekday: int | None = None
    clock: tuple[int, int, float] | None = None
    """(hour, minute, second)."""
    twelve: bool = False
    """am or pm was said, or the hour is written as only a 24-hour clock has it."""
    spoken: bool = False
    """Told on a dial of twelve hours: `ten past three`."""
    local: bool = False
    """Told as people tell the time of their own clock, in words, not as a machine wrote it."""
    seconds: bool = False
    zones: tuple[tzinfo, ...] = ()
    epoch: float | None = None
    back: float | None = None
    """Seconds before the message."""
    hours: tuple[float, float] | None = None
    """A part of the day, in hours since its midnight."""
    about: bool = False
    slack_s: float = 0.0
    """Seconds either way, where the words say so loosely when it was."""
    since: bool = False
    until: Mention | None = None
    """The other end of a range."""
