"""Lines of access logs cut into columns: a block is split at its quotes once, and not line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

QUOTED = 6
"""Quotes around request, referrer and user agent."""
PIECE = 1 << 17
"""Bytes that are cut at once: their parts stay in the processor's cache."""
STAMP_BYTES = len("[05/Jan/2026:10:42:07 +0000] ")
"""What ends the part before the request."""
STATUS_BYTES = len(" 401 ")
"""What begins the part behind it."""
_STAMP = re.compile(rb"\[([^\]\n]{17}):\d\d([^\]\n]*)\] ")
_SECOND = len("[05/Jan/2026:10:42:")
_SECONDS = [b"%02d" % second for second in range(60)]
_BEFORE_STAMP = re.compile(rb'\n(\S+) [^\n"\[]*')
_REQUEST = re.compile(rb'([A-Z]{3,12}) ([^\s"?\\]+)[^\n"\\]*')


@dataclass(frozen=True, slots=True)
class Columns:
    """Parts of lines in NCSA's combined format; all have equally many quotes, and none has a backslash."""

    numbers: Sequence[int]
    """Of the lines in their block, rising."""
    parts: list[bytes]
    """Between the quotes, line after line, after an empty one; the first of each line begins with a line feed."""
    width: int
    """Parts of a line."""

    def stamps(self) -> list[bytes]:
        """The time of each, for `minute`."""
        return [head[-STAMP_BYTES:] for head in self.parts[1 :: self.width]]

    def beginnings(self) -> list[bytes]:
        """What precedes the time, for `client`."""
        return [head[:-STAMP_BYTES] for head in self.parts[1 :: self.width]]

    def requests(self) -> list[bytes]:
        """For `request`."""
        return self.parts[2 :: self.width]

    def statuses(self) -> list[bytes]:
        """Between blanks, where it is one."""
        return [answer[:STATUS_BYTES] for answer in self.parts[3 :: self.width]]

    def agents(self) -> list[bytes]:
        """The user agents."""
        return self.parts[6 :: self.width]

    def line(self, place: int) -> bytes:
        """A whole line, by its place among these."""
        at = 1 + place * self.width
        return b'"'.join(self.parts[at : at + self.width])[1:]


def minute(stamp: bytes) -> bytes | None:
    """The stamp of the minute."""
    match = _STAMP.fullmatch(stamp)
    return match[1] + b":00" + match[2] if match else None


def seconds(stamp: bytes) -> list[bytes]:
    """The stamps of all seconds of a stamp's minute."""
    before, after = stamp[:_SECOND], stamp[_SECOND + 2 :]
    return [before + second + after for second in _SECONDS]


def client(beginning: bytes) -> bytes:
    """The caller's address or name; empty where a line begins in another way."""
    match = _BEFORE_STAMP.fullmatch(beginning)
    return match[1] if match else b""


def request(raw: bytes) -> tuple[bytes, bytes] | None:
    """Method, and path without a query."""
    match = _REQUEST.fullmatch(raw)
    return (match[1], match[2]) if match else None


def cut(block: bytes, rest: dict[int, bytes]) -> Iterator[Columns]:
    """The columns, some lines at a time; lines of another shape go to the rest, by their numbers."""
    first = 0
    for piece in _pieces(block):
        numbers = range(first, first := first + piece.count(b"\n") + 1)
        if whole := _columns(piece, numbers):
            yield whole
        else:
            yield from _sorted(piece, numbers, rest)


def _columns(lines: bytes, numbers: Sequence[int]) -> Columns | None:
    """The columns where all lines are of the usual shape and have equally many quotes."""
    if b"\\" in lines:
        return None
    parts = (b"\n" + lines).replace(b"\n", b'"\n').split(b'"')
    width, over = divmod(len(parts) - 1, len(numbers))
    if over or width <= QUOTED or parts[5::width].count(b" ") < len(numbers):
        return None
    return Columns(numbers, parts, width) if b"".join(parts[1::width]).count(b"\n") == len(numbers) else None


def _sorted(lines: bytes, numbers: Sequence[int], rest: dict[int, bytes]) -> Iterator[Columns]:
    """The columns of lines with equally many quotes; those that are of no usual shape go to the rest."""
    alike: dict[int, dict[int, bytes]] = {}
    for number, raw in zip(numbers, lines.split(b"\n"), strict=True):
        parts = raw.split(b'"', QUOTED)
        usual = len(parts) > QUOTED and parts[4] == b" " and b"\\" not in raw
        (alike.setdefault(raw.count(b'"'), {}) if usual else rest)[number] = raw
    for some in alike.values():
        if columns := _columns(b"\n".join(some.values()), list(some)):
            yield columns


def _pieces(block: bytes) -> Iterator[bytes]:
    """Some whole lines at a time, without the end of the last one."""
    at, size = 0, len(block) - block.endswith(b"\n")
    while at < size:
        end = block.find(b"\n", min(at + PIECE, size), size)
        yield block[at : size if end < 0 else end]
        at = size if end < 0 else end + 1
