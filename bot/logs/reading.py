"""The records of files near a time: by bisecting where a file is ordered, else by reading it through."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import nsmallest

from bot.logs import bisect, blocks, catalogue, records, rotation
from bot.logs.bisect import Clock, ReadAt
from bot.logs.blocks import Run
from bot.logs.catalogue import Facts, facts
from bot.logs.formats import parse
from bot.logs.records import Keep, Record
from bot.logs.sources import LogFile, Shelf
from bot.model import Entry

SMALL = 1 << 18
"""A smaller file is read whole: that costs no more than looking it over."""
MOST_UNDATED = 2_000
"""Entries that are kept of a file without any date."""
NEAREST_BYTES = 1 << 20
"""Of a busy file no more than this is read whole on either side of a moment."""
HOUR = timedelta(hours=1)
"""What clocks that name no zone go back by when summer ends."""


Sift = Callable[[str, list[Record]], list[Record]]
"""Of a file's records those that are worth being parsed."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, and the moment in it that matters most."""

    start: datetime
    end: datetime
    centre: datetime

    def holds(self, time: datetime | None) -> bool:
        """Whether a time lies in it, as one that is not known may."""
        return time is None or self.start <= time <= self.end


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a file may hold a span."""

    file: LogFile
    start: int = 0
    end: int | None = None
    span: Span | None = None
    """For a packed file, whose lines in the span cannot be jumped to: those before are skipped, those after end it."""
    slack: timedelta = timedelta()


def stretches(on: Shelf, span: Span | None, reference: datetime) -> list[Stretch]:
    """Where the files may hold a span (None: all of every file). Files that lie outside it are left out."""
    if span is None:
        return [Stretch(file) for file in on.files]
    known = {f: facts(f, on, reference) for f in on.files if f.size > SMALL or f.packing}
    ends = rotation.ends({f.path: about.first for f, about in known.items()})
    found = []
    for file in on.files:
        about = known.get(file)
        if about is None or not about.ordered:
            found.append(Stretch(file))
        elif not _outside(span, about, ends.get(file.path)):
            found.append(_stretch(file, on, span, about, reference))
    return found


def _outside(span: Span, about: Facts, follows: datetime | None) -> bool:
    last = about.last or follows
    slack = about.slack if about.zoned else about.slack + HOUR
    return (about.first is not None and about.first - slack > span.end) or (
        last is not None and last + slack < span.start
    )


def _stretch(file: LogFile, on: Shelf, span: Span, about: Facts, reference: datetime) -> Stretch:
    if file.packing:
        return Stretch(file, span=span, slack=about.slack if about.zoned else about.slack + HOUR)
    tell = catalogue.clock(reference)
    try:
        with catalogue.opened(file, on) as read:
            start, end = _bounds(read, file.size, (span.start, span.end), tell, about.slack)
            if not about.zoned:
                wide = _bounds(read, file.size, (span.start - HOUR, span.end + HOUR), tell, about.slack)
                swapped = bisect.disorder(read, *wide, tell)
                if swapped is not None and swapped > about.slack:
                    start, end = wide  # an hour that came twice
    except OSError:
        return Stretch(file)
    return Stretch(file, start, end)


def _bounds(
    read: ReadAt, size: int, times: tuple[datetime, datetime], tell: Clock, slack: timedelta
) -> tuple[int, int]:
    start = bisect.place(read, (0, size), times[0], tell, slack)
    end = bisect.place(read, (start, size), times[1] + 2 * slack, tell, slack)
    return start, min(end + bisect.CLOSE, size)


def runs(stretch: Stretch, on: Shelf, tell: Clock) -> Iterator[Run]:
    """The runs of lines of a stretch."""
    found = blocks.runs(stretch.file, on, stretch.start, stretch.end)
    if stretch.span is None:
        yield from found
        return
    start, end = stretch.span.start - stretch.slack, stretch.span.end + stretch.slack
    for offset, run in found:
        first, last = _ends(run, tell)
        if first is not None and first > end:
            return
        if last is None or last >= start:
            yield offset, run


def _ends(run: memoryview, tell: Clock) -> tuple[datetime | None, datetime | None]:
    """The times of a run's first and last dated lines."""

    def read(count: int, offset: int) -> bytes:
        return bytes(run[offset : offset + count])

    first = bisect.dated_after(read, 0, tell)
    return first and first[1], bisect.last_dated(read, len(run), tell)


def near(
    stretch: Stretch, on: Shelf, span: Span, reference: datetime, most: int, *, sift: Sift | None = None
) -> Iterator[Entry]:
    """The entries of a file within a span, the `most` that are nearest to its centre, in the file's order.

    `sift` may leave records out before they are parsed, which costs more than all else.
    """
    before: deque[Record] = deque(maxlen=most)
    after: list[Record] = []
    tell = catalogue.clock(reference)
    for record in records.every(runs(_narrowed(stretch, on, span, tell), on, tell), tell):
        if record.time is None or span.start <= record.time <= span.centre:
            before.append(record)
        elif span.centre < record.time <= span.end and len(after) < most:
            after.append(record)
    found = [*before, *after]
    if len(found) > most:
        found = nsmallest(most, found, key=lambda r: abs((r.time or span.start) - span.centre))
    found = sift(stretch.file.path, found) if sift else found
    yield from _entries(stretch.file, sorted(found, key=lambda r: r.lines[0][0]), reference)


def _narrowed(stretch: Stretch, on: Shelf, span: Span, tell: Clock) -> Stretch:
    """Of a stretch that is too long to be read whole what lies about its centre."""
    start, end = stretch.start, stretch.end
    if end is None or end - start <= 2 * NEAREST_BYTES:
        return stretch
    try:
        with catalogue.opened(stretch.file, on) as read:
            middle = bisect.place(read, (start, end), span.centre, tell)
            early = max(start, middle - NEAREST_BYTES)
            dated = bisect.dated_after(read, early, tell) if early > start else None
    except OSError:
        return stretch
    return replace(stretch, start=dated[0] if dated else early, end=min(end, middle + NEAREST_BYTES))


def kept(
    stretch: Stretch, on: Shelf, span: Span | None, reference: datetime, keep: Keep, *, words: Sequence[bytes] = ()
) -> Iterator[Entry]:
    """The entries of a stretch within a span (None: all) of whose lines `keep` accepts one before they are parsed.

    `words`: only lines that hold one of them are asked about, which is faster by far.
    """
    tell = catalogue.clock(reference)
    found = records.chosen(runs(stretch, on, tell), tell, keep, words)
    inside = (r for r in found if span is None or span.holds(r.time))
    yield from _entries(stretch.file, inside, reference)


def _entries(file: LogFile, found: Iterable[Record], reference: datetime) -> Iterator[Entry]:
    """Parsed; an undated entry among dated ones takes the time of the one before it."""
    last: datetime | None = None
    undated: deque[Entry] = deque(maxlen=MOST_UNDATED)
    flat = (line for record in found for line in record.lines)
    for entry in parse(flat, file=file.path, reference=reference):
        if entry.time is not None:
            last = entry.time
            yield entry
        elif last is not None:
            yield replace(entry, time=last)
        else:
            undated.append(entry)
    yield from undated
