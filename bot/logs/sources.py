"""Log files: which there are, what is wrong with them, and their bytes as lines.

A file that cannot be used is a note of one line, never an error: the rest of the answer stands.
"""

from __future__ import annotations

import glob
import gzip
import os
import stat
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.logs.formats import Line

BLOCK = 1 << 18
LONGEST = 1 << 20
"""A line is cut after this many bytes."""
MOST_FILES = 2_000
GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file that can be read."""

    path: str
    size: int
    packed: bool
    """Whether it is gzip."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of a look-up and what is to be said of those that cannot be read."""

    files: tuple[LogFile, ...]
    notes: dict[str, str] = field(default_factory=dict)
    """Path -> what is wrong with it and how to mend it; grows while files are read."""
    until: float = float("inf")
    """When reading ends, on the clock of time.monotonic(): a small packed file can hold more than there is time for."""

    def note(self, path: str, text: str) -> None:
        """Keep the first thing that is wrong with a path."""
        self.notes.setdefault(path, f"{path}: {text}")


def shelf(paths: Sequence[str], seconds: float = float("inf")) -> Shelf:
    """The files of some paths, each a file, a folder (read with its folders, hidden ones left out) or a glob.

    They may be read for so many seconds from now.
    """
    found = Shelf(files=(), notes={})
    files: dict[str, LogFile] = {}
    for path in paths:
        for name in _names(path, found):
            if len(files) >= MOST_FILES:
                found.note(path, f"holds more than {MOST_FILES} files; the others were not read, name a narrower path")
                break
            if name not in files and (usable := _look(name, found)):
                files[name] = usable
    return Shelf(tuple(files.values()), found.notes, time.monotonic() + seconds)


def _names(path: str, found: Shelf) -> Iterator[str]:
    place = Path(path).expanduser()
    if place.is_dir():
        names = list(_walk(place, found))
    elif place.exists() or not glob.has_magic(path):
        names = [str(place)]
    else:
        # Path.glob cannot start from an absolute pattern
        names = sorted(n for n in glob.iglob(str(place), recursive=True) if Path(n).is_file())  # noqa: PTH207
    if not names:
        found.note(path, "no file is there; check the path of the logs")
    yield from names


def _walk(place: Path, found: Shelf) -> Iterator[str]:
    def failed(error: OSError) -> None:
        found.note(
            str(error.filename), f"cannot be opened ({error.strerror}); give the bot's user the right to read it"
        )

    for folder, inner, names in os.walk(place, onerror=failed):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        yield from (str(Path(folder, name)) for name in sorted(names) if not name.startswith("."))


def _look(name: str, found: Shelf) -> LogFile | None:
    try:
        about = Path(name).stat()
        if not stat.S_ISREG(about.st_mode):
            found.note(name, "is not a regular file; give a file, a folder or a glob")
            return None
        with Path(name).open("rb") as stream:
            head = stream.read(4096)
    except FileNotFoundError:
        found.note(name, "there is no such file; check the path of the logs")
        return None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        found.note(name, f"cannot be read ({reason}); give the bot's user the right to read it")
        return None
    if fault := _fault(head):
        found.note(name, fault)
        return None
    return LogFile(name, about.st_size, head.startswith(GZIP))


def _fault(head: bytes) -> str | None:
    if not head:
        return "is empty; check that the service writes its log there"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "is UTF-16; convert it to UTF-8 first (iconv -f UTF-16 -t UTF-8)"
    if head.startswith((b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")):
        return "is packed in a way that is not read; unpack it, or pack it with gzip"
    if not head.startswith(GZIP) and head.count(b"\0") > len(head) / 3:
        return "is binary, not a text log; name the text log instead"
    return None


def chunks(file: LogFile, on: Shelf, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """A file's bytes (unpacked) from an offset, in blocks; what goes wrong on the way is noted."""
    try:
        for block in _unpacked(file) if file.packed else _blocks(file.path, start, end):
            if time.monotonic() > on.until:
                on.note(file.path, "was not read to its end, there was no time; name a smaller file or the exact time")
                return
            yield block
    except (EOFError, zlib.error, gzip.BadGzipFile):
        on.note(file.path, "is damaged or cut off; the lines up to there were read, copy the file again for the rest")
    except OSError as error:
        on.note(file.path, f"could not be read to its end ({error.strerror}); was it moved meanwhile? Ask again")


def _unpacked(file: LogFile) -> Iterator[bytes]:
    with gzip.open(file.path, "rb") as stream:
        while block := stream.read(BLOCK):
            yield block


def _blocks(path: str, start: int, end: int | None) -> Iterator[bytes]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        while (end is None or start < end) and (block := os.pread(descriptor, BLOCK, start)):
            start += len(block)
            yield block
    finally:
        os.close(descriptor)


def whole_lines(file: LogFile, on: Shelf, start: int = 0, end: int | None = None) -> Iterator[tuple[int, bytes]]:
    """The same as runs of whole lines: (offset, bytes that end with a line's end, or the file's)."""
    rest, offset = b"", start
    for block in chunks(file, on, start, end):
        rest += block
        cut = rest.rfind(b"\n") + 1
        if cut == 0 and len(rest) < LONGEST:
            continue
        cut = cut or len(rest)
        yield offset, rest[:cut]
        offset, rest = offset + cut, rest[cut:]
    if rest:
        yield offset, rest


def lines(file: LogFile, on: Shelf, start: int = 0, end: int | None = None) -> Iterator[Line]:
    """A file's lines from the offset of a line's beginning to the line that goes beyond `end`."""
    for offset, run in whole_lines(file, on, start, end):
        at = offset
        for raw in run.split(b"\n"):
            if end is not None and at >= end:
                return
            if raw:
                yield at, raw[:LONGEST].decode("utf-8", "replace").rstrip("\r").lstrip("\ufeff")
            at += len(raw) + 1
