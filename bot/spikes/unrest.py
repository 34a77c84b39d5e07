"""How much more than chance every node swings: the dispersion phi, where variance = mean + phi * mean squared."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.spikes.history import SPAN_MINUTES, History
from bot.spikes.nodes import TOTAL
from bot.spikes.recent import WINDOWS
from bot.spikes.usual import Tree

Array = NDArray[np.float64]
FIRST, RANGE = 0.3, (0.03, 3.0)
"""Dispersion before anything is known, and its bounds."""
LEAN = 100.0
"""Squared expected 401s as which the nodes above speak for a node."""


def unrest(history: History, tree: Tree) -> Array:
    """Over each of the spans by node, each leaning on those above it: of two on the one that swings more."""
    strayed, weighed = history.swings

    def leaning(above: Array | float) -> Array:
        return np.asarray(np.clip((strayed + LEAN * above) / (weighed + LEAN), *RANGE))

    whole = leaning(FIRST)[:, [TOTAL]]
    singles = leaning(whole)
    pairs = leaning(np.maximum(singles[:, tree.first], singles[:, tree.second]))
    return np.where(tree.pairs, pairs, singles)


def over_windows(phi: Array) -> Array:
    """By window and node, from that over a short and a long span."""
    short, long = np.log(SPAN_MINUTES)
    part = np.clip((np.log(WINDOWS) - short) / (long - short), 0, 1)[:, None]
    return np.asarray(np.exp((1 - part) * np.log(phi[0]) + part * np.log(phi[1])))
