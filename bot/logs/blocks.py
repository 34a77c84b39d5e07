"""The bytes of log files as runs of whole lines, in one buffer of fixed size however large the file is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.logs.formats import Line
from bot.logs.meter import Counted
from bot.logs.packing import DamagedError, Unpacked
from bot.logs.sources import LogFile, Shelf

ROOM = 1 << 20
"""Bytes of the buffer: what is searched more than once stays in the processor's cache."""
STEP = 1 << 14
"""At least so much is read at once, also at the end of a stretch."""
LONGEST = 1 << 20
"""A line is cut after this many bytes."""
Fill = Callable[[memoryview], int]
"""Puts the next bytes at the beginning of a buffer and says how many; 0 at the end."""
Run = tuple[int, memoryview]
"""(offset, whole lines; the last of a file may lack its end). The bytes are good until the next run is asked for."""


def runs(file: LogFile, on: Shelf, start: int = 0, end: int | None = None) -> Iterator[Run]:
    """A file's lines (unpacked) that begin from `start`, which is a line's beginning, and before `end`.

    A few more may follow. What goes wrong on the way is noted; what was read up to there is told.
    """
    try:
        with _filling(file, on, start) as fill:
            yield from _runs(file, on, fill, start, end)
    except DamagedError:
        on.note(file.path, "is damaged or cut off; the lines up to there were read, copy the file again for the rest")
    except OSError as error:
        on.note(file.path, f"could not be read to its end ({error.strerror}); was it moved meanwhile? Ask again")


@contextmanager
def _filling(file: LogFile, on: Shelf, start: int) -> Iterator[Fill]:
    descriptor = os.open(file.path, os.O_RDONLY)
    try:
        raw = Counted(descriptor, file.path, on.meter, start)
        yield Unpacked(raw, file.packing).readinto if file.packing else raw.readinto
    finally:
        os.close(descriptor)


def _runs(file: LogFile, on: Shelf, fill: Fill, offset: int, end: int | None) -> Iterator[Run]:
    wanted = ROOM if file.packing else (file.size if end is None else end) - offset
    buffer = bytearray(min(ROOM, max(wanted, 0) + STEP))
    view, held = memoryview(buffer), 0
    while end is None or offset < end:
        if time.monotonic() > on.until:
            on.note(file.path, "was not read to its end, there was no time; name a smaller file or the exact time")
            return
        room = len(buffer) if end is None else min(len(buffer), held + max(STEP, end - offset - held))
        count = fill(view[held:room])
        filled = held + count
        cut = buffer.rfind(b"\n", held, filled) + 1 if count else filled
        if not cut and filled == len(buffer):
            cut = filled  # a line without an end in sight
        if cut:
            yield offset, view[:cut]
        if not count:
            return
        held, offset = filled - cut, offset + cut
        view[:held] = view[cut:filled]


def lines(file: LogFile, on: Shelf, start: int = 0, end: int | None = None) -> Iterator[Line]:
    """A file's lines from the offset of a line's beginning to the line that goes beyond `end`."""
    for offset, run in runs(file, on, start, end):
        at = offset
        for raw in bytes(run).split(b"\n"):
            if end is not None and at >= end:
                return
            if raw:
                yield at, text(raw)
            at += len(raw) + 1


def text(raw: bytes) -> str:
    """A line's bytes as text, without its end."""
    return raw[:LONGEST].decode("utf-8", "replace").rstrip("\r").lstrip("\ufeff")
