"""Counts out of log files: answers by minute, route, user agent and region, and who asks again and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.logs.blocks import runs
from bot.logs.sources import LogFile, shelf
from bot.spikes.lines import Lines
from bot.spikes.model import Cell, Count
from bot.spikes.repeats import FEW, SPELL_S, Repeats
from bot.spikes.taken import Refusal

PROXY = 0.3
"""An address with so much of all requests is no caller but a proxy: callers cannot be told apart then."""
MOST_CALLERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the logs held."""

    counts: tuple[Count, ...]
    notes: tuple[str, ...]


def record(paths: Sequence[str], reference: datetime, lines: Lines) -> Recorded:
    """Count the files, folders and globs."""
    on = shelf(paths)
    recorder = Recorder(reference, lines)
    for file in on.files:
        recorder.file(file, (bytes(run) for _, run in runs(file, on)))
    return Recorded(recorder.counts(), (*on.notes.values(), *recorder.notes()))


def batches(counts: Iterable[Count]) -> Iterator[tuple[int, list[Count]]]:
    """By minute, in order; nothing is late."""
    yield from ((m, list(some)) for m, some in groupby(sorted(counts), key=lambda count: count.minute))


class Recorder:
    """Counts as lines come in."""

    def __init__(self, reference: datetime, lines: Lines) -> None:
        self._reference, self._lines = reference, lines
        self._total: Counter[tuple[int, Cell]] = Counter()
        self._bad: Counter[tuple[int, Cell]] = Counter()
        self._repeated: Counter[tuple[int, Cell]] = Counter()
        self._clients: Counter[bytes] = Counter()
        self._asked: Counter[tuple[int, Cell, bytes]] = Counter()
        self._repeats = Repeats()

    def file(self, file: LogFile, chunks: Iterable[bytes]) -> None:
        """Count a file's lines."""
        for chunk in chunks:
            taken = self._lines.read(chunk, file.path, self._reference)
            self._total.update(taken.answers)
            self._clients.update(taken.callers)
            for refusal in taken.refusals:
                self._refused(refusal)

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
        return max(self._clients.values(), default=0) >= PROXY * self._clients.total()

    def _refused(self, refusal: Refusal) -> None:
        self._bad[refusal.minute, refusal.cell] += 1
        if len(self._asked) >= MOST_CALLERS:
            self._asked.clear()
        spell = (refusal.minute // SPELL_S, refusal.cell, refusal.caller)
        self._asked[spell] += 1
        if self._asked[spell] > FEW and refusal.caller:
            for cell, more in self._repeats.changes(refusal.minute, refusal.cell, refusal.caller, 1):
                self._repeated[refusal.minute, cell] += more
