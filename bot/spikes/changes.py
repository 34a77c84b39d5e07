"""Which of the changes that are known lies behind a spike."""

from __future__ import annotations

from collections.abc import Iterable

from bot.spikes.model import Change, Node

BEFORE_S = 660
AFTER_S = 90
"""A change is looked for so long before the estimated start of a spike and, as that is an estimate, after it."""


def cause(changes: Iterable[Change], node: Node, onset: float) -> Change | None:
    """The nearest change whose target holds the spike; one without a target only for a spike of everything."""
    fits = [c for c in changes if -BEFORE_S <= c.at - onset <= AFTER_S and touches(c, node)]
    return min(fits, key=lambda c: (abs(c.at - onset), c.id), default=None)


def touches(change: Change, node: Node) -> bool:
    """Whether all that the node holds is what the change is about."""
    return node == Node() if change.target == Node() else change.target.holds(node)


def fresh(changes: Iterable[Change], node: Node, now: float, settle_s: float) -> bool:
    """Whether something in the node changed just now, so that a blip is to be expected."""
    return any(0 <= now - c.at < settle_s and c.target != Node() and c.target.agrees(node) for c in changes)
