"""What a log file is made of: formats, times, order, ids, and the lines that cannot be read, with the reason.

Small files are read whole, of large ones even slices; memory stays flat. Examples are redacted.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from bot.logs import bisect, blocks, declared
from bot.logs.formats import Line, columns, envelopes, fields, read, table
from bot.logs.sources import LogFile, Shelf
from bot.redact import redact

WHOLE = 16 << 20
"""Bytes up to which a file is read whole; of a packed one no more is read."""
SLICES = 16
SLICE = 2 * blocks.ROOM - (1 << 16)
"""The last block of a slice goes beyond it, so that its last line is whole."""
UNPRINTABLE = 0.3
"""A line with a larger share of bytes that are no characters is no text."""
MOST_EXAMPLES = 5
MOST_KINDS = 200
LONGEST_EXAMPLE = 300
CONTINUED = re.compile(
    r"\s|Traceback |at |Caused by|\.\.\. \d+|[)}\]]|File \"|goroutine |During handling|The above exception|---"
    r"|[\w.]+(?:Error|Exception|Warning|Exit|Interrupt)\b"
)
"""How lines begin that go on with the record before, in stack traces and dumps."""
AT_END = re.compile(r"[\s\d.,:\"-]*(?:ms)?")
BEFORE_ID = re.compile(
    r"([\w@][\w.@-]*)\)?[\"']?\s*[=:]\s*[\[\"']*(?:\w\w-|Root=|Self=[^;]*;Root=|projects/[^/]*/traces/)?$"
)


@dataclass(slots=True)
class Checked:
    """What was seen of one file."""

    file: LogFile
    whole: bool = True
    bytes: int = 0
    lines: int = 0
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(how lines are read, the known format or "") -> lines."""
    carriers: Counter[str] = field(default_factory=Counter)
    continued: int = 0
    unread: int = 0
    examples: list[tuple[int, str, str]] = field(default_factory=list)
    """(offset, the line as it is, why it was not read)."""
    first: datetime | None = None
    last: datetime | None = None
    undated: int = 0
    late: int = 0
    """Lines that are older than one before them, by more than servers swap lines."""
    latest_by: timedelta = timedelta()
    ids: Counter[str] = field(default_factory=Counter)
    """Where an id stands -> lines."""
    id_lines: int = 0
    foreign: int = 0
    """Lines with bytes that are not UTF-8."""
    binary: int = 0
    """Lines that are no text at all."""
    typical: str = ""
    """A line that was read as words only."""

    @property
    def is_text(self) -> bool:
        """Whether most of it is text."""
        return 2 * self.binary <= self.lines

    @property
    def known(self) -> int:
        """Lines that were read."""
        return sum(self.kinds.values())

    @property
    def span(self) -> timedelta:
        """From the earliest to the latest time."""
        return self.last - self.first if self.first and self.last else timedelta()

    @property
    def rate(self) -> float | None:
        """Lines a second of the time that the log covers."""
        if not self.span or not self.bytes:
            return None
        return (
            self.lines
            * (1 if self.whole or self.file.packing else self.file.size / self.bytes)
            / self.span.total_seconds()
        )


def check(file: LogFile, on: Shelf, reference: datetime) -> Checked:
    """Look through a file; `reference` is the moment that guessed dates precede."""
    seen = Checked(file)
    named: columns.Columns = ()
    for at, line in envelopes.joined(_lines(file, on, seen)):
        if line[:1] == "#" and (header := columns.directive(line)) is not None:
            named = header or named
            seen.lines += 1
            seen.kinds["w3c", "header"] += 1
        elif line.strip():
            seen.lines += 1
            _take(seen, at, line, read(line, reference, file.path, named), reference)
    seen.whole = seen.whole and file.path not in on.notes
    return seen


def _lines(file: LogFile, on: Shelf, seen: Checked) -> Iterator[Line]:
    """The lines of the file or of its slices."""
    for start, end in _stretches(file, seen):
        found = blocks.lines(file, on, start, end)
        for at, line in islice(found, 1 if start else 0, None):  # a slice begins in the middle of a line
            seen.bytes += len(line) + 1
            seen.foreign += "\ufffd" in line
            yield at, line
            if file.packing and seen.bytes >= WHOLE:
                seen.whole = False
                return


def _stretches(file: LogFile, seen: Checked) -> Iterator[tuple[int, int | None]]:
    if file.packing or file.size <= WHOLE:
        yield 0, None
        return
    seen.whole = False
    for number in range(SLICES):
        start = (file.size - SLICE) * number // (SLICES - 1)
        yield start, start + SLICE


def half_written(file: LogFile) -> bool:
    """Whether the last line has no end yet."""
    if file.packing or not file.size:
        return False
    with Path(file.path).open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read() != b"\n"


def _take(seen: Checked, at: int, line: str, draft: fields.Draft | None, reference: datetime) -> None:
    if draft is None:
        if seen.known and CONTINUED.match(line):
            seen.continued += 1
            return
        seen.unread += 1
        seen.binary += _is_binary(line[:200])
        if len(seen.examples) < MOST_EXAMPLES:
            seen.examples.append((at, line[:LONGEST_EXAMPLE], _why(line)))
        return
    wrapped = envelopes.unwrap(line, reference)
    seen.carriers.update(wrapped.kinds)
    form = draft["format"]
    like = table.named(form, wrapped.line)
    kind = (form, like.name if like else "")
    seen.kinds[kind if len(seen.kinds) < MOST_KINDS else (form, "")] += 1
    if form == "plain":
        seen.typical = seen.typical or line[:LONGEST_EXAMPLE]
    _take_time(seen, draft.get("time"))
    if draft["ids"]:
        seen.id_lines += 1
        seen.ids.update({_group(form, wrapped.line, value) or _where(line, value) for value in draft["ids"]})


def _take_time(seen: Checked, time: datetime | None) -> None:
    if time is None:
        seen.undated += 1
        return
    if seen.last and time < seen.last - bisect.SLACK:
        seen.late += 1
        seen.latest_by = max(seen.latest_by, seen.last - time)
    seen.first = min(seen.first or time, time)
    seen.last = max(seen.last or time, time)


def _group(form: str, line: str, value: str) -> str | None:
    """The group of an operator's format that holds an id."""
    matches = (shape.pattern.match(line) for shape in declared.in_use() if shape.name == form)
    groups = next((match.groupdict() for match in matches if match), {})
    return next((name for name, text in groups.items() if text == value), None)


def _where(line: str, value: str) -> str:
    """The name before an id, or where in the line it stands."""
    at = line.find(value)
    if at < 0:
        return "inside another value"
    if match := BEFORE_ID.search(line[max(0, at - 80) : at]):
        return match[1]
    if line[at - 1 : at] == "[":
        return "in brackets"
    return "at the end of the line" if AT_END.fullmatch(line, at + len(value)) else "without a name"


def _is_binary(text: str) -> bool:
    strange = sum(c == "\ufffd" or not (c.isprintable() or c in "\t\x1b") for c in text)
    return strange > UNPRINTABLE * len(text)


def _why(line: str) -> str:
    if line.startswith("{"):
        try:
            json.loads(line)
        except ValueError as error:
            return f"begins like JSON but is cut or broken ({error})"
        except RecursionError:
            return "is JSON nested too deeply"
    return "has no time that is recognised, and nothing else says where a record begins"


def shown(text: str) -> str:
    """An example that may be shown."""
    return redact(envelopes.COLOUR.sub("", text)).text
