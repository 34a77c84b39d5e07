"""Counts out of log files: answers by minute, route, user agent and region, and who asks again and again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.logs.blocks import runs, text
from bot.logs.count import COMMON, Remembered, agent, network
from bot.logs.formats import parse, quick_time
from bot.logs.sources import LogFile, shelf
from bot.model import Entry
from bot.spikes.model import MINUTE, Cell, Count
from bot.spikes.templates import Templates

FEW = 3
"""401s of one caller in one cell and half hour that count; those beyond are repeated."""
SPELL_S = 1800
PROXY = 0.3
"""An address with so much of all requests is no caller but a proxy: callers cannot be told apart then."""
MOST_CALLERS = 1_000_000
NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the logs held."""

    counts: tuple[Count, ...]
    notes: tuple[str, ...]


def record(
    paths: Sequence[str], reference: datetime, *, region: str = NETWORK, templates: Templates | None = None
) -> Recorded:
    """Count the files, folders and globs. `region`: `network`, or the name of a field of the logs."""
    on = shelf(paths)
    recorder = Recorder(reference, region, templates or Templates())
    for file in on.files:
        recorder.file(file, (bytes(run) for _, run in runs(file, on)))
    return Recorded(recorder.counts(), (*on.notes.values(), *recorder.notes()))


def batches(counts: Iterable[Count]) -> Iterator[tuple[int, list[Count]]]:
    """By minute, in order; nothing is late."""
    yield from ((m, list(some)) for m, some in groupby(sorted(counts), key=lambda count: count.minute))


class Recorder:
    """Counts as lines come in."""

    def __init__(self, reference: datetime, region: str, templates: Templates) -> None:
        self._reference, self._region, self._templates = reference, region, templates
        self._total: Counter[tuple[int, Cell]] = Counter()
        self._bad: Counter[tuple[int, Cell]] = Counter()
        self._repeated: Counter[tuple[int, Cell]] = Counter()
        self._clients: Counter[bytes] = Counter()
        self._asked: Counter[tuple[int, Cell, bytes]] = Counter()
        self._minutes = Remembered(self._stamped)
        self._routes, self._agents, self._networks = Remembered(templates.of), Remembered(agent), Remembered(network)

    def file(self, file: LogFile, chunks: Iterable[bytes]) -> None:
        """Count a file's lines; what is no common access line goes through the formats, in the order of the file."""
        quick = self._region == NETWORK
        for chunk in chunks:
            other: list[tuple[int, str]] = []
            for raw in chunk.split(b"\n"):
                match = COMMON.match(raw) if quick else None
                if match is None or not self._common(match):
                    other.append((0, text(raw)))
            for entry in parse(other, file=file.path, reference=self._reference):
                self._entry(entry)

    def counts(self) -> tuple[Count, ...]:
        """What was counted, in order."""
        callers = not self._proxied()
        return tuple(
            Count(*key, total, self._bad[key], self._repeated[key] if callers else 0)
            for key, total in sorted(self._total.items())
        )

    def notes(self) -> Iterator[str]:
        """What whoever reads the counts should know."""
        if not self._total:
            yield "no line of these logs tells a time and the status of an answer"
        elif self._proxied():
            yield (
                "nearly all requests come from the same few addresses, as of a proxy: one noisy client is told by "
                "where its 401s are alone; log the forwarded address to tell callers apart"
            )

    def _proxied(self) -> bool:
        most = max(self._clients.values(), default=0)
        return most >= PROXY * sum(self._clients.values())

    def _common(self, match: re.Match[bytes]) -> bool:
        client, minute, zone, method, path, status, user_agent = match.groups()
        time = self._minutes[minute + b":00" + zone]
        if time is None:
            return False
        route = f"{method.decode()} {self._routes[path]}"
        cell = Cell(route, self._agents[user_agent or b""], self._networks[client])
        self._count(time, cell, int(status), client)
        return True

    def _stamped(self, stamp: str) -> int | None:
        time = quick_time(f"[{stamp}]", self._reference)
        return _minute(time) if time else None

    def _entry(self, entry: Entry) -> None:
        if entry.time is None or entry.status is None:
            return
        route = f"{entry.method or ''} {self._templates.of(entry.path or '')}".strip()
        region = network(entry.client or "") if self._region == NETWORK else _shown(entry, self._region)
        cell = Cell(route, agent(entry.user_agent or ""), region)
        self._count(_minute(entry.time), cell, entry.status, (entry.user or entry.client or "").encode())

    def _count(self, minute: int, cell: Cell, status: int, caller: bytes) -> None:
        self._total[minute, cell] += 1
        self._clients[caller] += 1
        if status != 401:
            return
        self._bad[minute, cell] += 1
        if len(self._asked) >= MOST_CALLERS:
            self._asked.clear()
        spell = (minute // SPELL_S, cell, caller)
        self._asked[spell] += 1
        if self._asked[spell] > FEW and caller:
            self._repeated[minute, cell] += 1


def _minute(time: datetime) -> int:
    return int(time.timestamp()) // MINUTE * MINUTE


def _shown(entry: Entry, name: str) -> str:
    from bot.display import scrubbed

    return scrubbed(entry.host or "" if name == "host" else entry.get(name) or "")
