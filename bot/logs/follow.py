"""Following growing log files through every kind of rotation, with nothing lost and nothing twice.

Rename: the old file is read on until it is quiet, since writers reopen late. Copy and truncate: what was written
between the last look and the truncation is read from the copy, also from a packed one. Files that came and went
between two looks, or while nobody looked, are read as a whole in between. A half line is no line yet.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.logs.cursor import HEAD, Cursor, Mark, PackedCursor, end_of_lines, fingerprint, mark_from, remembered
from bot.logs.packing import DamagedError
from bot.logs.siblings import siblings

QUIET_S = 600.0
"""A file that was renamed is closed when nothing was added for so long."""
MOST_SEEN = 512
"""Rotated files that are remembered as read."""


@dataclass(frozen=True, slots=True)
class New:
    """A line that came."""

    file: str
    """The path that is followed, also where the line was read from a rotated file."""
    offset: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole lines that came, for who takes many at once."""

    file: str
    """The path that is followed."""
    raw: bytes


Took = TypeVar("Took", New, Block)
Take = Callable[[str, Cursor, bool], Iterator[Took]]
"""What came of the path's cursor; True: also a half line, for the file has ended."""


def _new(path: str, cursor: Cursor, final: bool) -> Iterator[New]:
    return (New(path, at, raw.lstrip(b"\0")) for at, raw in cursor.lines(final=final))


def _block(path: str, cursor: Cursor, final: bool) -> Iterator[Block]:
    return (Block(path, raw.replace(b"\0", b"")) for raw in cursor.blocks(final=final))


@dataclass(slots=True)
class _Older:
    """A file that is read before the current one."""

    cursor: Cursor
    since: float
    """When something was last added."""


class Followed:
    """One log, under one path."""

    def __init__(
        self, path: str, *, from_start: bool = False, kept: Any = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`kept`: what `state` gave once; following goes on from there. Raises ValueError for anything else."""
        self.path, self._clock = path, clock
        self.notes: list[str] = []
        self._at_end = not from_start and kept is None
        self._current: Cursor | None = None
        self._older: list[_Older] = []
        self._marks, self._seen = _restored(kept) if kept is not None else (list[Mark](), dict[str, None]())
        if kept is None:
            self._see(*(sibling.head for sibling in siblings(path)))

    def state(self) -> dict[str, Any]:
        """Where following stands after the last line that was taken: plain values, for `kept`."""
        cursors = [*(older.cursor for older in self._older), *([self._current] if self._current else [])]
        marks = [cursor.mark() for cursor in cursors] or self._marks
        return {"marks": [mark.plain() for mark in marks], "seen": list(self._seen)}

    def close(self) -> None:
        """Close every file."""
        for cursor in (*(older.cursor for older in self._older), *([self._current] if self._current else [])):
            cursor.close()
        self._current, self._older = None, []

    def poll(self) -> Iterator[New]:
        """The lines that came since the last look, the oldest first."""
        return self._poll(_new)

    def blocks(self) -> Iterator[Block]:
        """The same lines, many at once. `state` holds after each block that was taken."""
        return self._poll(_block)

    def _poll(self, take: Take[Took]) -> Iterator[Took]:
        try:
            self._begin() if self._current is None else self._look(self._current)
        except FileNotFoundError:
            pass  # it is being rotated, or is yet to come: the next look finds it
        except OSError as error:
            self.notes.append(f"{self.path}: cannot be read ({error.strerror}); give the right to read it")
        for older in list(self._older):
            yield from self._rest(older, take)
        if self._current is not None:
            yield from take(self.path, self._current, False)

    def _rest(self, older: _Older, take: Take[Took]) -> Iterator[Took]:
        before, now = older.cursor.offset, self._clock()
        try:
            yield from take(self.path, older.cursor, False)
        except DamagedError:
            self.notes.append(f"{self.path}: a packed file of it is damaged; lines may be missing, compare the copies")
        if older.cursor.offset > before:
            older.since = now
        reopened = self._current is not None and self._current.offset > 0
        packed = isinstance(older.cursor, PackedCursor)
        if packed or (reopened and now - older.since > QUIET_S):
            yield from () if packed else take(self.path, older.cursor, True)
            self._see(older.cursor.beginning())
            older.cursor.close()
            self._older.remove(older)

    def _begin(self) -> None:
        """Open the file, after those that were written meanwhile."""
        marks, self._marks = self._marks, []
        for mark in marks[:-1]:
            self._catch_up(mark)
        for last in marks[-1:]:
            self._current = self._reopened(last)
            if self._current is None and not self._catch_up(last) and last.offset:
                self.notes.append(
                    f"{self.path}: what was followed is gone and no copy of it is there; lines may be missing"
                )
        if self._current is None:
            self._between()
            at_end, self._at_end = self._at_end, False
            self._current = Cursor(self.path, end_of_lines(self.path) if at_end else 0)

    def _reopened(self, mark: Mark) -> Cursor | None:
        """The file under its own path where the mark stands, if it is the one."""
        try:
            cursor = Cursor(self.path, mark.offset)
        except FileNotFoundError:
            return None
        if mark.offset and cursor.stands(mark):
            return cursor
        cursor.close()
        return None

    def _look(self, current: Cursor) -> None:
        """See whether the file was truncated in place, or another stands under its path."""
        if current.grew():
            if not current.same():
                if not self._catch_up(current.mark()):
                    self.notes.append(f"{self.path}: was emptied and no copy of it is there; lines may be missing")
                current.place(0)
            if current.offset == 0:
                self._between()
        try:
            about = os.stat(self.path)  # noqa: PTH116
        except FileNotFoundError:
            return
        if (about.st_dev, about.st_ino) != (current.device, current.inode):
            follows = Cursor(self.path)
            self._add(current)
            self._between()
            self._current = follows

    def _catch_up(self, mark: Mark) -> bool:
        """Read on where a mark stands, in the file under its new name or in a copy; False where there is none."""
        if not mark.offset:
            return False  # nothing was read of it by which it could be known
        found = siblings(self.path)
        same = [s for s in found if (s.file.device, s.file.inode) == (mark.device, mark.inode)]
        for sibling in (*same, *reversed(found)):
            if sibling.file.packing and mark.begins(sibling.head):
                self._add(PackedCursor(sibling.file, mark))
                return True
            if not sibling.file.packing and mark.fits(sibling.file.path):
                self._add(Cursor(sibling.file.path, mark.offset))
                return True
        return False

    def _between(self) -> None:
        """Read files that came and went unseen: no copies of what is being read or was."""
        cursors = [*(older.cursor for older in self._older), *([self._current] if self._current else [])]
        known = {(cursor.device, cursor.inode) for cursor in cursors}
        heads = [head for head in (*(cursor.beginning() for cursor in cursors), self._head()) if head]
        for sibling in siblings(self.path):
            head = sibling.head
            if not head or (sibling.file.device, sibling.file.inode) in known or remembered(head, self._seen):
                continue
            if not any(head.startswith(h) or h.startswith(head) for h in heads):
                self._add(PackedCursor(sibling.file) if sibling.file.packing else Cursor(sibling.file.path))

    def _head(self) -> bytes:
        try:
            with open(self.path, "rb") as stream:  # noqa: PTH123
                return stream.read(HEAD)
        except OSError:
            return b""

    def _add(self, cursor: Cursor) -> None:
        self._older.append(_Older(cursor, since=self._clock()))

    def _see(self, *heads: bytes) -> None:
        self._seen |= dict.fromkeys(fingerprint(head) for head in heads if head)
        for fingerprint_ in list(self._seen)[:-MOST_SEEN]:
            del self._seen[fingerprint_]


def _restored(kept: Any) -> tuple[list[Mark], dict[str, None]]:
    try:
        seen = dict.fromkeys(map(str, kept["seen"]))
        remembered(b"", seen)
        return [mark_from(mark) for mark in kept["marks"]], seen
    except (KeyError, TypeError, ValueError):
        raise ValueError("is no state of a followed log") from None
