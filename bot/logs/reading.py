"""The records of files near a time: by bisecting where a file is large and ordered, else by reading it through."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from heapq import nsmallest

from bot.logs import bisect, sources
from bot.logs.formats import Line, parse, quick_time
from bot.logs.sources import LogFile, Shelf
from bot.model import Entry

MOST_HELD = 50
"""Lines of one record that are looked at before it is parsed."""
MOST_UNDATED = 2_000
"""Entries that are kept of a file without any date."""
NEAREST_BYTES = 6 << 20
"""Of a busy file no more than this is read on either side of a moment."""

Keep = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, and the moment in it that matters most."""

    start: datetime
    end: datetime
    centre: datetime


@dataclass(slots=True)
class _Record:
    time: datetime | None
    lines: list[Line]


def is_ordered(file: LogFile, reference: datetime) -> bool:
    """Whether a file is worth bisecting: plain, large and in the order of time."""
    return not file.packed and file.size > bisect.LARGE and _ordered(file, reference)


@lru_cache(maxsize=256)
def _ordered(file: LogFile, reference: datetime) -> bool:
    try:
        descriptor = os.open(file.path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return bisect.ordered(descriptor, file.size, partial(quick_time, reference=reference))
    finally:
        os.close(descriptor)


def bounds(file: LogFile, span: Span, reference: datetime) -> tuple[int, int | None]:
    """The offsets between which an ordered file holds the span; the whole of any other."""
    if not is_ordered(file, reference):
        return 0, None
    try:
        descriptor = os.open(file.path, os.O_RDONLY)
    except OSError:
        return 0, None
    try:
        clock = partial(quick_time, reference=reference)
        start = bisect.place(descriptor, file.size, span.start, clock)
        end = bisect.place(descriptor, file.size, span.end + 2 * bisect.SLACK, clock) + bisect.CLOSE
    finally:
        os.close(descriptor)
    return start, min(end, file.size)


def near(file: LogFile, on: Shelf, span: Span, reference: datetime, most: int) -> Iterator[Entry]:
    """The entries of a file within a span, the `most` that are nearest to its centre, in the file's order."""
    start, end = bounds(file, span, reference)
    if end is not None and end - start > 2 * NEAREST_BYTES:
        middle, _ = bounds(file, replace(span, start=span.centre), reference)
        start, end = _line_start(file, on, max(start, middle - NEAREST_BYTES)), min(end, middle + NEAREST_BYTES)
    before: deque[_Record] = deque(maxlen=most)
    after: list[_Record] = []
    for record in _within(sources.lines(file, on, start, end), span, reference):
        if record.time is None or record.time <= span.centre:
            before.append(record)
        elif len(after) < most:
            after.append(record)
    records = [*before, *after]
    if len(records) > most:
        nearest = nsmallest(most, records, key=lambda r: abs((r.time or span.start) - span.centre))
        records = sorted(nearest, key=lambda r: r.lines[0][0])
    yield from _entries(file, records, reference)


def _line_start(file: LogFile, on: Shelf, offset: int) -> int:
    block = next(sources.chunks(file, on, offset), b"")
    return offset + block.find(b"\n") + 1 if offset else 0


def kept(file: LogFile, on: Shelf, span: Span | None, reference: datetime, keep: Keep) -> Iterator[Entry]:
    """The entries of a file within a span (None: all) whose lines `keep` accepts before they are parsed."""
    start, end = bounds(file, span, reference) if span else (0, None)
    records = _within(sources.lines(file, on, start, end), span, reference)
    chosen = (r for r in records if any(keep(text) for _, text in r.lines))
    yield from _entries(file, chosen, reference)


def _within(lines: Iterable[Line], span: Span | None, reference: datetime) -> Iterator[_Record]:
    for record in _records(lines, reference):
        if record.time is None or span is None or span.start <= record.time <= span.end:
            yield record


def _records(lines: Iterable[Line], reference: datetime) -> Iterator[_Record]:
    held: _Record | None = None
    for line in lines:
        time = quick_time(line[1], reference)
        if held is not None and time is None and held.time is not None:
            if len(held.lines) < MOST_HELD:
                held.lines.append(line)
            continue
        if held is not None:
            yield held
        held = _Record(time, [line])
    if held is not None:
        yield held


def _entries(file: LogFile, records: Iterable[_Record], reference: datetime) -> Iterator[Entry]:
    """Parsed; an undated entry among dated ones takes the time of the one before it."""
    last: datetime | None = None
    undated: deque[Entry] = deque(maxlen=MOST_UNDATED)
    flat = (line for record in records for line in record.lines)
    for entry in parse(flat, file=file.path, reference=reference):
        if entry.time is not None:
            last = entry.time
            yield entry
        elif last is not None:
            yield replace(entry, time=last)
        else:
            undated.append(entry)
    yield from undated
