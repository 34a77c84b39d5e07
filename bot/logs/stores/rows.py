"""Rows of a store as entries: read by the same formats as lines of files, each stream as a file of its own."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.logs.formats import Line, parse
from bot.logs.stores.interface import Row
from bot.model import Entry

MOST_LINES = 10_000
"""Lines of one moment that keep their order: an entry's offset is its time and its place within."""
TRUSTED = timedelta(minutes=10)
"""A line's own time is believed this far from the store's: beyond, its zone was not written."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SLOTS = (
    "level", "method", "path", "status", "client", "user", "user_agent", "pid", "upstream", "upstream_status",
    "cache",
)  # fmt: skip


def iso(text: str) -> datetime:
    """The time that a store writes in ISO 8601, UTC where it names no zone. Raises ValueError."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def since_epoch(*, microseconds: int) -> datetime:
    """The time so many microseconds after 1970. Raises ValueError."""
    try:
        return EPOCH + timedelta(microseconds=microseconds)
    except OverflowError as error:
        raise ValueError(str(error)) from None


def epoch(time: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (time - EPOCH) // timedelta(microseconds=1)


def row_of(time: datetime, stream: str, record: Mapping[str, Any], message: str) -> Row:
    """A row of named values, of which `message` may hold the line."""
    whole = json.dumps(record, ensure_ascii=False, default=str)
    line = _dug(record, message)
    return Row(time, stream, line, whole) if isinstance(line, str) and line.strip() else Row(time, stream, whole)


def _dug(record: Any, name: str) -> Any:
    """The value of a name, which may be a path with dots (`event.original`)."""
    if not isinstance(record, Mapping):
        return None
    if name in record:
        return record[name]
    head, dot, rest = name.partition(".")
    return _dug(record.get(head), rest) if dot else None


class Reader:
    """Turns rows into entries, each row once; what came before need not be read again."""

    def __init__(self, name: str, reference: datetime) -> None:
        self.entries: list[Entry] = []
        """Of all rows so far; texts are raw."""
        self._name = name
        self._reference = reference
        self._seen: set[Row] = set()
        self._lines: defaultdict[tuple[str, datetime], int] = defaultdict(int)

    def add(self, rows: Iterable[Row]) -> None:
        """Read those that are new."""
        for row in rows:
            if row not in self._seen:
                self._seen.add(row)
                self.entries += self._read(row)

    def _read(self, row: Row) -> Iterator[Entry]:
        # Kubernetes' prefix gives lines without a date of their own the store's, and keeps them records of their own.
        prefix = f"{row.time.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z stdout F "
        file = f"{self._name} {row.stream}".rstrip()
        first, *rest = row.text.rstrip("\r\n").split("\n")
        place = epoch(row.time) * MOST_LINES + self._lines[file, row.time]
        self._lines[file, row.time] += len(rest) + 1
        lines = list(enumerate((prefix + first, *rest), start=place))
        outer = next(self._parsed([(place, row.record)], file), None) if row.record else None
        for entry in self._parsed(lines, file):
            own = entry.time if entry.time and abs(entry.time - row.time) <= TRUSTED else row.time
            bare = replace(entry, time=own, text=entry.text.removeprefix(prefix))
            yield _joined(bare, outer) if outer else bare

    def _parsed(self, lines: Iterable[Line], file: str) -> Iterator[Entry]:
        return parse(lines, file=file, reference=self._reference)


def _joined(line: Entry, outer: Entry) -> Entry:
    """A line with what the store knows of it beside: the line's own word counts first."""
    named = {name for name, _ in line.fields}
    told: dict[str, Any] = {slot: getattr(line, slot) or getattr(outer, slot) for slot in SLOTS}
    # What is named `host` beside a line is the machine, unless a request stands beside it, too.
    told["host"] = line.host or (outer.host if outer.path else None)
    beside = [name for name in outer.ids if name not in line.text]
    return replace(
        line,
        **told,
        text=f"{line.text} id={','.join(beside)}" if beside else line.text,
        query=line.query or outer.query,
        ids=tuple(dict.fromkeys((*line.ids, *outer.ids))),
        fields=(*line.fields, *((name, value) for name, value in outer.fields if name not in named)),
    )
