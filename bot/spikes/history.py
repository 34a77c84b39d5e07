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
SPANS = (1, 8)
"""Bins over which dispersion is measured: five minutes, and forty, over which much of the unrest evens out."""
SPAN_MINUTES = (5, 40)
DAYS = 14
"""Dispersion is of the last so many days,"""
OUTER = 3
"""without the most unruly third of each node's, which had incidents, and the quietest third, to be fair."""


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
        self.swings = self._middling()
        """How far each node strayed over each of SPANS on its middling days, and what that weighs: phi is the ratio."""

    def learn(self, day: Day, kind: int, phi: NDArray[np.float64], *, whole: bool) -> None:
        """Add a day that is over; `phi`: dispersion over SPANS as known so far. One hardly watched does not count."""
        # In single precision, as counts are kept: who takes over learns the same to the last digit.
        bad = _clipped(day.bad, day.expected, phi[0].astype(np.float32)) if self.days else day.bad
        keep = FORGET[kind]
        self.weight[kind] = keep * self.weight[kind] + 1
        self.total[kind] = keep * self.total[kind] + day.total
        self.bad[kind] = keep * self.bad[kind] + bad
        if self.days:
            self._stray(bad, day.expected, phi)
        self.days += whole
        self.settle()

    def _stray(self, bad: Floats, expected: Floats, phi: NDArray[np.float64]) -> None:
        """Measure how far a day strayed from what was expected, beyond what counting alone explains.

        The squared distance less the count has the mean phi * mean**2; its standard deviation grows with
        mean * (1 + phi * mean), and each bin weighs accordingly.
        """
        slot = self.days % DAYS
        for span, bins in enumerate(SPANS):
            mean = expected.reshape(BINS // bins, bins, -1).sum(1, dtype=np.float64)
            count = _clipped(bad.reshape(BINS // bins, bins, -1).sum(1, dtype=np.float64), mean, phi[span])
            tells = 1 / (1 + phi[span] * mean) ** 2
            self.strayed[slot, span] = (tells * ((count - mean) ** 2 - count)).sum(0)
            self.weighed[slot, span] = (tells * mean * mean).sum(0)

    def _middling(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        known = self.weighed > 0
        days = known.sum(0)
        rank = np.where(known, self.strayed, np.inf).argsort(0).argsort(0)
        middle = (rank >= days // OUTER) & (rank < days - days // OUTER)
        return np.where(middle, self.strayed, 0).sum(0), np.where(middle, self.weighed, 0).sum(0)

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


def _clipped(bad: NDArray[Any], expected: NDArray[Any], phi: NDArray[np.float64]) -> NDArray[Any]:
    """401s without what is no unrest any more but an incident."""
    return np.asarray(np.minimum(bad, expected + CLIP * np.sqrt(expected + phi * expected**2) + 2))
