"""Log files: which there are, what they are packed with, and what is wrong with them.

A file that cannot be used is a note of one line, never an error: the rest of the answer stands.
"""

from __future__ import annotations

import glob
import hashlib
import os
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.logs.meter import Meter
from bot.logs.packing import FOREIGN, Packing, packing

HEAD = 1 << 10
"""Bytes at the beginning by which a file is known again."""
SNIFFED = 1 << 12
MOST_FILES = 2_000
NOT_REGULAR = "is not a regular file; give a file, a folder or a glob"
MARKS = (
    (b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"),
)  # fmt: skip
"""Byte order marks (RFC 2781; Unicode 15, 23.8)."""
ZEROS = 0.7
PRINTED = frozenset((*b"\t\n\r", *range(32, 127), *range(160, 256)))
MOSTLY = 0.9
"""Shares of the bytes of UTF-16 without a mark: zeros among the high ones, what can be printed among the low ones."""
CONTROLS = bytes({*range(1, 32), 127} - {*b"\t\n\v\f\r\x1b"})
"""What text does not hold. Zeros are another matter: a log that was truncated in place begins with some."""
MOST_CONTROLS = 0.05
"""Of all bytes; of what is packed or encrypted one in ten is a control character by chance."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file that can be read."""

    path: str
    size: int
    packing: Packing = ""
    device: int = 0
    inode: int = 0
    head: bytes = b""
    """Hash of its first bytes: another file may come to have the same number."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of a look-up and what is to be said of those that cannot be read."""

    files: tuple[LogFile, ...]
    notes: dict[str, str] = field(default_factory=dict)
    """Path -> what is wrong with it and how to mend it; grows while files are read."""
    until: float = float("inf")
    """When reading ends, on the clock of time.monotonic(): a small packed file can hold more than there is time for."""
    meter: Meter = field(default_factory=Meter)

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
        for name in names(path, found):
            if len(files) >= MOST_FILES:
                found.note(path, f"holds more than {MOST_FILES} files; the others were not read, name a narrower path")
                break
            if name not in files and (usable := look(name, found)):
                files[name] = usable
    return Shelf(tuple(files.values()), found.notes, time.monotonic() + seconds, found.meter)


def names(path: str, found: Shelf) -> Iterator[str]:
    """The files that a path names: a file, all in a folder, or what a glob matches."""
    place = Path(path).expanduser()
    if place.is_dir():
        every = list(_walk(place, found))
    elif place.exists() or not glob.has_magic(path):
        every = [str(place)]
    else:
        # Path.glob cannot start from an absolute pattern
        every = sorted(n for n in glob.iglob(str(place), recursive=True) if Path(n).is_file())  # noqa: PTH207
    if not every:
        found.note(path, "no file is there; check the path of the logs")
    yield from every


def _walk(place: Path, found: Shelf) -> Iterator[str]:
    def failed(error: OSError) -> None:
        found.note(
            str(error.filename), f"cannot be opened ({error.strerror}); give the bot's user the right to read it"
        )

    for folder, inner, names in os.walk(place, onerror=failed):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        yield from (str(Path(folder, name)) for name in sorted(names) if not name.startswith("."))


def look(name: str, found: Shelf) -> LogFile | None:
    """The file of that name if it is a log that can be read; if not, a note says why."""
    try:
        about = Path(name).stat()
        if not stat.S_ISREG(about.st_mode):
            found.note(name, NOT_REGULAR)
            return None
        descriptor = os.open(name, os.O_RDONLY)
        try:
            head = found.meter.pread(descriptor, SNIFFED, 0, name)
        finally:
            os.close(descriptor)
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
    known = hashlib.blake2s(head[:HEAD], digest_size=16).digest()
    return LogFile(name, about.st_size, packing(head), about.st_dev, about.st_ino, known)


def _fault(head: bytes) -> str | None:
    if not head:
        return "is empty; check that the service writes its log there"
    if encoding := wide(head):
        return f"is {encoding}; convert it to UTF-8 first (iconv -f {encoding} -t UTF-8)"
    if head.startswith(FOREIGN):
        return "is packed in a way that is not read; unpack it, or pack it with gzip, zstd or bzip2"
    if not packing(head) and (head.count(b"\0") > len(head) / 3 or _strange(head) > MOST_CONTROLS):
        return "is binary, not a text log; name the text log instead"
    return None


def _strange(head: bytes) -> float:
    return 1 - len(head.translate(None, CONTROLS)) / len(head)


def wide(head: bytes) -> str | None:
    """The encoding of a text in characters of two bytes, or of four; None: it is something else.

    The mark at its beginning says so; without one every other byte of western text is zero, and the rest is printable.
    """
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    for name, high, low in (("UTF-16LE", head[1::2], head[0::2]), ("UTF-16BE", head[0::2], head[1::2])):
        if high.count(0) > ZEROS * len(high) and sum(byte in PRINTED for byte in low) > MOSTLY * len(low):
            return name
    return None
