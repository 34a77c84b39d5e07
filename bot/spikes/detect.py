"""Which nodes answer 401 more often than by accident, and since when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.spikes.chance import surprise, weight
from bot.spikes.model import Rules
from bot.spikes.recent import WINDOWS, Sums
from bot.spikes.usual import Tree

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]
LATELY = 10
"""Minutes that tell whether a spike goes on."""
NEARLY = 1.5
"""A log likelihood ratio that tells nothing."""
ASKED, MANY = 0.5, 50
"""A node is asked where so many 401s are expected over the longest window: those below can hardly err."""
SMALLEST = 0.02
"""No fewer 401s are expected of a window than this: a share rests on counts."""


@dataclass(frozen=True, slots=True)
class Firing:
    """Nodes with more 401s than the rules let pass, the most surprising first."""

    numbers: Numbers
    scores: Array

    def ranked(self) -> list[tuple[int, float]]:
        """(node, score), the most surprising first."""
        return list(zip(self.numbers.tolist(), self.scores.tolist(), strict=True))

    def score(self, number: int) -> float:
        """The score of a node; 0 when it does not fire."""
        return float(self.scores[self.numbers == number].max(initial=0.0))


def firing(sums: Sums, phi: Array, rules: Rules) -> Firing:
    """Judge every node over every window."""
    rows = np.array(WINDOWS) - 1
    bad = sums.bad[rows]
    expected = np.maximum(sums.expected[rows], SMALLEST)
    window, node = np.nonzero((bad - expected >= rules.least_excess) & (bad >= rules.least_ratio * expected))
    scores = np.zeros((len(WINDOWS), bad.shape[1]))
    scores[window, node] = surprise(bad[window, node], expected[window, node], phi[window, node])
    best = scores.max(0)
    numbers = np.flatnonzero(best > 0)
    numbers = numbers[np.argsort(-best[numbers], kind="stable")]
    return Firing(numbers, best[numbers])


def chances(sums: Sums) -> float:
    """What is added to the scores that are needed: each node that is asked is one more chance to be wrong.

    After Bonferroni the chance of an accident is divided by the number of nodes; up to MANY the rules allow for it.
    """
    asked = int(np.count_nonzero(sums.expected[-1] >= ASKED))
    return float(np.log10(max(asked, MANY) / MANY))


def score_since(sums: Sums, number: int, phi: Array, rules: Rules, most: int) -> float:
    """The best score of one node over the windows of at most so many minutes."""
    phi = phi[[window <= most for window in WINDOWS], number]
    rows = np.array([window for window in WINDOWS if window <= most], dtype=int) - 1
    bad, expected = sums.bad[rows, number], np.maximum(sums.expected[rows, number], SMALLEST)
    fits = (bad - expected >= rules.least_excess) & (bad >= rules.least_ratio * expected)
    return float(surprise(bad[fits], expected[fits], phi[fits]).max(initial=0.0))


def goes_on(sums: Sums, number: int) -> bool:
    """Whether the last minutes are still above normal."""
    bad, expected = sums.bad[LATELY - 1, number], sums.expected[LATELY - 1, number]
    return bool(bad >= 2 * expected + 2)


def blip_over(sums: Sums, number: int, changed: int, settled: int) -> bool:
    """Whether what was above normal after a change ended as it settled; both in minutes back, settled at least 1.

    Then the minutes since are better explained by the usual than by the factor of the minutes before.
    """
    after, since = sums.expected[settled - 1, number] + SMALLEST, sums.bad[settled - 1, number]
    before = sums.expected[changed - 1, number] - sums.expected[settled - 1, number] + SMALLEST
    factor = (sums.bad[changed - 1, number] - since) / before
    return bool(factor > 1 and since * np.log(factor) < after * (factor - 1))


def began(sums: Sums, number: int) -> tuple[int, int, int]:
    """Minutes back to the start of what is above normal in a node: the stretch that one factor explains best.

    With it the longest and the shortest that explain it nearly as well: the start lies between them.
    """
    weights = weight(sums.bad[:, number], sums.expected[:, number])
    best = int(weights.argmax())
    near = np.flatnonzero(weights >= weights[best] - NEARLY)
    return best + 1, int(near[-1]) + 1, int(near[0]) + 1


def explained(sums: Sums, minutes: int, tree: Tree, sizes: Array) -> Array:
    """How well each node explains what is above normal in the last minutes; a choice among many counts for less."""
    row = minutes - 1
    weights = weight(sums.bad[row], np.maximum(sums.expected[row], SMALLEST))
    return np.asarray(weights - np.log(np.maximum(sizes[tree.family], 1)))
