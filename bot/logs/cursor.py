"""A place in a growing file, that is known again by what was read there and not by the file's name."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from bot.logs.meter import Counted, Meter
from bot.logs.packing import Unpacked
from bot.logs.sources import LogFile

HEAD, TAIL = 1 << 10, 1 << 8
"""Bytes at the beginning and before the place by which a file is known again."""
LINES = 4096
"""Lines of a packed file that are handed out at once."""
BLOCK = 1 << 20
"""Bytes that are read at once; a line without an end in sight is cut there."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a file was read, and hashes of its read beginning and of what lies before the place.

    A file that was truncated and grew past the place again has another beginning; one whose beginning is always the
    same (W3C headers) has other bytes before the place.
    """

    device: int
    inode: int
    offset: int
    head: str
    tail: str

    def fits(self, path: str) -> bool:
        """Whether a plain file holds what was read. Raises OSError."""
        descriptor = os.open(path, os.O_RDONLY)
        try:
            if os.fstat(descriptor).st_size < self.offset:
                return False
            tail = os.pread(descriptor, min(TAIL, self.offset), max(0, self.offset - TAIL))
            return self.begins(os.pread(descriptor, HEAD, 0)) and _hash(tail) == self.tail
        finally:
            os.close(descriptor)

    def begins(self, head: bytes) -> bool:
        """Whether what was read begins as these bytes do."""
        return _hash(head[: min(HEAD, self.offset)]) == self.head

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"device": self.device, "inode": self.inode, "offset": self.offset, "head": self.head, "tail": self.tail}


def mark_from(plain: dict[str, Any]) -> Mark:
    """The mark that was kept. Raises KeyError, TypeError or ValueError."""
    whole = {name: int(plain[name]) for name in ("device", "inode", "offset")}
    return Mark(**whole, head=str(plain["head"]), tail=str(plain["tail"]))


def fingerprint(head: bytes) -> str:
    """By what a file is remembered as read: length and hash of its beginning, which may have grown since."""
    head = head[:HEAD]
    return f"{len(head)}:{_hash(head)}"


def remembered(head: bytes, fingerprints: Collection[str]) -> bool:
    """Whether a file that begins so is remembered."""
    lengths = {int(known.partition(":")[0]) for known in fingerprints}
    return any(fingerprint(head[:length]) in fingerprints for length in lengths if length <= len(head))


def _hash(data: bytes) -> str:
    return hashlib.blake2s(data, digest_size=16).hexdigest()


class Cursor:
    """An open file and the place up to which its whole lines were handed out."""

    def __init__(self, path: str, offset: int = 0) -> None:
        """Open at an offset, the beginning of a line. Raises OSError."""
        self.descriptor = os.open(path, os.O_RDONLY)
        about = os.fstat(self.descriptor)
        self.device, self.inode = about.st_dev, about.st_ino
        self.place(offset)

    def place(self, offset: int) -> None:
        """Go to an offset, the beginning of a line."""
        self.offset = offset
        self._head = os.pread(self.descriptor, min(HEAD, offset), 0)
        self._tail = os.pread(self.descriptor, min(TAIL, offset), max(0, offset - TAIL))
        self._looked = (-1, -1)

    def close(self) -> None:
        """Close the file."""
        os.close(self.descriptor)

    def beginning(self) -> bytes:
        """The first bytes of the file, whether they were read or not."""
        return os.pread(self.descriptor, HEAD, 0)

    def mark(self) -> Mark:
        """The place as it is kept."""
        return Mark(self.device, self.inode, self.offset, _hash(self._head), _hash(self._tail))

    def stands(self, mark: Mark) -> bool:
        """Whether this is where the mark stands, in the file that it was made of."""
        mine = self.mark()
        return (mine.head, mine.tail) == (mark.head, mark.tail)

    def grew(self) -> bool:
        """Whether anything changed since this was asked last."""
        about = os.fstat(self.descriptor)
        before, self._looked = self._looked, (about.st_size, about.st_mtime_ns)
        return before != self._looked

    def same(self) -> bool:
        """Whether what was read still stands there."""
        head = os.pread(self.descriptor, len(self._head), 0)
        return head == self._head and self._tail == os.pread(
            self.descriptor, len(self._tail), self.offset - len(self._tail)
        )

    def lines(self, *, final: bool = False) -> Iterator[tuple[int, bytes]]:
        """(offset, line without its end) of each whole line that came; at the `final` end also a half one.

        The place moves as the lines are taken.
        """
        while block := self._block(final=final):
            for piece in _pieces(block):
                yield self._move(piece), piece.rstrip(b"\r\n")

    def blocks(self, *, final: bool = False) -> Iterator[bytes]:
        """The same lines with their ends, many at once; the place moves block by block."""
        while block := self._block(final=final):
            self._move(block)
            yield block

    def _block(self, *, final: bool) -> bytes:
        block = os.pread(self.descriptor, BLOCK, self.offset)
        whole = block.rfind(b"\n") + 1 or (len(block) if len(block) == BLOCK or final else 0)
        return block[:whole]

    def _move(self, taken: bytes) -> int:
        at = self.offset
        self.offset += len(taken)
        if len(self._head) < HEAD:
            self._head = (self._head + taken)[:HEAD]
        self._tail = (self._tail + taken)[-TAIL:]
        return at


class PackedCursor(Cursor):
    """The same in a packed file, which never grows; offsets are those of the unpacked bytes."""

    def __init__(self, file: LogFile, from_mark: Mark | None = None) -> None:
        """Open where reading stood in the file before it was packed. Raises OSError."""
        super().__init__(file.path)
        self._file, self._from = file, from_mark

    def mark(self) -> Mark:
        """The place as it is kept: before anything is read, the one that was given."""
        return self._from if self._from and self.offset < self._from.offset else super().mark()

    def beginning(self) -> bytes:
        """The same, unpacked, once it was read."""
        return self._head

    def lines(self, *, final: bool = False) -> Iterator[tuple[int, bytes]]:
        """Every line from the place on, also the last without an end. Raises DamagedError."""
        stream = Unpacked(Counted(self.descriptor, self._file.path, Meter()), self._file.packing)
        room, rest, at = memoryview(bytearray(BLOCK)), b"", 0
        while count := stream.readinto(room):
            rest += bytes(room[:count])
            whole = rest.rfind(b"\n") + 1
            yield from self._from_place(rest[:whole], at)
            at, rest = at + whole, rest[whole:]
        yield from self._from_place(rest, at)

    def blocks(self, *, final: bool = False) -> Iterator[bytes]:
        """The same lines with their ends, many at once; the place moves block by block."""
        held: list[bytes] = []
        for _, raw in self.lines(final=final):
            held.append(raw)
            if len(held) >= LINES:
                yield b"\n".join((*held, b""))
                held.clear()
        if held:
            yield b"\n".join((*held, b""))

    def _from_place(self, block: bytes, at: int) -> Iterator[tuple[int, bytes]]:
        for piece in _pieces(block):
            if at == self.offset:
                self._move(piece)
                if self._from is None or at >= self._from.offset:
                    yield at, piece.rstrip(b"\r\n")
            at += len(piece)


def _pieces(block: bytes) -> Iterator[bytes]:
    """The lines of a block with their ends."""
    start = 0
    while start < len(block):
        end = block.find(b"\n", start) + 1 or len(block)
        yield block[start:end]
        start = end


def end_of_lines(path: str) -> int:
    """The offset behind the last whole line of a file. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        at = os.fstat(descriptor).st_size
        while at > 0:
            start = max(0, at - BLOCK)
            cut = os.pread(descriptor, at - start, start).rfind(b"\n")
            if cut >= 0:
                return start + cut + 1
            at = start
        return 0
    finally:
        os.close(descriptor)
