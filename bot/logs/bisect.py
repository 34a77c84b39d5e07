"""Finding a time in a large file that is nearly in the order of time, reading only a few blocks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

Clock = Callable[[bytes], datetime | None]
"""The time of a line, None where it has none."""
ReadAt = Callable[[int, int], bytes]
"""At most so many bytes from an offset."""
STEP = 1 << 12
CLOSE = 1 << 16
"""The search ends when this many bytes are left: they are cheaper to read than to halve."""
FARTHEST = 1 << 20
"""How far a dated line is looked for behind an offset (long stack traces)."""
SLACK = timedelta(seconds=5)
"""Servers write a request's line when it ends, so neighbours may be swapped by this much."""
LONG, SHORT = (4, 1 << 17), (24, STEP)
"""(samples, bytes of each): long ones show writers that flush by turns, short ones a step back somewhere."""
STRIDE = 1 << 10
"""In a sample a line is looked at for every so many bytes."""


def dated_after(read: ReadAt, offset: int, clock: Clock) -> tuple[int, datetime] | None:
    """The first dated line that begins after an offset: (where it begins, its time)."""
    rest, start, at = b"", offset, offset
    while at - offset < FARTHEST and (block := read(STEP, at)):
        at += len(block)
        rest += block
        parts = rest.split(b"\n")
        if offset and start == offset:
            if len(parts) == 1:
                continue
            start += len(parts[0]) + 1  # the line in whose middle the offset lies
            parts = parts[1:]
        for raw in parts[:-1]:
            if time := clock(raw):
                return start, time
            start += len(raw) + 1
        rest = parts[-1]
    return None


def last_dated(read: ReadAt, size: int, clock: Clock) -> datetime | None:
    """The time of the last dated line."""
    length = STEP
    while True:
        parts = read(length, max(size - length, 0)).split(b"\n")
        for raw in reversed(parts if length >= size else parts[1:]):
            if time := clock(raw):
                return time
        if length >= min(size, FARTHEST):
            return None
        length *= 8


def disorder(read: ReadAt, start: int, end: int, clock: Clock) -> timedelta | None:
    """How far lines lie behind those before them, in samples all over a stretch; None where no line is dated."""
    latest, worst = None, timedelta()
    for time in _sampled(read, start, end, clock):
        if latest is not None:
            worst = max(worst, latest - time)
        latest = time if latest is None else max(latest, time)
    return None if latest is None else worst


def _sampled(read: ReadAt, start: int, end: int, clock: Clock) -> Iterator[datetime]:
    places = {start + (end - start) * n // count: length for count, length in (SHORT, LONG) for n in range(count)}
    for place in sorted(places):
        block = read(min(places[place], end - place), place)
        at = -1
        while (at := block.find(b"\n", max(at, 0))) >= 0 and (stop := block.find(b"\n", at + 1)) >= 0:
            if time := clock(block[at + 1 : stop]):
                yield time
                at += STRIDE
            else:
                at = stop


def place(read: ReadAt, bounds: tuple[int, int], target: datetime, clock: Clock, slack: timedelta = SLACK) -> int:
    """Of the lines between two offsets, the beginning of one before which everything is older than `target`.

    `slack` is at least as much as lines may lie behind those before them.
    """
    low, high = bounds
    while high - low > CLOSE:
        middle = (low + high) // 2
        found = dated_after(read, middle, clock)
        if found is None or found[0] >= high or found[1] >= target - slack:
            high = middle
        else:
            low = found[0]
    return low
