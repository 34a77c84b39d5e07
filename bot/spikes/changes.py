"""Which of the changes that are known lies behind a spike."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from bot.spikes.model import Change, Node

Span = tuple[int, int, int]
"""The earliest and the latest start that a spike may have, and the likeliest: seconds since 1970."""
BEFORE_S = 660
AFTER_S = 90
"""A change is looked for so long before the earliest start that a spike may have, and after the latest."""


def cause(changes: Iterable[Change], node: Node, onset: Span) -> Change | None:
    """The nearest change whose target holds the spike; one without a target only for a spike of everything."""
    early, late, best = onset
    fits = [c for c in changes if early - BEFORE_S <= c.at <= late + AFTER_S and touches(c, node)]
    return min(fits, key=lambda c: (abs(c.at - best), c.id), default=None)


def touches(change: Change, node: Node) -> bool:
    """Whether all that the node holds is what the change is about."""
    return node == Node() if change.target == Node() else change.target.holds(node)


def last(changes: Iterable[Change], node: Node, now: float) -> float:
    """When something in the node was changed last; minus infinity when nothing was, or only everything at once."""
    return max((c.at for c in changes if c.at <= now and c.target != Node() and c.target.agrees(node)), default=-inf)
