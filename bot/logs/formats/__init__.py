"""From lines to entries: every line is unwrapped, then tried as JSON, key=value, known shape, access line, plain words.

An operator's own formats come first. `known/` says of each format what software writes it, where its ids are and
whether it was checked against that software. Nothing here redacts: what is handed on to people goes through
`bot.logs.scrub` first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.logs import declared
from bot.logs.formats import (
    access,
    columns,
    common,
    envelopes,
    fields,
    haproxy,
    plain,
    shaped,
    structured,
    times,
    words,
)
from bot.model import Entry

Line = tuple[int, str]
"""(offset of its first byte in the file, text without the line end)."""
MOST_CONTINUED = 200
LONGEST_RECORD = 16_384
LONGEST_LINE = 65_536
QUICK = re.compile(
    r'"(?:time|ts|timestamp|@timestamp|@t|t|asctime|datetime|date|eventTime|StartUTC|start_time|requestTime'
    r'|EdgeStartTimestamp|dt|at|when|zeit|zeitpunkt|zeitstempel|fecha|hora|horodatage|heure|tijd|czas)"\s*:\s*(?:\{"\$date":)?(?:"(\d[^"]{8,40})"|(\d{9,}[\d.eE+]*))'
)
"""The time of a JSON line without reading all of it."""


def parse(lines: Iterable[Line], *, file: str, reference: datetime) -> Iterator[Entry]:
    """The entries of a file's lines, in order; texts are raw. `reference` is the moment that guessed dates precede.

    A line without a beginning of its own (a stack trace) belongs to the record before. Lines that a container runtime
    cut are put together.
    """
    offset, held, draft = 0, list[str](), None
    size = 0
    named: columns.Columns = ()
    for at, line in envelopes.joined(lines):
        if line[:1] == "#" and (header := columns.directive(line)) is not None:
            named = header or named
            continue
        found = read(line, reference, file, named)
        if found is None and draft is not None:
            if len(held) < MOST_CONTINUED and size < LONGEST_RECORD:
                held.append(line)
                size += len(line)
            continue
        if draft is not None:
            yield _entry(file, offset, held, draft, reference)
        offset, held, draft, size = at, [line], found, len(line)
        if found is None and line.strip():
            yield _entry(file, at, held, {"format": "unread", "message": line[:LONGEST_RECORD]}, reference)
    if draft is not None:
        yield _entry(file, offset, held, draft, reference)


def read(line: str, reference: datetime, file: str = "", named: columns.Columns = ()) -> fields.Draft | None:
    """What a line says of itself; None for one that has no beginning of a record.

    `named` are the columns that a header line named; without them those of the file are looked up where a line has any.
    """
    line = line[:LONGEST_LINE]
    if (declared.in_use() and (draft := shaped.own(line, reference))) or (draft := common.read(line, reference)):
        return draft
    wrapped = envelopes.unwrap(line, reference)
    inner = wrapped.line
    draft = _inner(inner, reference, file, named, unwrapped=bool(wrapped.kinds))
    if draft is None:
        if wrapped.time is None:
            return None
        draft = plain.after("", inner, reference) | {"format": "plain"}
    if draft.get("time") is None:
        draft["time"] = wrapped.time
    draft["pid"] = draft.get("pid") or wrapped.pid
    if wrapped.program:
        draft["fields"] = (("program", wrapped.program), *draft["fields"])
    if wrapped.named:
        told = fields.read(wrapped.named, reference)
        draft |= {name: (*draft[name], *told[name]) for name in ("ids", "fields")}
    return draft


def _inner(
    line: str, reference: datetime, file: str, named: columns.Columns, *, unwrapped: bool
) -> fields.Draft | None:
    """A line without its carriers."""
    if unwrapped:
        own = shaped.own(line, reference) if declared.in_use() else None
        if draft := own or common.read(line, reference):
            return draft
    return (
        structured.json_line(line, reference)
        or (columns.read(line, reference, file, named) if named else None)
        or shaped.read(line, reference)
        or haproxy.read(line, reference)
        or access.read(line, reference)
        or structured.pairs_line(line, reference)
        or columns.read(line, reference, file)
        or plain.read(line, reference)
    )


def quick_time(line: str, reference: datetime) -> datetime | None:
    """The time of a line for finding a place in a file, without reading the rest of it; None where it has none."""
    if declared.in_use() and (own := shaped.own_time(line, reference)):
        return own
    if line[:1] == "{" and (match := QUICK.search(line)):
        return times.value(match[1] or match[2], reference)
    found = plain.stamp(envelopes.COLOUR.sub("", line) if "\x1b" in line[:20] else line, reference)
    return found[0] if found else None


def _entry(file: str, offset: int, held: list[str], draft: fields.Draft, reference: datetime) -> Entry:
    if len(held) > 1:
        tail = "\n".join(envelopes.unwrap(line, reference).line for line in held[1:])
        if not draft.get("path") and words.NAMES.fullmatch(draft["message"]):
            _fill(draft, words.pick(tail.lstrip().partition("\n")[0], reference))
        draft["message"] = f"{draft['message']}\n{tail}" if draft["message"] else tail.strip()
        words.labelled(tail, draft)
    text = "\n".join(held)[: LONGEST_RECORD + LONGEST_LINE]
    return Entry(file=file, offset=offset, text=text, **draft)


def _fill(draft: fields.Draft, told: fields.Draft) -> None:
    """What the second line of a record says, whose first is a head without words (.NET's console)."""
    for name, value in told.items():
        if name != "message" and not draft.get(name):
            draft[name] = value
