"""Counting the answers of one status by minute, route, user agent and network, fast.

Lines without the status' digits are never looked at; of the others the parts are cut out and verified: those of the
usual access formats many lines at once, or by one expression; any other goes through the formats.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import compress
from typing import Any, TypeVar

from bot.logs import columns
from bot.logs.blocks import runs, text
from bot.logs.columns import Columns
from bot.logs.formats import parse, quick_time
from bot.logs.interface import Read
from bot.logs.names import agent, network, route, shape
from bot.logs.rotation import family
from bot.logs.sources import shelf

COMMON = re.compile(
    rb'(\S+) [^\n"\[]*\[([^\]\n]{17}):\d\d([^\]\n]*)\] "([A-Z]{3,12}) ([^\s"?\\]+)[^\n"\\]*" (\d{3}) '
    rb'[^\n"]*(?:"[^\n"\\]*" "([^\n"\\]*)")?'
)
"""Client, minute, zone, method, path, status, user agent of a line in NCSA's common or combined format."""
MOST_LOGS = 4
"""Logs that a note names."""
MOST_REMEMBERED = 100_000
MOST_CELLS = 5_000
"""Cells that are kept apart: their parts are few, but they meet in ever new ways."""
BEFORE, AFTER = b" \"'=:,;|\t({[", b" \"',;|\t)}]\r\n."
"""What stands on either side of a status."""

Cell = tuple[datetime | None, str, str, str]
"""(minute, route, user agent, network); "" for what a line does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How often a status was answered, in all and by each part of a cell, of the lines that tell it."""

    status: int
    total: int
    minutes: Counter[datetime]
    routes: Counter[str]
    agents: Counter[str]
    networks: Counter[str]
    read: Read
    notes: tuple[str, ...]


def count(paths: Sequence[str], status: int, reference: datetime, *, seconds: float = float("inf")) -> Counts:
    """Count in files, folders and globs. `reference` is the moment that dates without a year precede."""
    on = shelf(paths, seconds)
    tally, parts = Tally(status, reference), (Counter[Any](), Counter[Any](), Counter[Any](), Counter[Any]())
    logs = Counter[str]()
    for file in on.files:
        for _, run in runs(file, on):
            tally.run(run)
            if len(tally.cells) > MOST_CELLS:
                logs[family(file.path)] += _add(tally.take(), parts)
        logs[family(file.path)] += _add(tally.take(), parts)
    minutes, routes, agents, networks = parts
    return Counts(
        status=status,
        total=logs.total(),
        minutes=minutes,
        routes=routes,
        agents=agents,
        networks=networks,
        read=on.meter.read(),
        notes=(*_twice(+logs), *on.notes.values()),
    )


def _twice(logs: Counter[str]) -> Iterator[str]:
    """That a proxy and the application behind it both tell of a request, where several logs hold answers."""
    if len(logs) > 1:
        told = ", ".join(f"{path} {number:,}" for path, number in logs.most_common(MOST_LOGS))
        yield f"the answers stand in {len(logs)} logs ({told}); where these tell of the same requests, name one of them"


def _add(cells: Counter[Cell], parts: Sequence[Counter[Any]]) -> int:
    """Add cells to the counters of their parts; how many answers they are."""
    for cell, number in cells.items():
        for value, counter in zip(cell, parts, strict=True):
            if value:
                counter[value] += number
    return cells.total()


K = TypeVar("K")
T = TypeVar("T")


class Parts(dict[K, T]):
    """What was made of the same parts before; forgotten when it becomes too much."""

    def __init__(self, make: Callable[[K], T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, raw: K) -> T:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[raw] = made = self._make(raw)
        return made


class Remembered(Parts[bytes, T]):
    """The same for text."""

    def __init__(self, make: Callable[[str], T]) -> None:
        super().__init__(lambda raw: make(raw.decode("utf-8", "replace")))


class Tally:
    """Counts as lines come in: from files, or one by one as they are followed."""

    def __init__(self, status: int, reference: datetime) -> None:
        self.cells: Counter[Cell] = Counter()
        self._status, self._reference = status, reference
        self._digits = str(status).encode()
        self._minutes = Remembered(self._minute)
        self._routes, self._agents, self._networks = Remembered(route), Remembered(agent), Remembered(network)
        self._stamps = Parts(self._stamp)
        self._clients = Parts(_network)
        self._shapes = Parts(_route)
        self._requests = Parts[bytes, str | None](lambda raw: self._shapes[shape(raw)])

    def take(self) -> Counter[Cell]:
        """What was counted since this was asked last."""
        taken, self.cells = self.cells, Counter()
        return taken

    def run(self, run: memoryview | bytes) -> None:
        """Count whole lines."""
        other: dict[int, bytes] = {}
        for some in columns.cut(b"\n".join(self._likely(run)), other):
            self._columns(some, other)
        for raw in other.values():
            if match := COMMON.match(raw):
                self._common(match)
            else:
                self._other(raw)

    def _likely(self, run: memoryview | bytes) -> Iterator[bytes]:
        """The lines that hold the digits of the status where it may stand."""
        from stringzilla import find, rfind

        digits, at, size = self._digits, 0, len(run)
        while (at := find(run, digits, at)) >= 0:
            after = at + len(digits)
            if at == 0 or run[at - 1] not in BEFORE or (after < size and run[after] not in AFTER):
                at = after
                continue
            start, end = rfind(run, b"\n", 0, at) + 1, find(run, b"\n", at)
            at = size if end < 0 else end
            yield bytes(run[start:at])

    def _columns(self, lines: Columns, other: dict[int, bytes]) -> None:
        """Count lines of the usual shape that hold nothing unusual; the rest of them go to the others."""
        minutes = map(self._stamps.__getitem__, lines.stamps())
        routes = map(self._requests.__getitem__, lines.requests())
        agents = map(self._agents.__getitem__, lines.agents())
        networks = map(self._clients.__getitem__, lines.beginnings())
        cells: list[Any] = list(zip(minutes, routes, agents, networks, strict=True))
        sought = b" %b " % self._digits
        fits = [status == sought and None not in cell for status, cell in zip(lines.statuses(), cells, strict=True)]
        self.cells.update(compress(cells, fits))
        if not all(fits):
            other |= {lines.numbers[row]: lines.line(row) for row, fit in enumerate(fits) if not fit}

    def _common(self, match: re.Match[bytes]) -> None:
        client, minute, zone, _, path, status, user_agent = match.groups()
        if status == self._digits:
            self.cells[
                self._minutes[minute + b":00" + zone],
                self._routes[path],
                self._agents[user_agent or b""],
                self._networks[client],
            ] += 1

    def _other(self, raw: bytes) -> None:
        for entry in parse([(0, text(raw))], file="", reference=self._reference):
            if entry.status == self._status:
                minute = entry.time.replace(second=0, microsecond=0) if entry.time else None
                parts = route(entry.path or ""), agent(entry.user_agent or ""), network(entry.client or "")
                self.cells[(minute, *parts)] += 1

    def _stamp(self, raw: bytes) -> datetime | None:
        found = columns.minute(raw)
        return self._minutes[found] if found else None

    def _minute(self, stamp: str) -> datetime | None:
        found = quick_time(f"[{stamp}]", self._reference)
        return found.astimezone(UTC) if found else None


def _network(beginning: bytes) -> str | None:
    client = columns.client(beginning)
    return network(client.decode("utf-8", "replace")) if client else None


def _route(request: bytes) -> str | None:
    found = columns.request(request)
    return route(found[1].decode("utf-8", "replace")) if found else None


def top(counts: Counter[str], most: int) -> Iterator[tuple[str, int]]:
    """The commonest, those of the same count by name."""
    yield from sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
