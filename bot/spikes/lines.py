"""From log lines to what is counted: answers by minute and cell, and who was refused.

Lines in NCSA's common or combined format are cut at their quotes, and the number of each part is looked up among those
seen before; only a new part is read with care. A line that does not fit goes through one expression, then through the
formats. The result is the same on every way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import compress

import numpy as np

from bot.logs import columns
from bot.logs.blocks import text
from bot.logs.columns import Columns
from bot.logs.count import COMMON
from bot.logs.formats import parse, quick_time
from bot.logs.names import agent, network
from bot.logs.neighbourhood import OWN_MARK
from bot.logs.parts import MOST, Parts, Remembered
from bot.model import Entry
from bot.spikes.model import MINUTE, NETWORK, Cell
from bot.spikes.taken import Names, Numbers, Refusal, Taken
from bot.spikes.templates import Templates

REFUSED = 401
OWN = OWN_MARK.encode()
STATUS = re.compile(rb" (\d{3}) ")
NONE = -1
"""Stands for what a line does not tell in the usual way."""
Regions = Callable[[str], str]


@dataclass(slots=True)
class _Taking:
    """What was taken so far."""

    many: list[Numbers] = field(default_factory=list)
    few: list[Sequence[int]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    callers: list[bytes] = field(default_factory=list)

    def told(self) -> Numbers:
        return np.concatenate([*self.many, np.array(self.few, np.int64).reshape(-1, 4).T], axis=1)


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
        self._forget()

    def _forget(self) -> None:
        self._names = Names(), Names(), Names()
        self._stamps = Remembered(self._stamped)
        self._minutes = Parts(self._minute_of)
        self._routes = Remembered(self._templates.of)
        self._shapes = Parts(self._route_of)
        self._agents = Remembered(lambda raw: self._names[1].number(agent(raw)))
        self._clients = Parts(columns.client)
        self._regions = Remembered(lambda client: self._names[2].number(self._region(client)) if client else NONE)
        self._statuses = Parts(_status)

    def read(self, chunk: bytes, file: str, reference: datetime) -> Taken:
        """Count whole lines of a file. `reference` is the moment that dates without a year or zone precede."""
        if any(len(names.all) > MOST for names in self._names):
            self._forget()
        self._reference = reference
        taking, chunk = _Taking(), _not_own(chunk)
        other = chunk.split(b"\n") if self._field else self._quick(chunk, taking)
        for entry in parse(self._careful(other, taking), file=file, reference=reference):
            self._entry(entry, taking)
        return Taken(taking.told(), tuple(names.all for names in self._names), taking.refusals, taking.callers)

    def _quick(self, block: bytes, taking: _Taking) -> list[bytes]:
        """Take the lines of the usual shape; gives the others."""
        other: dict[int, bytes] = {}
        for some in columns.cut(block, other):
            self._columns(some, taking, other)
        return [other[number] for number in sorted(other)]

    def _columns(self, lines: Columns, taking: _Taking, other: dict[int, bytes]) -> None:
        clients = list(self._clients.each(lines.beginnings()))
        parts = (
            self._minutes.each(lines.stamps()),
            self._shapes.each(self._templates.shapes(lines.requests())),
            self._agents.each(lines.agents()),
            self._regions.each(clients),
            self._statuses.each(lines.statuses()),
        )
        told = np.array([np.fromiter(part, np.int64, len(clients)) for part in parts])
        fits = (told != NONE).all(axis=0)
        for row in np.flatnonzero(fits & (told[-1] == REFUSED)).tolist():
            taking.refusals.append(self._refusal(told[:-1, row].tolist(), clients[row], lines.line(row)))
        if not fits.all():
            other |= {lines.numbers[row]: lines.line(row) for row in np.flatnonzero(~fits).tolist()}
            told, clients = told.compress(fits, axis=1), list(compress(clients, fits.tolist()))
        self.callers_told |= bool(clients)
        taking.many.append(told[:-1])
        taking.callers += clients

    def _careful(self, lines: Iterable[bytes], taking: _Taking) -> list[tuple[int, str]]:
        """Take the lines of the usual shape with anything in their parts; gives the others."""
        other = []
        for raw in lines:
            match = None if self._field else COMMON.match(raw)
            if match is None or not self._common(match, taking):
                other.append((0, text(raw)))
        return other

    def _common(self, match: re.Match[bytes], taking: _Taking) -> bool:
        client, minute, zone, method, path, status, user_agent = match.groups()
        at = self._stamps[minute + b":00" + zone]
        if at == NONE:
            return False
        self.callers_told = True
        told = (at, self._route(method, path), self._agents[user_agent or b""], self._regions[client])
        self._take(taking, told, client, match.string, int(status))
        return True

    def _entry(self, entry: Entry, taking: _Taking) -> None:
        if entry.time is None or entry.status is None:
            return
        tells = bool(entry.client or entry.user_agent)
        if self.callers_told and not tells:
            return
        self.callers_told |= tells
        cell = (names.number(name) for names, name in zip(self._names, self.cell(entry), strict=True))
        caller = (entry.user or entry.client or "").encode("utf-8", "replace")
        told = (_minute(entry.time), *cell)
        self._take(taking, told, caller, entry.text.encode("utf-8", "replace"), entry.status)

    def _take(self, taking: _Taking, told: Sequence[int], caller: bytes, raw: bytes, status: int) -> None:
        taking.few.append(told)
        taking.callers.append(caller)
        if status == REFUSED:
            taking.refusals.append(self._refusal(told, caller, raw))

    def _refusal(self, told: Sequence[int], caller: bytes, raw: bytes) -> Refusal:
        minute, *cell = told
        named = Cell(*(names.all[number] for names, number in zip(self._names, cell, strict=True)))
        return Refusal(minute, named, caller, raw)

    def cell(self, entry: Entry) -> Cell:
        """The part of the traffic that an entry is of."""
        route = f"{entry.method or ''} {self._templates.of(entry.path or '')}".strip()
        region = _shown(entry, self._field) if self._field else self._region(entry.client or "")
        return Cell(route, agent(entry.user_agent or ""), region)

    def _minute_of(self, raw: bytes) -> int:
        stamp = columns.minute(raw)
        return self._stamps[stamp] if stamp else NONE

    def _route_of(self, raw: bytes) -> int:
        found = columns.request(raw)
        return self._route(*found) if found else NONE

    def _route(self, method: bytes, path: bytes) -> int:
        return self._names[0].number(f"{method.decode()} {self._routes[path]}")

    def _stamped(self, stamp: str) -> int:
        time = quick_time(f"[{stamp}]", self._reference)
        return _minute(time) if time else NONE


def _not_own(chunk: bytes) -> bytes:
    """The lines without our own: what we ask ourselves, without credentials, is nobody's trouble."""
    from stringzilla import find

    kept, at, view = [], 0, memoryview(chunk)
    while (found := find(chunk, OWN, at)) >= 0:
        kept.append(view[at : chunk.rfind(b"\n", at, found) + 1])
        at = chunk.find(b"\n", found) + 1 or len(chunk)
    return b"".join([*kept, view[at:]]) if kept else chunk


def _status(raw: bytes) -> int:
    match = STATUS.fullmatch(raw)
    return int(match[1]) if match else NONE


def _minute(time: datetime) -> int:
    return int(time.timestamp()) // MINUTE * MINUTE


def _shown(entry: Entry, name: str) -> str:
    from bot.display import scrubbed

    return scrubbed(entry.host or "" if name == "host" else entry.get(name) or "")
