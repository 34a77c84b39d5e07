"""What was counted and is not judged yet, what is not kept yet, and the last hours for charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from bot.spikes.lines import Taken
from bot.spikes.model import MINUTE, Cell, Count, Node
from bot.spikes.sources.interface import Counted
from bot.spikes.watch.callers import Callers
from bot.spikes.watch.words import Words

DAY = 86_400
HOURS_S = 3 * 3600
"""So long the totals of minutes are kept: for charts, and to rebuild what is judged."""
OLDEST_S = 14 * DAY
AHEAD_S = 3600
"""Lines from so far in the future are not counted: somebody's clock is wrong."""
Numbers = NDArray[np.int64]
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
        self._totals: Counter[tuple[int, Cell]] = Counter()
        """What was counted since it was settled last."""
        self._refused: dict[tuple[int, Cell], list[int]] = {}
        """Of it the unauthorized and the repeated ones."""
        self._words = words
        self._hours: dict[int, list[Numbers]] = {}

    def size(self) -> int:
        """How many counts wait."""
        self.settle()
        return sum(map(len, self.waiting.values()))

    def add(self, taken: Taken, now: float) -> None:
        """Count what some lines held."""
        self.callers.seen(taken.callers, now)
        self._total(taken.answers, now)
        for refusal in taken.refusals:
            if self.oldest <= refusal.minute < now + AHEAD_S:
                self._bad(refusal.minute, refusal.cell)[0] += 1
                self._repeated(refusal.minute, self.callers.repeated(refusal))

    def count(self, counted: Counted, now: float) -> None:
        """Count what a store counted."""
        self.callers.seen(counted.callers, now)
        self._total({(one.minute, one.cell): one.total for one in counted.counts}, now)
        for one in counted.counts:
            if self.oldest <= one.minute < now + AHEAD_S:
                self._bad(one.minute, one.cell)[0] += one.unauthorized
        for some in counted.asked:
            if self.oldest <= some.minute < now + AHEAD_S:
                self._repeated(some.minute, self.callers.again(some))

    def _total(self, answers: Mapping[tuple[int, Cell], int], now: float) -> None:
        strange = {key: number for key, number in answers.items() if not self.oldest <= key[0] < now + AHEAD_S}
        self.strange += sum(strange.values())
        self._totals.update({key: answers[key] for key in answers.keys() - strange} if strange else answers)

    def _bad(self, minute: int, cell: Cell) -> list[int]:
        """The unauthorized and the repeated ones so far, to be added to."""
        return self._refused.setdefault((minute, cell), [0, 0])

    def _repeated(self, minute: int, changes: Iterable[tuple[Cell, int]]) -> None:
        for cell, more in changes:
            self._bad(minute, cell)[1] += more

    def settle(self) -> None:
        """Put what was counted since among what waits to be kept and to be judged."""
        self._settle((key, (total, 0, 0)) for key, total in self._totals.items())
        self._settle((key, (0, bad, repeated)) for key, (bad, repeated) in self._refused.items())
        self._totals.clear()
        self._refused.clear()

    def _settle(self, some: Iterable[tuple[tuple[int, Cell], Sum]]) -> None:
        """Add counts, of which many of one minute come in a row."""
        for minute, row in groupby(some, key=lambda one: one[0][0]):
            number = self.of(minute).number
            held = [cells.setdefault(minute, {}) for cells in (self.fresh, self.waiting)]
            for (_, cell), (total, bad, repeated) in row:
                at = number(cell)
                for cells in held:
                    before = cells.get(at, NOTHING)
                    cells[at] = (before[0] + total, before[1] + bad, before[2] + repeated)

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


def add(held: dict[int, dict[int, Sum]], minute: int, number: int, some: Sum) -> None:
    """Add to what is held of a minute and a cell."""
    cells = held.setdefault(minute, {})
    total, bad, repeated = cells.get(number, NOTHING)
    cells[number] = (total + some[0], bad + some[1], repeated + some[2])


def previous(minute: int, far: int = HOURS_S) -> range:
    """The minutes of so many seconds up to and with this one."""
    return range(minute - far + MINUTE, minute + MINUTE, MINUTE)
