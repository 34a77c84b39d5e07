"""What a spike is a spike of: the part of the traffic that explains it best, and whether it is one client's alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.spikes.counter import Counter
from bot.spikes.detect import began, explained
from bot.spikes.model import MINUTE, Cell, Count, Node
from bot.spikes.recent import Sums

Array = NDArray[np.float64]
ONE_CELL = 0.6
ONE_CLIENT_RATE = 6
"""A single cell with so much of the excess, and fewer 401s a minute than this, is one client's trouble."""
DEVIATIONS = 2.5
"""So far above its part of the successes must a cell's part of the excess be."""


@dataclass(frozen=True, slots=True)
class Named:
    """A part of the traffic that is said to be hit, and since when."""

    node: Node
    onset: int
    observed: int
    expected: float
    weights: Array
    """By node how well it explains the same stretch."""

    @property
    def excess(self) -> float:
        """401s above normal; at least one."""
        return max(self.observed - self.expected, 1.0)


def attribute(counter: Counter, sums: Sums, number: int, now: int, others: Sequence[Node] = ()) -> Named:
    """The node that explains best what is above normal in the one that fired, of those that have to do with it.

    `others`: nodes of open incidents; what has requests in common with them is explained by them already.
    """
    names = counter.nodes.names
    weights = explained(sums, began(sums, number), counter.tree, counter.nodes.sizes())
    fits = [
        n > 0 and names[number].agrees(node) and not any(node.agrees(other) for other in others)
        for n, node in enumerate(names)
    ]
    best = int(np.where(fits, weights[: len(fits)], -np.inf).argmax())
    return measured(sums, best, names[best], now, weights)


def measured(sums: Sums, number: int, node: Node, now: int, weights: Array) -> Named:
    """A node with its own start and counts."""
    minutes = began(sums, number)
    observed, expected = sums.bad[minutes - 1, number], sums.expected[minutes - 1, number]
    return Named(node, now - minutes * MINUTE, int(observed), float(expected), weights)


def one_client(heard: Iterable[Count], named: Named, now: int) -> bool:
    """Whether a single cell has most of the excess, and more of it than of the node's successes."""
    if named.excess >= ONE_CLIENT_RATE * (now - named.onset) / MINUTE:
        return False
    bad, good = defaultdict[Cell, int](int), defaultdict[Cell, int](int)
    for count in heard:
        if named.node.holds(Node(*count.cell)):
            good[count.cell] += count.total - count.unauthorized
            if count.minute >= named.onset:
                bad[count.cell] += count.unauthorized - count.repeated
    if not bad:
        return False
    loudest = max(bad, key=lambda cell: (bad[cell], cell))
    part = (good[loudest] + 1) / (sum(good.values()) + 2)
    most = part + DEVIATIONS * (part * (1 - part) / named.excess) ** 0.5
    return bool(bad[loudest] >= max(ONE_CELL, most) * named.excess)
