"""What is usual: the share of 401s of every node by time of day, learnt day by day.

Two days are kept, a weekday and a day at the weekend, each in bins of five minutes. A new day counts whole, the days
before it ever less: about two weeks have a say. A node that is rarely asked borrows from the nodes above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

BIN = 300
BINS = 86_400 // BIN
FORGET = (0.9, 0.75)
"""What a day leaves of those before it: a weekday, one at the weekend."""
PRIOR = 4.0
"""Expected 401s as which the nodes above speak for a node."""
CLIP = 4.0
"""So many standard deviations above the expected, and two, is the most that a bin is learnt with."""
PHI, PHI_PRIOR, PHI_RANGE = 0.3, 30.0, (0.03, 3.0)
"""Dispersion before anything is known, what that is worth in squared expected 401s, and its bounds."""
SPANS = (1, 8)
"""Bins over which dispersion is measured: five minutes, and forty, over which much of the unrest evens out."""
SPAN_MINUTES = (5, 40)
DAYS, TRIMMED = 14, 2
"""Dispersion is of the last so many days without each node's most unruly ones: those had incidents."""


def place(minute: int) -> tuple[int, int]:
    """(0 on a weekday or 1 at the weekend, bin of the day) of a moment, in UTC."""
    day, second = divmod(minute, 86_400)
    return int((day + 3) % 7 >= 5), second // BIN


@dataclass(slots=True)
class Day:
    """What was counted today, by bin and node."""

    total: Floats
    bad: Floats
    expected: Floats

    @classmethod
    def empty(cls, nodes: int) -> Day:
        """Nothing counted yet."""
        return cls(*(np.zeros((BINS, nodes), np.float32) for _ in range(3)))


class History:
    """What was learnt: totals and 401s by kind of day, bin and node, and how unruly each node is."""

    def __init__(self, nodes: int) -> None:
        self.total = np.zeros((2, BINS, nodes), np.float32)
        self.bad = np.zeros((2, BINS, nodes), np.float32)
        self.strayed = np.zeros((DAYS, len(SPANS), nodes))
        self.weighed = np.zeros((DAYS, len(SPANS), nodes))
        self.days = 0
        self.weight = [0.0, 0.0]
        """How many days of each kind the sums stand for."""
        self.settle()

    def settle(self) -> None:
        """Sum up anew after the arrays were changed."""
        self.flat = (self.total.sum((0, 1), dtype=np.float64), self.bad.sum((0, 1), dtype=np.float64))
        """Totals and 401s of each node over all that is known."""

    def learn(self, day: Day, kind: int, *, whole: bool) -> None:
        """Add a day that is over. One that was hardly watched counts for no day that is known."""
        spread = np.sqrt(day.expected + self.phi()[0].astype(np.float32) * day.expected**2)
        most = day.expected + CLIP * spread + 2 if self.days else np.inf
        bad = np.minimum(day.bad, most)
        keep = FORGET[kind]
        self.weight[kind] = keep * self.weight[kind] + 1
        self.total[kind] = keep * self.total[kind] + day.total
        self.bad[kind] = keep * self.bad[kind] + bad
        if self.days:
            self._disperse(bad, day.expected)
        self.days += whole
        self.settle()

    def _disperse(self, bad: Floats, expected: Floats) -> None:
        """Measure how far a day strayed from what was expected, beyond what counting alone explains."""
        slot = self.days % DAYS
        for span, bins in enumerate(SPANS):
            mean = expected.reshape(BINS // bins, bins, -1).sum(1, dtype=np.float64)
            off = bad.reshape(BINS // bins, bins, -1).sum(1, dtype=np.float64) - mean
            self.strayed[slot, span] = (off * off - mean).sum(0)
            self.weighed[slot, span] = (mean * mean).sum(0)

    def phi(self) -> NDArray[np.float64]:
        """The dispersion of each node over each of SPANS: variance = mean + phi * mean squared."""
        known = np.count_nonzero(self.weighed.any((1, 2)))
        order = np.argsort(self.strayed, axis=0)[: max(DAYS - TRIMMED, DAYS - known // 4)]
        strayed = np.take_along_axis(self.strayed, order, 0).sum(0)
        weighed = np.take_along_axis(self.weighed, order, 0).sum(0)
        return np.asarray(np.clip((strayed + PHI_PRIOR * PHI) / (weighed + PHI_PRIOR), *PHI_RANGE))

    def arrays(self) -> tuple[NDArray[Any], ...]:
        """All that was learnt by node, which is the last axis."""
        return (self.total, self.bad, self.strayed, self.weighed)

    def near(self, kind: int, at: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Totals and 401s of each node at a time of day, five minutes more on either side."""
        bins = [(at - 1) % BINS, at, (at + 1) % BINS]
        return (
            self.total[kind, bins].sum(0, dtype=np.float64),
            self.bad[kind, bins].sum(0, dtype=np.float64),
        )
