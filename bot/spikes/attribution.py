"""What a spike is a spike of: the part of the traffic that explains it best, and whether it is one client's alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.spikes.chance import surprise
from bot.spikes.changes import Span
from bot.spikes.counter import Counter
from bot.spikes.detect import SMALLEST, began, explained
from bot.spikes.model import MINUTE, Cell, Node
from bot.spikes.recent import Sums

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]
ONE_CELL = 0.6
ONE_CLIENT_RATE = 6
"""A single cell with so much of the excess, and fewer 401s a minute than this, is one client's trouble."""
FALLEN = 0.5
"""Of the usual successes so many are left at most when something is wrong with a log-in route itself."""
DEVIATIONS = 2.5
"""So far above its part of the successes must a cell's part of the excess be."""
ALONE = 3.0
"""A score of what is left without that cell at which it is not alone."""
PRIOR = 4.0
"""Successes as which those of all traffic speak for a node, for how they are spread over its cells."""


@dataclass(frozen=True, slots=True)
class Named:
    """A part of the traffic that is said to be hit, and since when."""

    node: Node
    onset: int
    span: Span
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
    nodes = counter.nodes
    weights = explained(sums, began(sums, number)[0], counter.tree, nodes.sizes())
    fits = nodes.agreeing(nodes.names[number])
    for other in others:
        fits &= ~nodes.agreeing(other)
    best = int(np.where(fits, weights[: len(fits)], -np.inf).argmax())
    best = next((wider for wider in _same(counter, sums, best) if fits[wider]), best)
    return measured(sums, best, nodes.names[best], now, weights)


def _same(counter: Counter, sums: Sums, number: int) -> Iterator[int]:
    """Wider nodes that have had the same requests: where all come from one region, it is not the region that is hit."""
    node, total = counter.nodes.names[number], sums.total[-1]
    parts = [Node(route=node.route)]
    if node.route not in counter.logins:  # log-in routes count in no node that names no route
        parts = [Node(), *parts, Node(user_agent=node.user_agent), Node(region=node.region)]
    for wider in map(counter.nodes.find, parts):
        if wider and total[wider] == total[number]:
            yield wider


def measured(sums: Sums, number: int, node: Node, now: int, weights: Array) -> Named:
    """A node with its own start and counts."""
    minutes, most, least = began(sums, number)
    onset = now - minutes * MINUTE
    span = (now - most * MINUTE, now - least * MINUTE, onset)
    observed, expected = sums.bad[minutes - 1, number], sums.expected[minutes - 1, number]
    return Named(node, onset, span, int(observed), float(expected), weights)


@dataclass(frozen=True, slots=True)
class Heard:
    """The last hour by cell and minute, one entry a count."""

    cells: Sequence[Cell]
    rows: Numbers
    above: Numbers
    minutes: Numbers
    bad: Array
    good: Array

    @classmethod
    def of(cls, counter: Counter) -> Heard:
        """What the counter holds."""
        cells = [count.cell for count in counter.heard]
        rows = counter.nodes.rows(cells)
        told = np.array([(c.minute, c.unauthorized - c.repeated, c.total - c.unauthorized) for c in counter.heard])
        minutes, bad, good = told.reshape(-1, 3).T
        return cls(
            cells, np.array(rows, int), counter.nodes.above(rows), minutes, bad.astype(float), good.astype(float)
        )


def one_client(counter: Counter, heard: Heard, number: int, named: Named, now: int) -> Cell | None:
    """The single cell that has most of the excess, and more of it than of the successes: without it all is as usual."""
    if named.excess >= ONE_CLIENT_RATE * (now - named.onset) / MINUTE:
        return None
    inside = (heard.above == number).any(1)
    bad = np.bincount(heard.rows, heard.bad * (inside & (heard.minutes >= named.onset)), minlength=1)
    mine = heard.rows == bad.argmax()
    cell, loudest = heard.cells[int(mine.argmax())], bad.max()
    elsewhere = Node(*(None if told else name for told, name in zip(named.node, cell, strict=True)))
    usual = heard.good[(heard.above == counter.nodes.find(elsewhere)).any(1)].sum() / max(heard.good.sum(), 1)
    part = (heard.good[inside & mine].sum() + PRIOR * usual) / (heard.good[inside].sum() + PRIOR)
    most = part + DEVIATIONS * (part * (1 - part) / named.excess) ** 0.5
    if loudest < max(ONE_CELL, most) * named.excess:
        return None
    others = named.observed - loudest, max(named.expected * (1 - part), SMALLEST)
    if others[0] > others[1] and surprise(*map(np.array, (*others, counter.phi[0, number]))) >= ALONE:
        return None
    return cell


def still_served(counter: Counter, sums: Sums, number: int, named: Named, now: int) -> bool:
    """Whether a node answers about as many requests well as usual: its 401s are then guesses that came on top."""
    minutes = min((now - named.onset) // MINUTE, len(sums.total))
    good = sums.total[minutes - 1, number] - sums.bad[minutes - 1, number]
    usual = counter.usual_total(now - MINUTE)[number] * (1 - counter.flat.share[number]) * minutes
    return bool(good > FALLEN * usual)
