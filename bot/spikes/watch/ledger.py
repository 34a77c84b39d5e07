"""What was counted and is not judged yet, what is not kept yet, and the last hours for charts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from bot.spikes.callers import Callers
from bot.spikes.model import MINUTE, Cell, Count, Node
from bot.spikes.sources.interface import Counted
from bot.spikes.taken import Numbers, Taken
from bot.spikes.watch.words import CELLS, Words

DAY = 86_400
HOURS_S = 3 * 3600
"""So long the totals of minutes are kept: for charts, and to rebuild what is judged."""
OLDEST_S = 14 * DAY
AHEAD_S = 3600
"""Lines from so far in the future are not counted: somebody's clock is wrong."""
Sum = tuple[int, int, int]
"""Total, unauthorized, repeated."""
NOTHING: Sum = (0, 0, 0)


class Ledger:
    """Counts by minute and cell, each in the state of being kept and of being judged."""

    def __init__(self, callers: Callers, words: Callable[[], Words], judged: int) -> None:
        """`words`: gives the words of a new day; `judged`: the last minute that was."""
        self.callers, self.oldest = callers, judged - HOURS_S
        """What is older is not counted: it came hours late."""
        self.days: dict[int, Words] = {}
        self.fresh: dict[int, dict[int, Sum]] = {}
        """By minute and number of the cell what is not kept yet."""
        self.waiting: dict[int, dict[int, Sum]] = {}
        """What is not judged yet."""
        self.strange = 0
        """Answers that were not counted: their times are far off."""
        self._answers: list[Numbers] = []
        """The minute and the number of the cell, as one number, of each answer that is not settled."""
        self._words = words
        self._hours: dict[int, list[Numbers]] = {}

    def size(self) -> int:
        """How many counts wait."""
        self.settle()
        return sum(map(len, self.waiting.values()))

    def add(self, taken: Taken, now: float) -> None:
        """Count what some lines held."""
        self.callers.seen(taken.callers, now)
        timely = self._timely(taken.told[0], now)
        self.strange += int(np.count_nonzero(~timely))
        days = taken.told[0] // DAY
        for day in np.unique(days[timely]).tolist():
            minutes, *cells = taken.told.compress(timely & (days == day), axis=1)
            self._answers.append(minutes * CELLS + self.of(day * DAY).numbers(cells, taken.names))
        for refusal in taken.refusals:
            if self._timely(refusal.minute, now):
                self._put(refusal.minute, refusal.cell, (0, 1, 0))
                self._repeated(refusal.minute, self.callers.repeated(refusal))

    def count(self, counted: Counted, now: float) -> None:
        """Count what a store counted."""
        self.callers.seen(counted.callers, now)
        for one in counted.counts:
            if self._timely(one.minute, now):
                self._put(one.minute, one.cell, (one.total, one.unauthorized, 0))
            else:
                self.strange += one.total
        for some in counted.asked:
            if self._timely(some.minute, now):
                self._repeated(some.minute, self.callers.again(some))

    def _timely(self, minute: Any, now: float) -> Any:
        """Whether a minute, or which of some, is neither too old to be counted nor ahead."""
        return (minute >= self.oldest) & (minute < now + AHEAD_S)

    def _repeated(self, minute: int, changes: Iterable[tuple[Cell, int]]) -> None:
        for cell, more in changes:
            self._put(minute, cell, (0, 0, more))

    def _put(self, minute: int, cell: Cell, some: Sum) -> None:
        number = self.of(minute).number(cell)
        for held in (self.fresh, self.waiting):
            cells = held.setdefault(minute, {})
            cells[number] = plus(cells.get(number, NOTHING), some)

    def settle(self) -> None:
        """Put the answers that came since among what waits to be kept and to be judged."""
        if not self._answers:
            return
        keys, totals = np.unique(np.concatenate(self._answers), return_counts=True)
        self._answers.clear()
        minutes, starts = np.unique(keys // CELLS, return_index=True)
        parts = (np.split(column, starts[1:]) for column in (keys % CELLS, totals))
        for minute, numbers, total in zip(minutes.tolist(), *parts, strict=True):
            some = {number: (answers, 0, 0) for number, answers in zip(numbers.tolist(), total.tolist(), strict=True)}
            for held in (self.fresh, self.waiting):
                add(held, minute, some)

    def of(self, minute: int) -> Words:
        """The words of a minute's day."""
        day = minute // DAY
        if day not in self.days:
            self.days[day] = self._words()
        return self.days[day]

    def take(self, minute: int) -> list[Count]:
        """What waits to be judged at the end of a minute: of it, and what came late."""
        self.settle()
        due = sorted(at for at in self.waiting if at <= minute)
        counts: list[Count] = []
        for at in due:
            some = self.waiting.pop(at)
            counts += self.counts(at, some)
            self.remember(at, some)
        self._forget(minute)
        return counts

    def counts(self, minute: int, some: dict[int, Sum]) -> Iterator[Count]:
        """Counts by cell."""
        words = self.of(minute)
        return (Count(minute, words.cell(number), *told) for number, told in some.items())

    def remember(self, minute: int, some: dict[int, Sum]) -> None:
        """Keep for charts what was judged."""
        told = np.array([(n, total, bad - repeated) for n, (total, bad, repeated) in some.items()], np.int64)
        self._hours.setdefault(minute, []).append(told.reshape(-1, 3))

    def series(self, node: Node, minutes: Iterable[int], apart: frozenset[str]) -> Iterator[tuple[int, int, int]]:
        """(minute, total, 401s) of a part of the traffic; the routes that stand apart only where it names one."""
        for minute in minutes:
            total = bad = 0
            for told in self._hours.get(minute, ()):
                inside = self.of(minute).inside(told[:, 0], node, apart)
                total, bad = total + int(told[inside, 1].sum()), bad + int(told[inside, 2].sum())
            yield minute, total, bad

    def _forget(self, minute: int) -> None:
        self.oldest = minute - HOURS_S
        for old in [at for at in self._hours if at < self.oldest]:
            del self._hours[old]
        for day in [day for day in self.days if day < min([self.oldest, *self.fresh]) // DAY]:
            del self.days[day]


def add(held: dict[int, dict[int, Sum]], minute: int, some: Mapping[int, Sum]) -> None:
    """Add to what is held of a minute, by number of the cell."""
    cells = held.setdefault(minute, {})
    both = {number: plus(cells[number], some[number]) for number in cells.keys() & some.keys()}
    cells.update(some)
    cells.update(both)


def plus(one: Sum, other: Sum) -> Sum:
    """Of the same cell and minute."""
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def previous(minute: int, far: int = HOURS_S) -> range:
    """The minutes of so many seconds up to and with this one."""
    return range(minute - far + MINUTE, minute + MINUTE, MINUTE)
