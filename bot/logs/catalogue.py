"""What is known of a log file before it is read: its format, its first and last time, how well it is ordered.

Made from a few blocks, so cheap to make anew; a running process keeps it and looks only at what a file gained.
A file is known by device, inode and the hash of its beginning; the time of its last change proves nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from bot.logs import bisect
from bot.logs.bisect import Clock, ReadAt
from bot.logs.formats import parse, quick_time, times
from bot.logs.meter import Counted
from bot.logs.packing import DamagedError, Unpacked
from bot.logs.sources import LogFile, Shelf

PACKED = (1 << 15, 1 << 17, 1 << 19)
"""Of a packed file so many bytes are unpacked, until there is a line: blocks of bzip2 hold 900 kB."""
MOST_UNPACKED = 1 << 21
REACH = 1 << 12
"""The time of a line stands within so many bytes."""
MOST_DISORDER = timedelta(minutes=15)
"""A file whose lines are swapped farther is not bisected but read through."""
REGROWN = 1 << 20
"""What a file gained is looked at when it is more than this."""
MOST_KNOWN = 4096
NCSA = re.compile(rb"\S+ \S+ \S+ (\[\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\])")
"""The beginning of a line in the common format, with its stamp."""
ZONED = re.compile(r"(?:Z|[A-Z]{3,4}|[+-]\d\d:?\d\d|\d[+-]\d\d|/\w+)$|^\[?1\d{9}|^[0-9a-f]{8}(?:\.|$)")
"""A stamp that names its zone or counts from 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the catalogue says of a file."""

    size: int
    format: str = ""
    """The format of its first line that could be understood."""
    first: datetime | None = None
    last: datetime | None = None
    """None also for a packed file: its end is not looked at."""
    disorder: timedelta | None = None
    """How far lines lie behind those before them, in samples; None where none is dated."""
    zoned: bool = True
    """Whether the times name their zone: without one, an hour comes twice when summer ends."""
    ahead: timedelta | None = None
    """How far ahead of UTC its clock is, where its first stamp or what stands before that says so."""
    reference: datetime | None = None
    """The moment by which dates without a year were read; None where there was nothing to guess."""

    @property
    def ordered(self) -> bool:
        """Whether a time can be found by halving."""
        return self.disorder is not None and self.disorder <= MOST_DISORDER

    @property
    def slack(self) -> timedelta:
        """How far beyond a stretch of time its lines may lie."""
        return max(bisect.SLACK, 2 * (self.disorder or timedelta()))


_known: dict[tuple[int, int, bytes, timedelta | None], Facts] = {}
_lock = Lock()


def facts(file: LogFile, on: Shelf, reference: datetime) -> Facts:
    """The entry of a file; an empty one where it cannot be read (reading it will tell why)."""
    key = (file.device, file.inode, file.head, reference.utcoffset())
    with _lock:
        known = _known.pop(key, None)
    try:
        found = _current(file, on, reference, known)
    except (OSError, DamagedError):
        return Facts(size=file.size)
    with _lock:
        _known[key] = found
        while len(_known) > MOST_KNOWN:
            del _known[next(iter(_known))]
    return found


def clock(reference: datetime) -> Clock:
    """What tells the time of a line's bytes. The stamps of access lines come again and again: each is read once."""
    known: dict[bytes, datetime | None] = {}

    def tell(raw: bytes) -> datetime | None:
        match = NCSA.match(raw)
        if match is None:
            return quick_time(raw[:REACH].decode("utf-8", "replace").lstrip("\ufeff"), reference)
        try:
            return known[match[1]]
        except KeyError:
            if len(known) >= MOST_KNOWN:
                known.clear()
            known[match[1]] = time = quick_time(match[1].decode(), reference)
            return time

    return tell


@contextmanager
def opened(file: LogFile, on: Shelf) -> Iterator[ReadAt]:
    """Reading a plain file anywhere, counted. Raises OSError."""
    descriptor = os.open(file.path, os.O_RDONLY)
    try:
        yield lambda count, offset: on.meter.pread(descriptor, count, offset, file.path)
    finally:
        os.close(descriptor)


def _current(file: LogFile, on: Shelf, reference: datetime, known: Facts | None) -> Facts:
    if known is None or known.size > file.size or known.reference not in (None, reference):
        return _packed(file, on, reference) if file.packing else _plain(file, on, reference)
    if file.packing or file.size - known.size < REGROWN:
        return known
    grown = _plain(file, on, reference, known.size)
    swapped = [d for d in (known.disorder, grown.disorder) if d is not None]
    back = known.last - grown.first if known.last and grown.first else timedelta()
    return Facts(
        size=file.size,
        format=known.format,
        first=known.first or grown.first,
        last=grown.last or known.last,
        disorder=max([*swapped, back]) if swapped else None,
        zoned=known.zoned and grown.zoned,
        ahead=known.ahead,
        reference=known.reference or grown.reference,
    )


def _plain(file: LogFile, on: Shelf, reference: datetime, start: int = 0) -> Facts:
    with opened(file, on) as read:
        return _facts(file, read, (start, file.size), reference)


def _packed(file: LogFile, on: Shelf, reference: datetime) -> Facts:
    """Judged by its beginning: what comes later is taken to be as well ordered."""
    text = beginning(file, on)
    found = _facts(file, lambda count, offset: text[offset : offset + count], (0, len(text)), reference)
    return Facts(
        size=file.size,
        format=found.format,
        first=found.first,
        disorder=found.disorder,
        zoned=found.zoned,
        ahead=found.ahead,
        reference=found.reference,
    )


def beginning(file: LogFile, on: Shelf) -> bytes:
    """The first lines of a packed file, unpacked. Raises OSError."""
    found = b""
    for most in PACKED:
        found = _unpacked(file, on, most)
        if b"\n" in found:
            break
    return found


def _unpacked(file: LogFile, on: Shelf, most: int) -> bytes:
    room, filled = memoryview(bytearray(MOST_UNPACKED)), 0
    descriptor = os.open(file.path, os.O_RDONLY)
    try:
        stream = Unpacked(Counted(descriptor, file.path, on.meter, 0, most), file.packing)
        while filled < len(room) and (count := stream.readinto(room[filled:])):
            filled += count
    except DamagedError:
        pass  # it ends where we stopped reading
    finally:
        os.close(descriptor)
    return bytes(room[:filled])


def _facts(file: LogFile, read: ReadAt, bounds: tuple[int, int], reference: datetime) -> Facts:
    start, end = bounds
    tell = clock(reference)
    first = bisect.dated_after(read, start, tell)
    if first is None:
        return Facts(size=file.size)
    line = read(REACH, first[0]).split(b"\n", 1)[0]
    text = line.decode("utf-8", "replace").lstrip("\ufeff")
    stamp = times.find(text, reference)
    zoned = stamp is None or ZONED.search(text[stamp[1] : stamp[2]]) is not None
    told = text[stamp[1] : stamp[2]] if stamp and zoned else _before(read, start, first[0], reference)
    guessed = quick_time(text, reference - timedelta(days=400)) != first[1]
    return Facts(
        size=file.size,
        format=next((e.format for e in parse([(0, text)], file=file.path, reference=reference)), ""),
        first=first[1],
        last=bisect.last_dated(read, end, tell),
        disorder=bisect.disorder(read, start, end, tell),
        zoned=zoned,
        ahead=times.ahead(told),
        reference=reference if guessed else None,
    )


def _before(read: ReadAt, start: int, first: int, reference: datetime) -> str:
    """The time that a file begins with before its first record: `# Logfile created on 2026-11-19 11:14:34 +0100`."""
    text = "" if start or not first else read(min(first, REACH), 0).decode("utf-8", "replace")
    stamp = times.find(text, reference)
    return text[stamp[1] : stamp[2]] if stamp else ""
