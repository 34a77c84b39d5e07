"""Missing logs: parts of the traffic that fell silent although requests are usual at this time of day."""

from __future__ import annotations

import numpy as np

from bot.spikes.counter import Counter
from bot.spikes.model import Node
from bot.spikes.nodes import FAMILIES, TOTAL

SILENT_MIN = 5
USUAL = 20.0
"""So many requests are usual in the silent minutes, at least: nobody is told of what is rarely asked."""
REGION = FAMILIES.index((2,))


def silent(counter: Counter, minute: int) -> frozenset[Node]:
    """Regions without a single request in the last minutes, or the total alone when nothing came at all."""
    usual = counter.usual_total(minute) * SILENT_MIN
    watched = (counter.tree.family == REGION) | (np.arange(counter.room) == TOTAL)
    gone = np.flatnonzero(watched & (usual >= USUAL) & (counter.recent.lately(SILENT_MIN) == 0))
    names = [counter.nodes.names[number] for number in gone.tolist()]
    return frozenset([Node()] if Node() in names else names)
