"""Logs that came with a report, as files for the time of one look-up: what searches files searches them too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.logs.interface import Found
from bot.model import Entry, PostedLog


@contextmanager
def as_files(logs: Sequence[PostedLog]) -> Iterator[Mapping[str, str]]:
    """Path -> the name that it was posted by. They hold no secrets, and are gone afterwards."""
    if not logs:
        yield {}
        return
    with TemporaryDirectory(prefix="locksmith-") as folder:
        files = {str(Path(folder, f"{number}.log")): log for number, log in enumerate(logs)}
        for path, log in files.items():
            Path(path).write_text(log.text, encoding="utf-8", errors="replace")
        yield {path: log.name for path, log in files.items()}


def named(found: Found, posted: Mapping[str, str]) -> Found:
    """The same with the names that people know the files by."""
    if not posted:
        return found
    return replace(
        found,
        request=_named(found.request, posted),
        others=_named(found.others, posted),
        around=_named(found.around, posted),
        beyond=_named(found.beyond, posted),
        notes=tuple(_note(note, posted) for note in found.notes),
        files=tuple(posted.get(file, file) for file in found.files),
    )


def _named(entries: Sequence[Entry], posted: Mapping[str, str]) -> tuple[Entry, ...]:
    return tuple(replace(e, file=posted[e.file]) if e.file in posted else e for e in entries)


def _note(note: str, posted: Mapping[str, str]) -> str:
    for path, name in posted.items():
        note = note.replace(path, name)
    return note
