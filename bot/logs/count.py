"""Counting the answers of one status by minute, route, user agent and network, fast.

Lines without the status' digits are never looked at; of the others the parts are cut out and verified: those of the
usual access formats many lines at once, or by one expression; any other goes through the formats.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import compress
from typing import Any

from bot.logs import columns
from bot.logs.blocks import runs, text
from bot.logs.columns import Columns
from bot.logs.formats import parse, quick_time
from bot.logs.interface import Read
from bot.logs.names import agent, network, route, shapes
from bot.logs.parts import Parts, Remembered
from bot.logs.rotation import family
from bot.logs.sources import shelf

COMMON = re.compile(
    rb'(\S+) [^\n"\[]*\[([^\]\n]{17}):\d\d([^\]\n]*)\] "([A-Z]{3,12}) ([^\s"?\\]+)[^\n"\\]*" (\d{3}) '
    rb'[^\n"]*(?:"[^\n"\\]*" "([^\n"\\]*)")?'
)
"""Client, minute, zone, method, path, status, user agent of a line in NCSA's common or combined format."""
MOST_LOGS = 4
"""Logs that a note names."""
BEFORE, AFTER = b" \"'=:,;|\t({[", b" \"',;|\t)}]\r\n."
"""What stands on either side of a status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How often a status was answered, in all and by each part, of the lines that tell it."""

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
    on, tally, logs = shelf(paths, seconds), Tally(status, reference), Counter[str]()
    for file in on.files:
        before = tally.total
        tally.runs(run for _, run in runs(file, on))
        logs[family(file.path)] += tally.total - before
    return Counts(
        status=status,
        total=tally.total,
        minutes=tally.minutes,
        routes=tally.routes,
        agents=tally.agents,
        networks=tally.networks,
        read=on.meter.read(),
        notes=(*_twice(+logs), *on.notes.values()),
    )


def _twice(logs: Counter[str]) -> Iterator[str]:
    """That a proxy and the application behind it both tell of a request, where several logs hold answers."""
    if len(logs) > 1:
        told = ", ".join(f"{path} {number:,}" for path, number in logs.most_common(MOST_LOGS))
        yield f"the answers stand in {len(logs)} logs ({told}); where these tell of the same requests, name one of them"


class Tally:
    """Counts as lines come in."""

    def __init__(self, status: int, reference: datetime) -> None:
        self.total = 0
        self.minutes = Counter[datetime]()
        self.routes, self.agents, self.networks = Counter[str](), Counter[str](), Counter[str]()
        self._status, self._reference = status, reference
        self._digits = str(status).encode()
        self._minutes = Remembered(self._minute)
        self._routes, self._agents, self._networks = Remembered(route), Remembered(agent), Remembered(network)
        self._stamps = Parts(self._stamp)
        self._clients = Parts(_network)
        self._shapes = Parts(_route)

    def runs(self, some: Iterable[memoryview | bytes]) -> None:
        """Count runs of whole lines of one file."""
        held = bytearray()
        for run in some:
            if likely := b"\n".join(self._likely(run)):
                held += likely + b"\n"
            if len(held) >= columns.PIECE:  # few lines at once would cost as much as many
                self._count(bytes(held))
                held.clear()
        self._count(bytes(held))

    def _count(self, lines: bytes) -> None:
        other: dict[int, bytes] = {}
        for some in columns.cut(lines, other):
            self._columns(some, other)
        for raw in other.values():
            if match := COMMON.match(raw):
                self._common(match)
            else:
                self._other(raw)

    def _likely(self, run: memoryview | bytes) -> Iterator[memoryview | bytes]:
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
            yield run[start:at]

    def _columns(self, lines: Columns, other: dict[int, bytes]) -> None:
        """Count lines of the usual shape that hold nothing unusual; the rest of them go to the others."""
        parts: list[list[Any]] = [
            list(self._stamps.each(lines.stamps())),
            list(self._shapes.each(shapes(lines.requests()))),
            list(self._agents.each(lines.agents())),
            list(self._clients.each(lines.beginnings())),
        ]
        sought = b" %b " % self._digits
        fits = [
            status == sought and minute is not None and path is not None and caller is not None
            for status, minute, path, _, caller in zip(lines.statuses(), *parts, strict=True)
        ]
        if not all(fits):
            other |= {lines.numbers[row]: lines.line(row) for row, fit in enumerate(fits) if not fit}
            parts = [list(compress(part, fits)) for part in parts]
        self._add(parts)

    def _common(self, match: re.Match[bytes]) -> None:
        client, minute, zone, _, path, status, user_agent = match.groups()
        if status == self._digits:
            at, caller = self._minutes[minute + b":00" + zone], self._networks[client]
            self._add([[at], [self._routes[path]], [self._agents[user_agent or b""]], [caller]])

    def _other(self, raw: bytes) -> None:
        for entry in parse([(0, text(raw))], file="", reference=self._reference):
            if entry.status == self._status:
                minute = entry.time.replace(second=0, microsecond=0) if entry.time else None
                parts = route(entry.path or ""), agent(entry.user_agent or ""), network(entry.client or "")
                self._add([[minute], *([part] for part in parts)])

    def _add(self, parts: Sequence[Sequence[Any]]) -> None:
        """Count answers, of which these are the minutes, routes, user agents and networks, where they are told."""
        counters: tuple[Counter[Any], ...] = (self.minutes, self.routes, self.agents, self.networks)
        for counter, values in zip(counters, parts, strict=True):
            counter.update(filter(None, values))
        self.total += len(parts[0])

    def _stamp(self, raw: bytes) -> datetime | None:
        found = columns.minute(raw)
        if found is None:
            return None
        self._stamps |= dict.fromkeys(columns.seconds(raw), self._minutes[found])  # few of these lines share one
        return self._minutes[found]

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
