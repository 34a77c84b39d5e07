"""The story of a request for whoever reads logs: its lines across all files, and what finding them cost."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.logs import match, reading, scrub
from bot.logs.catalogue import facts
from bot.logs.count import COMMON
from bot.logs.interface import Read
from bot.logs.join import TOGETHER, together
from bot.logs.lookup import MOST_HITS, about, by_id, distance, length, order, said, windows
from bot.logs.neighbourhood import neighbourhood
from bot.logs.reading import Sift, Span
from bot.logs.records import Record
from bot.logs.sources import Shelf, shelf
from bot.model import Entry

BESIDE = 2 * TOGETHER
"""The other lines of a request stand this close."""
MOST_BESIDE = 2_000
HALF_HOUR_S = 1_800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person looks for: a request id, or a path and a status."""

    now: datetime
    """Dates without a year are read from here."""
    request_id: str | None = None
    path: str | None = None
    status: int = 401
    at: datetime | None = None
    within_s: float = 120.0
    """The first window, either way of `at`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What was found. Every entry is redacted."""

    lines: tuple[Entry, ...]
    """In the order of time."""
    windows: tuple[float | None, ...]
    """Those that were tried, in seconds either way; None: everything."""
    read: Read
    notes: tuple[str, ...]


def story(asked: Asked, paths: Sequence[str], *, seconds: float = float("inf")) -> Story:
    """Find the lines in files, folders and globs. What cannot be read is a note; reading ends after so many seconds."""
    on = shelf(paths, seconds)
    tried: list[float | None] = []
    hits = _hits(asked, on, tried)
    notes = [] if hits else [_nothing(asked)] if on.files else []
    if hits:
        nearest = min(hits, key=lambda e: distance(e, asked.at or asked.now))
        notes += said(nearest, asked.at, asked.within_s)
        notes += _zone(nearest, asked, on)
        hits = _joined(asked, on, nearest, hits)
    if len(hits) >= MOST_HITS:
        notes.append(f"more than {MOST_HITS} lines fit; these are the nearest, name the time or a narrower one")
    return Story(
        lines=scrub.shown(hits),
        windows=tuple(tried),
        read=on.meter.read(),
        notes=(*notes, *on.notes.values()),
    )


def _hits(asked: Asked, on: Shelf, tried: list[float | None]) -> tuple[Entry, ...]:
    if asked.request_id:
        return by_id((asked.request_id,), on, asked.at, asked.now, first=asked.within_s, tried=tried)
    for step in windows(asked.at, asked.within_s):
        tried.append(step)
        span = about(asked.at, step) if asked.at and step else None
        if found := _answers(asked, on, span):
            return found
    return ()


def _answers(asked: Asked, on: Shelf, span: Span | None) -> tuple[Entry, ...]:
    """The answers of that status on that path, the nearest to the time."""
    path = asked.path or "/"
    status = re.compile(rf"(?<!\d){asked.status}(?!\d)")
    words = (f"/{path.rstrip('/').rpartition('/')[2]}".encode(),)
    found = (
        entry
        for stretch in reading.stretches(on, span, asked.now)
        for entry in reading.kept(stretch, on, span, asked.now, lambda t: status.search(t) is not None, words=words)
        if entry.status == asked.status and entry.path and _on_path(entry.path, path)
    )
    centre = asked.at or asked.now
    return tuple(heapq.nsmallest(MOST_HITS, found, key=lambda e: distance(e, centre)))


def _on_path(path: str, wanted: str) -> bool:
    return match.same_path(path, wanted) or match.akin(path, wanted)


def _joined(asked: Asked, on: Shelf, nearest: Entry, hits: Sequence[Entry]) -> tuple[Entry, ...]:
    """All of the hits with the other lines of the nearest one's request."""
    if nearest.time is None:
        return tuple(sorted(hits, key=order))
    span = Span(nearest.time - BESIDE, nearest.time + BESIDE, nearest.time)
    beside = neighbourhood(on, span, asked.now, MOST_BESIDE, sift=_sift(hits))
    mine = [e for e in beside if (e.file, e.offset) == (nearest.file, nearest.offset)] or [nearest]
    if asked.request_id:
        pattern = match.holder([asked.request_id])
        mine = [e for e in beside if pattern.search(e.text)] or mine
    request = together(mine, beside)
    covered = {(e.file, at) for e in request for at in range(e.offset, e.offset + len(e.text) + 1)}
    rest = [e for e in hits if (e.file, e.offset) not in covered]
    return tuple(sorted((*request, *rest), key=order))


def _sift(hits: Sequence[Entry]) -> Sift:
    """Of a file of nothing but access lines, which say by themselves whose they are, only the request's are parsed."""
    own = {e.file for e in hits if e.format == "access"}
    places = {(e.file, e.offset) for e in hits}
    pattern = match.holder(i for e in hits for i in e.ids)

    def sift(path: str, found: list[Record]) -> list[Record]:
        if path not in own or not all(len(r.lines) == 1 and COMMON.match(r.lines[0][1].encode()) for r in found):
            return found
        return [r for r in found if (path, r.lines[0][0]) in places or pattern.search(r.lines[0][1])]

    return sift


def _zone(nearest: Entry, asked: Asked, on: Shelf) -> Iterator[str]:
    """That a file may be in local time: its stamps name no zone, and the line lies whole half hours away."""
    if asked.at is None or nearest.time is None:
        return
    away = abs((nearest.time - asked.at).total_seconds())
    if away < HALF_HOUR_S - asked.within_s or (away + asked.within_s) % HALF_HOUR_S > 2 * asked.within_s:
        return
    for file in on.files:
        if file.path == nearest.file and not facts(file, on, asked.now).zoned:
            yield f"{file.path}: its times name no zone and were read as UTC; if they are local, give --at in them"


def _nothing(asked: Asked) -> str:
    sought = f"the id {asked.request_id}" if asked.request_id else f"an answer {asked.status} on {asked.path}"
    return f"no line holds {sought}; check it, and that these are the logs of the machine that answered"


def told(window: float | None) -> str:
    """A window in words."""
    return "everything" if window is None else length(window)
