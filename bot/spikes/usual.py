"""The usual share of 401s of every node at a time of day, from what was learnt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.spikes.history import PRIOR, History
from bot.spikes.nodes import TOTAL

Numbers = NDArray[np.int64]
Array = NDArray[np.float64]
MOST = 0.95
"""No share is expected beyond this."""
FIRST = 0.02
"""The share that is taken for usual while nothing at all is known; nobody is alarmed by it."""


@dataclass(frozen=True, slots=True)
class Tree:
    """How nodes hang together: their family, and for each the one or two above it."""

    family: Numbers
    first: Numbers
    second: Numbers

    @property
    def pairs(self) -> NDArray[np.bool_]:
        """Which nodes name two dimensions."""
        return self.family >= 4


@dataclass(frozen=True, slots=True)
class Flat:
    """The share of each node whatever the time of day, and how many 401s it rests on."""

    share: Array
    evidence: Array


def flat(history: History, tree: Tree) -> Flat:
    """Over all that is known, each node leaning on those above it."""
    total, bad = history.flat
    whole = (bad[TOTAL] + PRIOR) / (total[TOTAL] + PRIOR / FIRST)
    level = np.full(len(total), whole)
    return Flat(_downwards(level, level, total, bad, tree), bad)


def seasonal(history: History, tree: Tree, known: Flat, kind: int, at: int) -> Array:
    """At a time of day; the shape of a day is borrowed from above where a node's own tells little."""
    total, bad = history.near(kind, at)
    whole = (bad[TOTAL] + PRIOR) / (total[TOTAL] + PRIOR / known.share[TOTAL])
    return _downwards(np.full(len(total), whole), known.share, total, bad, tree)


def _downwards(level: Array, usual: Array, total: Array, bad: Array, tree: Tree) -> Array:
    """From the total to the single nodes to the pairs: each node's own counts, and PRIOR of what is above it.

    What is above says how the level of the moment stands to the `usual` one of the same nodes.
    """
    base = usual[TOTAL]
    singles = _shrunk(total, bad, level * usual / base)
    out = np.where((tree.family >= 1) & ~tree.pairs, singles, level)
    above = out[tree.first] * out[tree.second] / out[TOTAL]
    lean = usual / np.maximum(usual[tree.first] * usual[tree.second] / base, 1e-9)
    return np.where(tree.pairs, _shrunk(total, bad, above * lean), out)


def _shrunk(total: Array, bad: Array, prior: Array) -> Array:
    prior = np.clip(prior, 1e-6, MOST)
    return np.asarray(np.minimum((bad + PRIOR) / (total + PRIOR / prior), MOST))
