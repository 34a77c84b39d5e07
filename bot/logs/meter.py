"""What a look-up costs, counted where the bytes come in."""

from __future__ import annotations

import io
import os
import time
from threading import Lock

from bot.logs.interface import Read


class Meter:
    """Counts every byte that the file system hands over; threads may share one."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._lock = Lock()
        self._bytes = 0
        self._files: set[str] = set()

    def add(self, path: str, count: int) -> None:
        """So many bytes of this file came in."""
        with self._lock:
            self._bytes += count
            self._files.add(path)

    def pread(self, descriptor: int, count: int, offset: int, path: str) -> bytes:
        """`os.pread`, counted."""
        block = os.pread(descriptor, count, offset)
        self.add(path, len(block))
        return block

    def read(self) -> Read:
        """What came in up to now."""
        return Read(bytes=self._bytes, seconds=time.monotonic() - self._began, files=len(self._files))


class Counted(io.RawIOBase):
    """A file from an offset up to another (None: its end), read in order and counted."""

    def __init__(self, descriptor: int, path: str, meter: Meter, start: int = 0, end: int | None = None) -> None:
        self._descriptor, self._path, self._meter = descriptor, path, meter
        self._at, self._end = start, end

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, room: object) -> int:
        """The next bytes into a buffer; 0 at the end."""
        view = memoryview(room)  # type: ignore[arg-type]
        if self._end is not None:
            view = view[: max(self._end - self._at, 0)]
        count = os.preadv(self._descriptor, [view], self._at) if len(view) else 0
        self._at += count
        self._meter.add(self._path, count)
        return count
