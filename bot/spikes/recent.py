"""The last hour, minute by minute and node by node, and sums over its ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.spikes.model import MINUTE

Array = NDArray[np.float64]
KEPT = 64
"""Minutes that are held; what comes later than that is history only."""
WINDOWS = (1, 2, 3, 5, 10, 20, 40)
"""Minutes over which a node is judged: long ones find what is small, short ones find it soon."""
LONGEST = max(WINDOWS)


@dataclass(frozen=True, slots=True)
class Sums:
    """Totals, 401s and expected 401s up to now: [minutes back, node]; row k holds the last k + 1 minutes."""

    total: Array
    bad: Array
    expected: Array


class Recent:
    """A ring of minutes."""

    def __init__(self, nodes: int) -> None:
        self.total = np.zeros((KEPT, nodes))
        self.bad = np.zeros((KEPT, nodes))
        self.expected = np.zeros((KEPT, nodes))
        self.now = 0

    def turn(self, minute: int) -> None:
        """Begin a minute; those that were held in its place and in that of skipped ones are forgotten."""
        begun = range(max(self.now + MINUTE, minute - (KEPT - 1) * MINUTE), minute + MINUTE, MINUTE)
        self.now = minute
        slots = [self._slot(one) for one in begun]
        for held in (self.total, self.bad, self.expected):
            held[slots] = 0

    def holds(self, minute: int) -> bool:
        """Whether a minute can still be added to."""
        return self.now - KEPT * MINUTE < minute <= self.now

    def add(self, minute: int, total: Array, bad: Array, expected: Array) -> None:
        """Add what came of a minute, now or late."""
        slot = self._slot(minute)
        self.total[slot] += total
        self.bad[slot] += bad
        self.expected[slot] += expected

    def sums(self) -> Sums:
        """Sums over the last 1 to LONGEST minutes."""
        slots = (self.now // MINUTE - np.arange(LONGEST)) % KEPT
        return Sums(*(held[slots].cumsum(0) for held in (self.total, self.bad, self.expected)))

    def lately(self, minutes: int) -> Array:
        """Totals of the last minutes by node."""
        slots = (self.now // MINUTE - np.arange(minutes)) % KEPT
        return np.asarray(self.total[slots].sum(0))

    @staticmethod
    def _slot(minute: int) -> int:
        return minute // MINUTE % KEPT
