"""The log lines of one route over a stretch of time: the caller's own, and a sample of everybody else's.

A route may answer a thousand times a second, and a caller is watched for days. So lines are sorted out before they are
parsed, by a word of the route and by what the caller is known by, and of a busy caller the first and the last are kept.
"""

from __future__ import annotations

import os
import re
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

from bot.logs import reading, scrub
from bot.logs.interface import LogQuery
from bot.logs.lookup import order
from bot.logs.names import VARIABLE
from bot.logs.neighbourhood import of_others
from bot.logs.reading import Span
from bot.logs.sources import shelf
from bot.model import Entry

if TYPE_CHECKING:
    from bot.logs.stores.interface import Store

SAMPLE = 500
"""Lines of other callers that are read of a file: enough to see whether addresses tell callers apart."""
FIRST, LAST = 500, 2_500
"""Entries that are kept of a file."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Whose lines are looked for, on which route, and when."""

    path: str
    names: tuple[str, ...]
    """Addresses and user names that stand in the caller's lines; without any, everybody's lines are read."""
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Lines:
    """What was read, redacted and in the order of time."""

    entries: tuple[Entry, ...]
    whole: bool
    """Whether all of it could be read: a success says little when what came after it was not seen."""


def lines(
    sought: Sought,
    paths: Sequence[str],
    stores: Sequence[Store] = (),
    *,
    seconds: float,
    environ: Mapping[str, str] = os.environ,
) -> Lines:
    """The lines in files and stores, read within about so many seconds."""
    began = time.monotonic()
    found, whole = _in_files(sought, paths, seconds)
    if stores:
        left = max(1.0, seconds - (time.monotonic() - began))
        remote, answered = _in_stores(sought, stores, left, environ)
        found, whole = [*found, *remote], whole and answered
    inside = [e for e in of_others(found) if e.time and sought.start <= e.time <= sought.end]
    return Lines(scrub.glimpsed(sorted(inside, key=order)), whole)


def _in_files(sought: Sought, paths: Sequence[str], seconds: float) -> tuple[list[Entry], bool]:
    on = shelf(paths, seconds)
    span = Span(sought.start, sought.end, sought.end)
    found: list[Entry] = []
    for stretch in reading.stretches(on, span, sought.end):
        kept = reading.kept(stretch, on, span, sought.end, _Keep(sought), words=_words(sought.path))
        found += _bounded(e for e in kept if e.time is not None)
    return found, time.monotonic() < on.until


def _bounded(entries: Iterable[Entry]) -> Iterable[Entry]:
    """The first and the last of many."""
    first: list[Entry] = []
    last: deque[Entry] = deque(maxlen=LAST)
    for entry in entries:
        if len(first) < FIRST:
            first.append(entry)
        else:
            last.append(entry)
    return chain(first, last)


def _in_stores(
    sought: Sought, stores: Sequence[Store], seconds: float, environ: Mapping[str, str]
) -> tuple[Sequence[Entry], bool]:
    """The newest rows of the caller, which each store bounds itself."""
    from bot.logs.stores.asking import asking

    words = tuple(word.decode() for word in _words(sought.path))
    having = tuple(group for group in (words, sought.names) if group)
    reach = (sought.end - sought.start).total_seconds()
    with asking(stores, LogQuery(posted_at=sought.end, at=sought.end, path=sought.path), seconds, environ) as afar:
        afar.hold(having, (reach,), lambda _: True)
        return afar.entries(), not afar.notes()


class _Keep:
    """Which lines are parsed: the caller's, and some of the others'."""

    def __init__(self, sought: Sought) -> None:
        names = "|".join(map(re.escape, sought.names))
        self._mine = re.compile(rf"(?<![\w.])(?:{names})(?![\w])", re.IGNORECASE) if names else None
        self._others = 0

    def __call__(self, line: str) -> bool:
        if self._mine is None or self._mine.search(line):
            return True
        self._others += 1
        return self._others <= SAMPLE


def _words(path: str) -> tuple[bytes, ...]:
    """The last part of the route that is the same for all its requests."""
    fixed = [part for part in VARIABLE.sub("/{}", path).split("/") if part and part != "{}"]
    return (f"/{fixed[-1]}".encode(),) if fixed else ()
