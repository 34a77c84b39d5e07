"""Where an id stands: near the named time first, in ever wider windows, then everywhere."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import chain, islice

from bot.durations import duration
from bot.logs import catalogue, match, reading, records, scan
from bot.logs.formats import parse
from bot.logs.reading import Span, Stretch
from bot.logs.sources import Shelf
from bot.model import Entry

STEPS = (120.0, 900.0, 3600.0)
"""Seconds either way in which a request is looked for, one after the other, and then everywhere."""
DAY = 86_400.0
"""Seconds either way in which stores are asked at last: they may hold more than can be read through."""
MOST_HITS = 500
READERS = 2
"""Files that are read at once."""


def windows(at: datetime | None, first: float) -> tuple[float | None, ...]:
    """The windows to try, from the first, in seconds either way; None: everything."""
    return (first, *(step for step in STEPS if step > first), None) if at else (None,)


def by_id(
    ids: Sequence[str], on: Shelf, at: datetime | None, reference: datetime, *, first: float, tried: list[float | None]
) -> tuple[Entry, ...]:
    """Every entry that holds an id, raw, from the narrowest window that has one. `tried` gathers the windows."""
    words, pattern = scan.needles(ids), match.holder(ids)
    done: set[Stretch] = set()
    found: dict[tuple[str, int], Entry] = {}
    for step in windows(at, first):
        tried.append(step)
        near = about(at, step) if at and step else None
        left = [s for s in reading.stretches(on, near, reference) if s not in done]
        done.update(left)
        found |= {(e.file, e.offset): e for e in holding(left, on, reference, words, pattern)}
        if hits := [e for e in found.values() if near is None or near.holds(e.time)]:
            return tuple(hits[:MOST_HITS])
    return ()


def holding(
    stretches: Sequence[Stretch], on: Shelf, reference: datetime, words: Sequence[bytes], pattern: re.Pattern[str]
) -> Iterator[Entry]:
    """Every entry of these stretches that holds the pattern, of which the words are the needles; raw."""
    tell = catalogue.clock(reference)

    def held(stretch: Stretch) -> list[Entry]:
        found = islice(records.holding(reading.runs(stretch, on, tell), tell, pattern, words), MOST_HITS)
        return [e for lines in found for e in parse(lines, file=stretch.file.path, reference=reference)]

    if len(stretches) < 2:
        return chain.from_iterable(map(held, stretches))
    # reading, unpacking and searching leave the interpreter free
    with ThreadPoolExecutor(READERS, thread_name_prefix="logs-scan") as pool:
        return chain.from_iterable(pool.map(held, stretches))


def about(centre: datetime, seconds: float) -> Span:
    """So many seconds either way of a moment."""
    return Span(centre - timedelta(seconds=seconds), centre + timedelta(seconds=seconds), centre)


FAR = timedelta(minutes=1)
"""Whose neighbourhood was read around a moment farther from the request than this reads it again."""


def distance(entry: Entry, centre: datetime) -> float:
    """Seconds between an entry and a moment; endless for one without a time."""
    return abs((entry.time - centre).total_seconds()) if entry.time else float("inf")


def nearest(entries: Iterable[Entry], centre: datetime, most: int) -> list[Entry]:
    """Of some entries those that are closest to a moment, the closest first."""
    return heapq.nsmallest(most, entries, key=lambda e: distance(e, centre))


def order(entry: Entry) -> tuple[bool, float, str, int]:
    """By what entries of several files are sorted: time, those without one last."""
    return entry.time is None, entry.time.timestamp() if entry.time else 0.0, entry.file, entry.offset


def said(entry: Entry, at: datetime | None, allowed: float) -> Iterator[str]:
    """How far from the named time the request was found, where that is farther than was said."""
    if at is None or entry.time is None:
        return
    away = (entry.time - at).total_seconds()
    if abs(away) > allowed:
        side = "later" if away > 0 else "earlier"
        yield f"nothing within {duration(allowed)} of the named time; found {duration(abs(away))} {side}"
