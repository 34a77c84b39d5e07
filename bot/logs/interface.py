"""What is asked of a log store, and what it brings: the same for files and for any store to come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.model import Entry

BEFORE = timedelta(minutes=15)
AFTER = timedelta(minutes=5)
"""The neighbourhood that is read around the failing request."""
MOST_AROUND = 4_000
"""Entries of the neighbourhood that are kept, the nearest in time."""
MOST_OTHERS = 200
"""Further failing requests that are kept, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """A failing request, as far as it is known."""

    posted_at: datetime
    """When the report was posted: dates without a year are read from here, and it stands in where `at` is unknown."""
    ahead_s: int = 0
    """How far the writer's clock is ahead of UTC, in seconds: a log that names no zone may be on it."""
    ids: tuple[str, ...] = ()
    """Request, trace and correlation ids, the best first."""
    codes: tuple[str, ...] = ()
    """Words of the report that look like no word of a language: ids, where the logs hold them as such."""
    at: datetime | None = None
    precision_s: float | None = None
    posted: bool = False
    """Whether the writer attached all logs that are read: nothing in them was written after `posted_at`."""
    unzoned: bool = False
    """Whether `at` was told without a zone: it may be whole hours off."""
    """The request lies within this many seconds of `at`, either way."""
    path: str | None = None
    """Without query."""
    method: str | None = None
    host: str | None = None
    client: str | None = None
    user: str | None = None
    logins: tuple[str, ...] = ()
    """Names by which the log may know who wrote, in small letters and without accents, if `user` is none of them."""
    user_agent: str | None = None
    status: int | None = None
    """The status that was seen; None reads as 401."""
    hints: tuple[str, ...] = ()
    """Names, numbers and codes that the report mentions, in small letters: a line that holds a rare one is likelier."""
    named: frozenset[str] = frozenset()
    """Words of the report, in small letters: where no path is known, one with such a part is likelier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a look-up cost."""

    bytes: int = 0
    """Exactly those that the file system handed over."""
    seconds: float = 0.0
    files: int = 0
    """Those of which anything was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the logs hold of a failing request. Every entry is redacted."""

    request: tuple[Entry, ...] = ()
    """The failing request's entries across all files, in the order of time."""
    others: tuple[Entry, ...] = ()
    """Further failing requests that fit as well, newest last; successes where nothing failed on the path."""
    around: tuple[Entry, ...] = ()
    """All entries near the failing time, in its order; those of files without any date come last."""
    beyond: tuple[Entry, ...] = ()
    """What small files hold for hours before and after that, in the order of time."""
    apart: tuple[tuple[str, float], ...] = ()
    """Files whose clock is so many seconds ahead of the failing request's own file: their entries were moved to it."""
    how: Literal["id", "window", "none"] = "none"
    window_s: float | None = None
    """How far from the named time the request was looked for, either way, in seconds; None: found by id or anywhere."""
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """The files that there were to read."""
    windows: tuple[float | None, ...] = ()
    """The windows that were tried one after the other, in seconds either way; None: everything."""
    read: Read = field(default_factory=Read)
