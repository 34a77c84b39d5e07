"""The story of a request for whoever reads logs: its lines across files and stores, and what finding them cost."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.durations import duration
from bot.logs import match, reading, scrub
from bot.logs.catalogue import facts
from bot.logs.count import COMMON
from bot.logs.interface import LogQuery, Read
from bot.logs.join import TOGETHER, together
from bot.logs.lookup import DAY, MOST_HITS, about, by_id, distance, nearest, order, said, windows
from bot.logs.neighbourhood import neighbourhood, of_others
from bot.logs.reading import Sift, Span
from bot.logs.records import Record
from bot.logs.sources import Shelf, shelf
from bot.model import Entry

if TYPE_CHECKING:
    from bot.logs.stores.asking import Asking
    from bot.logs.stores.interface import Store
    from bot.logs.stores.look import Having

BESIDE = 2 * TOGETHER
"""The other lines of a request stand this close."""
MOST_BESIDE = 2_000
HALF_HOUR_S = 1_800.0
STORES_S = 30.0


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


def story(
    asked: Asked,
    paths: Sequence[str],
    stores: Sequence[Store] = (),
    *,
    seconds: float = float("inf"),
    environ: Mapping[str, str] = os.environ,
) -> Story:
    """Find the lines in files, folders and globs, and in log stores beside them.

    What cannot be read is a note. Reading ends after so many seconds, asking stores after `STORES_S` at the latest.
    """
    on = shelf(paths, seconds)
    if not stores:
        tried: list[float | None] = []
        return _told(asked, on, _hits(asked, on, tried), tried)
    from bot.logs.stores.asking import asking

    query = LogQuery(posted_at=asked.now, at=asked.at)
    with asking(stores, query, min(seconds, STORES_S), environ) as afar:
        return _told(asked, on, *_side_by_side(asked, on, afar), afar)


def _side_by_side(asked: Asked, on: Shelf, afar: Asking) -> tuple[tuple[Entry, ...], list[float | None]]:
    """The hits of files and stores in the narrowest window that has one, and the windows that were tried."""
    every = windows(asked.at, asked.within_s)
    tried: list[float | None] = []
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(_hits, asked, on, tried) if on.files else None
        afar.hold(_having(asked), [step or DAY for step in every], lambda rows: any(_fits(asked, of_others(rows))))
        hits = [*(reading.result() if reading else ()), *_fits(asked, of_others(afar.entries()))]
    for number, step in enumerate(every, start=1):
        span = about(asked.at, step) if asked.at and step else None
        if inside := [e for e in hits if span is None or span.holds(e.time)]:
            centre = asked.at or asked.now
            return tuple(nearest(inside, centre, MOST_HITS)), list(every[: max(number, len(tried))])
    return (), list(every)


def _told(
    asked: Asked, on: Shelf, hits: tuple[Entry, ...], tried: Sequence[float | None], afar: Asking | None = None
) -> Story:
    """The story of some hits."""
    many, asked_afar = len(hits) >= MOST_HITS, afar is not None and afar.answered()
    notes: list[str] = []
    if hits:
        best = min(hits, key=lambda e: distance(e, asked.at or asked.now))
        notes += said(best, asked.at, asked.within_s)
        notes += _zone(best, asked, on)
        hits = _joined(asked, on, best, hits, afar)
    elif on.files or asked_afar:
        notes.append(_nothing(asked))
    if asked_afar and not hits:
        far = "that time" if asked.at else "now; name it with --at"
        notes.append(f"stores were asked for a day either way of {far}")
    if many:
        notes.append(f"more than {MOST_HITS} lines fit; these are the nearest, name the time or a narrower one")
    return Story(
        lines=scrub.shown(hits),
        windows=tuple(tried),
        read=on.meter.read(),
        notes=(*notes, *on.notes.values(), *(afar.notes() if afar else ())),
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
    status = re.compile(rf"(?<!\d){asked.status}(?!\d)")
    words = ((match.ending(asked.path or "") or "/").encode(),)
    found = (
        entry
        for stretch in reading.stretches(on, span, asked.now)
        for entry in reading.kept(stretch, on, span, asked.now, lambda t: status.search(t) is not None, words=words)
    )
    centre = asked.at or asked.now
    return tuple(nearest(_fits(asked, found), centre, MOST_HITS))


def _fits(asked: Asked, entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries that hold the id, or are an answer of that status on that path."""
    if asked.request_id:
        pattern = match.holder([asked.request_id])
        return (entry for entry in entries if pattern.search(entry.text))
    path = asked.path or "/"
    return (e for e in entries if e.status == asked.status and e.path and _on_path(e.path, path))


def _having(asked: Asked) -> Having:
    """What a store's rows hold that may fit."""
    if asked.request_id:
        return (tuple(form for form in match.spellings(asked.request_id) if form),)
    return ((match.ending(asked.path or "") or "/",), (str(asked.status),))


def _on_path(path: str, wanted: str) -> bool:
    return match.same_path(path, wanted) or match.akin(path, wanted)


def _joined(asked: Asked, on: Shelf, best: Entry, hits: Sequence[Entry], afar: Asking | None) -> tuple[Entry, ...]:
    """All of the hits with the other lines of the nearest one's request."""
    if best.time is None:
        return tuple(sorted(hits, key=order))
    span = Span(best.time - BESIDE, best.time + BESIDE, best.time)
    beside = neighbourhood(on, span, asked.now, MOST_BESIDE, sift=_sift(hits))
    rows: Sequence[Entry] = ()
    if afar:
        afar.near(best.time, BESIDE)
        rows = [e for e in of_others(afar.entries()) if e.time and span.holds(e.time)]
        beside = tuple(sorted((*beside, *rows), key=order))
    mine = [e for e in beside if (e.file, e.offset) == (best.file, best.offset)] or [best]
    if asked.request_id:
        mine = list(_fits(asked, beside)) or mine
    request = together(mine, beside)
    streams = {e.file for e in rows}  # the offsets of rows count no characters
    covered = {
        (e.file, at) for e in request for at in range(e.offset, e.offset + 1 + (e.file not in streams) * len(e.text))
    }
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


def _zone(best: Entry, asked: Asked, on: Shelf) -> Iterator[str]:
    """That a file may be in local time: its stamps name no zone, and the line lies whole half hours away."""
    if asked.at is None or best.time is None:
        return
    away = abs((best.time - asked.at).total_seconds())
    if away < HALF_HOUR_S - asked.within_s or (away + asked.within_s) % HALF_HOUR_S > 2 * asked.within_s:
        return
    for file in on.files:
        if file.path == best.file and not facts(file, on, asked.now).zoned:
            yield f"{file.path}: its times name no zone and were read as UTC; if they are local, give --at in them"


def _nothing(asked: Asked) -> str:
    sought = f"the id {asked.request_id}" if asked.request_id else f"an answer {asked.status} on {asked.path}"
    return f"no line holds {sought}; check it, and that these are the logs of the machine that answered"


def told(window: float | None) -> str:
    """A window in words."""
    return "everything" if window is None else duration(window)
