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
from typing import NamedTuple, TypeVar

from bot.logs.blocks import text
from bot.logs.count import COMMON, MOST_REMEMBERED, Remembered
from bot.logs.formats import parse, quick_time
from bot.logs.names import agent, network
from bot.logs.neighbourhood import OWN_MARK
from bot.model import Entry
from bot.spikes.model import MINUTE, Cell
from bot.spikes.templates import Templates

NETWORK = "network"
"""The region that needs no field: the network of the caller."""
REFUSED = 401
OWN = OWN_MARK.encode()
BEFORE_REQUEST = re.compile(rb'[^\n"\[]*\[([^\]\n]{17}):\d\d([^\]\n]*)\] ')
REQUEST = re.compile(rb'([A-Z]{3,12}) ([^\s"?\\]+)[^\n"\\]*')
STATUS = re.compile(rb" (\d{3}) ")
CLIENT = re.compile(rb"\S+")
QUOTED = 6
"""Quotes around request, referrer and user agent."""


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
    callers: Counter[bytes] = field(default_factory=Counter)


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
        self._minutes = _Parts(self._minute_of)
        self._requests = _Parts(self._route_of)
        self._statuses = _Parts(lambda raw: int(match[1]) if (match := STATUS.fullmatch(raw)) else None)
        self._shown_agents = _Parts(lambda raw: None if b"\\" in raw else self._agents[raw])
        self._cells = _Cells()
        self._networks = _Parts(lambda raw: regions(raw.decode("utf-8", "replace")) if CLIENT.fullmatch(raw) else None)

    def read(self, chunk: bytes, file: str, reference: datetime) -> Taken:
        """Count whole lines of a file. `reference` is the moment that dates without a year or zone precede."""
        self._reference = reference
        taken, lines = Taken(), chunk.split(b"\n")
        if OWN in chunk:  # what we ask ourselves, without credentials, is nobody's trouble
            lines = [raw for raw in lines if OWN not in raw]
        other = lines if self._field else self._quick(lines, taken)
        for entry in parse(self._careful(other, taken), file=file, reference=reference):
            self._entry(entry, taken)
        return taken

    def _quick(self, lines: Iterable[bytes], taken: Taken) -> list[bytes]:
        """Take the lines of the usual shape; gives the others."""
        minutes, requests, agents = self._minutes, self._requests, self._shown_agents
        networks, statuses = self._networks, self._statuses
        found: list[int] = []
        callers: list[bytes] = []
        cells, other = self._cells, []
        for raw in lines:
            parts = raw.split(b'"', QUOTED)
            if len(parts) <= QUOTED or parts[4] != b" " or b"\\" in parts[3]:
                other.append(raw)
                continue
            client, _, rest = parts[0].partition(b" ")
            status, minute = statuses[parts[2][:5]], minutes[rest]
            number = cells[requests[parts[1]], agents[parts[5]], networks[client]]
            if minute is None or number is None or status is None:
                other.append(raw)
                continue
            found.append(minute * MOST_REMEMBERED + number)  # one number is counted faster than a tuple
            callers.append(client)
            if status == REFUSED:
                taken.refusals.append(Refusal(minute, cells.named[number], client, raw))
        self.callers_told |= bool(found)
        named, most = cells.named, MOST_REMEMBERED
        taken.answers.update({(key // most, named[key % most]): times for key, times in Counter(found).items()})
        taken.callers.update(callers)
        if len(cells.named) > MOST_REMEMBERED // 2:
            self._cells = _Cells()
        return other

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
        match = BEFORE_REQUEST.fullmatch(raw)
        return self._stamps[match[1] + b":00" + match[2]] if match else None

    def _route_of(self, raw: bytes) -> str | None:
        match = REQUEST.fullmatch(raw)
        return f"{match[1].decode()} {self._routes[match[2]]}" if match else None

    def _stamped(self, stamp: str) -> int | None:
        time = quick_time(f"[{stamp}]", self._reference)
        return _minute(time) if time else None


class _Parts(dict[bytes, T]):
    """What was made of the same bytes before; forgotten when it becomes too much."""

    def __init__(self, make: Callable[[bytes], T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, raw: bytes) -> T:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[raw] = made = self._make(raw)
        return made


class _Cells(dict[tuple[str | None, str | None, str | None], int | None]):
    """The number of the cell of some parts; None where one of them is not of the usual shape."""

    def __init__(self) -> None:
        super().__init__()
        self.named: list[Cell] = []

    def __missing__(self, parts: tuple[str | None, str | None, str | None]) -> int | None:
        route, user_agent, region = parts
        if route is None or user_agent is None or region is None:
            return None
        self[parts] = number = len(self.named)
        self.named.append(Cell(route, user_agent, region))
        return number


def _add(taken: Taken, request: Refusal, status: int) -> None:
    taken.answers[request.minute, request.cell] += 1
    taken.callers[request.caller] += 1
    if status == REFUSED:
        taken.refusals.append(request)


def _minute(time: datetime) -> int:
    return int(time.timestamp()) // MINUTE * MINUTE


def _shown(entry: Entry, name: str) -> str:
    from bot.display import scrubbed

    return scrubbed(entry.host or "" if name == "host" else entry.get(name) or "")
