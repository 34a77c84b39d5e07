"""From log lines to what is counted: answers by minute and cell, and who was refused.

Lines in NCSA's common or combined format are cut at their quotes, and each part is looked up among those seen before;
only a new part is read with care. A line that does not fit goes through one expression, then through the formats.
The result is the same on every way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import compress
from typing import Any, NamedTuple, TypeVar

from bot.logs import columns
from bot.logs.blocks import text
from bot.logs.columns import Columns
from bot.logs.count import COMMON
from bot.logs.formats import parse, quick_time
from bot.logs.names import agent, network
from bot.logs.neighbourhood import OWN_MARK
from bot.logs.parts import Parts, Remembered
from bot.model import Entry
from bot.spikes.model import MINUTE, Cell
from bot.spikes.templates import Templates

NETWORK = "network"
"""The region that needs no field: the network of the caller."""
REFUSED = 401
OWN = OWN_MARK.encode()
STATUS = re.compile(rb" (\d{3}) ")


class Refusal(NamedTuple):
    """A request that was answered 401."""

    minute: int
    cell: Cell
    caller: bytes
    """Its user or address."""
    raw: bytes
    """The line or record as it was written: it may hold secrets."""


@dataclass(slots=True)
class Taken:
    """What some lines held."""

    answers: Counter[tuple[int, Cell]] = field(default_factory=Counter)
    """By minute (its start, in seconds since 1970) and cell."""
    refusals: list[Refusal] = field(default_factory=list)
    """In the order in which they came, where one file is read."""
    callers: list[bytes] = field(default_factory=list)
    """Of each answer."""


K = TypeVar("K")
T = TypeVar("T")
Regions = Callable[[str], str]


class Lines:
    """Reads the lines of logs. It remembers what it made of their parts, so keep one for as long as lines come."""

    def __init__(self, templates: Templates, *, region: str = NETWORK, regions: Regions = network) -> None:
        """`region`: `network`, or the name of a field of the logs. `regions`: a caller's address to its network."""
        self._templates, self._field = templates, "" if region == NETWORK else region
        self.callers_told = False
        """Whether any line told a caller's address or agent. From then on lines without either are not counted:
        they are an application's own, of requests that the log in front of it holds too."""
        self._reference = datetime.min
        self._region = regions
        self._stamps = Remembered(self._stamped)
        self._routes, self._agents = Remembered(templates.of), Remembered(agent)
        self._minutes = Parts(self._minute_of)
        self._callers = Parts(self._caller_of)
        self._shapes = Parts(self._route_of)
        self._statuses = Parts(_status)
        self._cells = Parts(_cell)

    def read(self, chunk: bytes, file: str, reference: datetime) -> Taken:
        """Count whole lines of a file. `reference` is the moment that dates without a year or zone precede."""
        self._reference = reference
        taken = Taken()
        if OWN in chunk:  # what we ask ourselves, without credentials, is nobody's trouble
            chunk = b"\n".join(raw for raw in chunk.split(b"\n") if OWN not in raw)
        other = chunk.split(b"\n") if self._field else self._quick(chunk, taken)
        for entry in parse(self._careful(other, taken), file=file, reference=reference):
            self._entry(entry, taken)
        return taken

    def _quick(self, block: bytes, taken: Taken) -> list[bytes]:
        """Take the lines of the usual shape; gives the others."""
        other: dict[int, bytes] = {}
        for some in columns.cut(block, other):
            self._columns(some, taken, other)
        self.callers_told |= bool(taken.answers)
        return [other[number] for number in sorted(other)]

    def _columns(self, lines: Columns, taken: Taken, other: dict[int, bytes]) -> None:
        clients: Any
        clients, networks = zip(*map(self._callers.__getitem__, lines.beginnings()), strict=True)
        minutes: list[Any] = [self._minutes[stamp] for stamp in lines.stamps()]
        statuses = [self._statuses[status] for status in lines.statuses()]
        routes = self._shapes.each(self._templates.shapes(lines.requests()))
        agents = map(self._agents.__getitem__, lines.agents())
        cells: list[Any] = list(map(self._cells.__getitem__, zip(routes, agents, networks, strict=True)))
        for row, status in enumerate(statuses):
            if status == REFUSED and minutes[row] and cells[row]:
                taken.refusals.append(Refusal(minutes[row], cells[row], clients[row], lines.line(row)))
        if not (all(minutes) and all(cells) and all(statuses)):
            fits = list(map(all, zip(minutes, cells, statuses, strict=True)))
            other |= {lines.numbers[row]: lines.line(row) for row, fit in enumerate(fits) if not fit}
            clients, minutes, cells = (list(compress(column, fits)) for column in (clients, minutes, cells))
        taken.answers.update(zip(minutes, cells, strict=True))
        taken.callers += clients

    def _careful(self, lines: Iterable[bytes], taken: Taken) -> list[tuple[int, str]]:
        """Take the lines of the usual shape with anything in their parts; gives the others."""
        other = []
        for raw in lines:
            match = None if self._field else COMMON.match(raw)
            if match is None or not self._common(match, taken):
                other.append((0, text(raw)))
        return other

    def _common(self, match: re.Match[bytes], taken: Taken) -> bool:
        client, minute, zone, method, path, status, user_agent = match.groups()
        at = self._stamps[minute + b":00" + zone]
        if at is None:
            return False
        route = f"{method.decode()} {self._routes[path]}"
        cell = Cell(route, self._agents[user_agent or b""], self._region(client.decode("utf-8", "replace")))
        self.callers_told = True
        _add(taken, Refusal(at, cell, client, match.string), int(status))
        return True

    def _entry(self, entry: Entry, taken: Taken) -> None:
        if entry.time is None or entry.status is None:
            return
        tells = bool(entry.client or entry.user_agent)
        if self.callers_told and not tells:
            return
        self.callers_told |= tells
        cell = self.cell(entry)
        caller = (entry.user or entry.client or "").encode("utf-8", "replace")
        raw = entry.text.encode("utf-8", "replace")
        _add(taken, Refusal(_minute(entry.time), cell, caller, raw), entry.status)

    def cell(self, entry: Entry) -> Cell:
        """The part of the traffic that an entry is of."""
        route = f"{entry.method or ''} {self._templates.of(entry.path or '')}".strip()
        region = _shown(entry, self._field) if self._field else self._region(entry.client or "")
        return Cell(route, agent(entry.user_agent or ""), region)

    def _minute_of(self, raw: bytes) -> int | None:
        stamp = columns.minute(raw)
        return self._stamps[stamp] if stamp else None

    def _caller_of(self, raw: bytes) -> tuple[bytes, str | None]:
        """And its network."""
        client = columns.client(raw)
        return client, self._region(client.decode("utf-8", "replace")) if client else None

    def _route_of(self, raw: bytes) -> str | None:
        found = columns.request(raw)
        return f"{found[0].decode()} {self._routes[found[1]]}" if found else None

    def _stamped(self, stamp: str) -> int | None:
        time = quick_time(f"[{stamp}]", self._reference)
        return _minute(time) if time else None


def _status(raw: bytes) -> int | None:
    match = STATUS.fullmatch(raw)
    return int(match[1]) if match else None


def _cell(parts: tuple[str | None, str | None, str | None]) -> Cell | None:
    route, user_agent, region = parts
    return None if route is None or user_agent is None or region is None else Cell(route, user_agent, region)


def _add(taken: Taken, request: Refusal, status: int) -> None:
    taken.answers[request.minute, request.cell] += 1
    taken.callers.append(request.caller)
    if status == REFUSED:
        taken.refusals.append(request)


def _minute(time: datetime) -> int:
    return int(time.timestamp()) // MINUTE * MINUTE


def _shown(entry: Entry, name: str) -> str:
    from bot.display import scrubbed

    return scrubbed(entry.host or "" if name == "host" else entry.get(name) or "")
