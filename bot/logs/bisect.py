"""Finding a time in a large file that is ordered by time, reading only a few blocks of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta

Clock = Callable[[str], datetime | None]
"""The time of a line, None where it has none."""
LARGE = 1 << 20
"""Smaller files are read whole."""
STEP = 1 << 14
CLOSE = 1 << 16
"""The search ends when this many bytes are left: they are cheaper to read than to halve."""
FARTHEST = 1 << 20
"""How far a dated line is looked for behind an offset (long stack traces)."""
SLACK = timedelta(seconds=5)
"""Servers write a request's line when it ends, so neighbours may be swapped by this much."""
SAMPLES = 24


def dated_after(descriptor: int, offset: int, clock: Clock) -> tuple[int, datetime] | None:
    """The first dated line that begins after an offset: (where it begins, its time)."""
    rest, start, at = b"", offset, offset
    while at - offset < FARTHEST and (block := os.pread(descriptor, STEP, at)):
        at += len(block)
        rest += block
        parts = rest.split(b"\n")
        if offset and start == offset:
            start += len(parts[0]) + 1  # the line in whose middle the offset lies
            parts = parts[1:]
        for raw in parts[:-1]:
            if time := clock(raw.decode("utf-8", "replace")):
                return start, time
            start += len(raw) + 1
        rest = parts[-1] if parts else b""
    return None


def ordered(descriptor: int, size: int, clock: Clock) -> bool:
    """Whether samples all over the file rise in time, within the slack; a file without dates is not ordered."""
    last: datetime | None = None
    for step in range(SAMPLES):
        found = dated_after(descriptor, size * step // SAMPLES, clock)
        if found is None:
            continue
        if last is not None and found[1] < last - SLACK:
            return False
        last = found[1]
    return last is not None


def place(descriptor: int, size: int, target: datetime, clock: Clock) -> int:
    """The beginning of a line before which everything is older than `target`, less the slack."""
    low, high = 0, size
    while high - low > CLOSE:
        middle = (low + high) // 2
        found = dated_after(descriptor, middle, clock)
        if found is None or found[0] >= high or found[1] >= target - SLACK:
            high = middle
        else:
            low = found[0]
    return low
