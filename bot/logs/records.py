"""Records in runs of lines: a dated line with the undated ones behind it (stack traces), raw.

Where nothing is dated, a line with the indented ones behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.logs.bisect import Clock
from bot.logs.blocks import Run, text
from bot.logs.formats import Line
from bot.logs.scan import spots

MOST_HELD = 50
"""Lines of one record that are looked at."""

BEHIND = 1 << 16
"""The beginning of a record is looked for within so many bytes."""

Keep = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Record:
    """Lines that belong together, and their time where they have one."""

    time: datetime | None
    lines: list[Line]


def whole(runs: Iterable[Run], tell: Clock) -> Iterator[tuple[int, bytes]]:
    """The same bytes as runs that end where a record ends."""
    held = b""
    after = 0
    for offset, run in runs:
        if held and offset != after:  # runs between were left out
            yield after - len(held), held
            held = b""
        data, after = held + bytes(run), offset + len(run)
        cut = _last_head(data, tell)
        if cut:
            yield after - len(data), data[:cut]
        held = data[cut:]
    if held:
        yield after - len(held), held


def every(runs: Iterable[Run], tell: Clock) -> Iterator[Record]:
    """All records."""
    held: Record | None = None
    for at, raw in (line for offset, run in runs for line in _raw(bytes(run), offset)):
        time = tell(raw)
        if held is not None and time is None and (held.time is not None or _goes_on(raw)):
            if len(held.lines) < MOST_HELD:
                held.lines.append((at, text(raw)))
            continue
        if held is not None:
            yield held
        held = Record(time, [(at, text(raw))])
    if held is not None:
        yield held


def chosen(runs: Iterable[Run], tell: Clock, keep: Keep, words: Sequence[bytes] = ()) -> Iterator[Record]:
    """The records with a line that `keep` accepts.

    `words`: only lines that hold one of them are asked about, which is faster by far.
    """
    for offset, data in whole(runs, tell):
        done = 0
        for start, end in spots(memoryview(data), words) if words else _lines(data):
            if start >= done and keep(text(data[start:end])):
                head, time = _head(data, start, done, tell)
                done = _tail(data, end, tell, dated=time is not None)
                yield Record(time, list(_split(data[head:done], offset + head)))


def holding(runs: Iterable[Run], tell: Clock, pattern: re.Pattern[str], words: Sequence[bytes]) -> Iterator[list[Line]]:
    """The lines in which the pattern is found, each with what its record holds before it.

    Each holds one of the words. Nothing is copied of runs without one, so that this is as fast as reading.
    """
    before, after = b"", 0
    for offset, run in runs:
        before = before if offset == after else b""
        for start, end in spots(run, words):
            line = bytes(run[start:end])
            if pattern.search(text(line)):
                near = line if tell(line) else before[-BEHIND:] + bytes(run[max(0, start - BEHIND) : end])
                head = _head(near, len(near) - len(line), 0, tell)[0]
                yield list(_split(near[head:], offset + end - len(near) + head))
        before, after = bytes(run[-BEHIND:]), offset + len(run)


def _split(data: bytes, offset: int) -> Iterator[Line]:
    return ((at, text(raw)) for at, raw in _raw(data, offset))


def _raw(data: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    for raw in data.split(b"\n"):
        if raw:
            yield offset, raw
        offset += len(raw) + 1


def _lines(data: bytes) -> Iterator[tuple[int, int]]:
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        yield start, end
        start = end + 1
    if start < len(data):
        yield start, len(data)


def _head(data: bytes, start: int, floor: int, tell: Clock) -> tuple[int, datetime | None]:
    """Where the record of a line begins, and its time; without a dated line before, the one that is not indented."""
    at, outermost = start, None
    for _ in range(MOST_HELD):
        end = data.find(b"\n", at)
        if time := tell(data[at : end if end >= 0 else len(data)]):
            return at, time
        if outermost is None and not _goes_on(data[at : at + 1]):
            outermost = at
        if at <= floor:
            break
        at = data.rfind(b"\n", 0, at - 1) + 1
    return start if outermost is None else outermost, None


def _goes_on(line: bytes) -> bool:
    """Whether a line is indented, as what follows .NET's undated heads."""
    return line[:1] in (b" ", b"\t")


def _tail(data: bytes, end: int, tell: Clock, *, dated: bool) -> int:
    """Where the record ends to which the line belongs that ends there."""
    for _ in range(MOST_HELD):
        follows = data.find(b"\n", end + 1)
        follows = len(data) if follows < 0 else follows
        if end + 1 >= len(data) or tell(data[end + 1 : follows]) or not (dated or _goes_on(data[end + 1 : end + 2])):
            break
        end = follows
    return end


def _last_head(data: bytes, tell: Clock) -> int:
    """Where the last record begins; the end where no dated line is near."""
    end = len(data) - data.endswith(b"\n")
    for _ in range(MOST_HELD):
        start = data.rfind(b"\n", 0, end) + 1
        if tell(data[start:end]):
            return start
        if start == 0:
            break
        end = start - 1
    return len(data)
