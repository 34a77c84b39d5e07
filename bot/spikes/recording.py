"""Counts out of log files: answers by minute, route, user agent and region, and who asks again and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.logs.blocks import runs
from bot.logs.sources import LogFile, shelf
from bot.spikes.callers import Callers
from bot.spikes.lines import Lines
from bot.spikes.model import Cell, Count

ALL_AT_ONCE = 0.0
"""The time of whatever is read, for callers are told apart over all of it."""


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
        self._callers = Callers(proxy=False)

    def file(self, file: LogFile, chunks: Iterable[bytes]) -> None:
        """Count a file's lines."""
        for chunk in chunks:
            taken = self._lines.read(chunk, file.path, self._reference)
            self._total.update(taken.answers)
            self._callers.seen(taken.callers, ALL_AT_ONCE)
            for refusal in taken.refusals:
                self._bad[refusal.minute, refusal.cell] += 1
                for cell, more in self._callers.repeated(refusal):
                    self._repeated[refusal.minute, cell] += more
            self._callers.fresh.clear()

    def counts(self) -> tuple[Count, ...]:
        """What was counted, in order."""
        callers = not self._callers.alike()
        return tuple(
            Count(*key, total, self._bad[key], self._repeated[key] if callers else 0)
            for key, total in sorted(self._total.items())
        )

    def notes(self) -> Iterator[str]:
        """What whoever reads the counts should know."""
        if not self._total:
            yield "no line of these logs tells a time and the status of an answer"
        elif self._callers.alike():
            yield (
                "nearly all requests come from the same few addresses, as of a proxy: one noisy client is told by "
                "where its 401s are alone; log the forwarded address to tell callers apart"
            )
