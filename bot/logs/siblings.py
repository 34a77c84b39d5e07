"""The rotated files of a log that is followed, and which files of a folder are logs of their own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.logs.catalogue import beginning
from bot.logs.cursor import HEAD
from bot.logs.packing import DamagedError
from bot.logs.rotation import DATE, family, undone
from bot.logs.sources import LogFile, Shelf, look

NUMBER = re.compile(r"[.-](\d{1,4})(?:\.\w+)?$")
"""Of a rotated file's name: the higher, the older."""


@dataclass(frozen=True, slots=True)
class Sibling:
    """A rotated file."""

    file: LogFile
    head: bytes
    """Its first bytes, unpacked."""
    changed: int
    """When it was last written, in nanoseconds; a hint."""

    @property
    def age(self) -> tuple[int, int]:
        """By what siblings are sorted, the oldest first."""
        number = NUMBER.search(self.file.path)
        return self.changed, -int(number[1]) if number else 0


def siblings(path: str) -> list[Sibling]:
    """The rotated files of a log, the oldest first; what cannot be read or vanishes is left out."""
    found = []
    for name in _names(path):
        file = look(name, Shelf(()))
        if file is not None:
            try:
                found.append(Sibling(file, _head(file), os.stat(name).st_mtime_ns))  # noqa: PTH116
            except (OSError, DamagedError):
                continue
    return sorted(found, key=lambda sibling: sibling.age)


def live(paths: Iterable[str], on: Shelf) -> list[str]:
    """Of the files of a folder those that are written to: not the packed ones, nor the rotated ones of another.

    What is no text is left out with a note.
    """
    every = list(paths)
    known = set(every)
    return [path for path in every if _alive(path, on) and (family(path) == path or family(path) not in known)]


def _alive(path: str, on: Shelf) -> bool:
    found = Shelf(())
    file = look(path, found)
    if file is None and Path(path).is_file() and Path(path).stat().st_size:
        on.notes.update(found.notes)
        return False
    return file is None or not file.packing


def _names(path: str) -> Iterator[str]:
    place = Path(path)
    dated = DATE.search(place.name) is not None
    try:
        names = sorted(os.listdir(place.parent))  # noqa: PTH208
    except OSError:
        return
    for name in names:
        other = str(place.with_name(name))
        if name != place.name and (undone(name) == place.name if dated else family(other) == path):
            yield other


def _head(file: LogFile) -> bytes:
    if file.packing:
        return beginning(file, Shelf(()))[:HEAD]
    with Path(file.path).open("rb") as stream:
        return stream.read(HEAD)
