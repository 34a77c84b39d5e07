"""How much nodes swing: found again from days that were made to swing so much."""

import numpy as np
import pytest

from bot.spikes.history import BINS, Day, History
from bot.spikes.unrest import unrest
from bot.spikes.usual import Tree

TREE = Tree(np.array([0, 0, 1, 2, 4]), np.array([0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 3]))
"""Nothing, the total, a route, a user agent, and the pair of these."""
USUAL = np.array([0, 8, 4, 4, 0.5])
"""401s expected in five minutes."""
BURST = 10


def learnt(swing: float, *, days: int = 9, bursts: tuple[int, ...] = (), seed: int = 1) -> np.ndarray:
    """Unrest after so many days whose shares vary by `swing` from bin to bin; in a burst the pair has 5 a minute."""
    rng, history = np.random.default_rng(seed), History(len(USUAL))
    for number in range(days):
        mean = USUAL * rng.gamma(1 / swing, swing, (BINS, len(USUAL)))
        bad = rng.poisson(mean).astype(np.float32)
        if number in bursts:
            bad[:BURST, 4] += 25
        expected = np.tile(USUAL, (BINS, 1)).astype(np.float32)
        history.learn(Day(expected * 100, bad, expected), 0, unrest(history, TREE), whole=True)
    return unrest(history, TREE)


@pytest.mark.parametrize("swing", [0.05, 0.2, 0.8])
def test_what_swings_from_bin_to_bin_evens_out_over_longer_spans(swing: float) -> None:
    short, long = learnt(swing)[:, 1:4]
    assert short == pytest.approx(swing, rel=0.35)
    assert long == pytest.approx(max(swing / 8, 0.03), rel=0.5)


def test_days_with_bursts_do_not_count() -> None:
    assert learnt(0.1, bursts=(3, 6))[:, 4] == pytest.approx(learnt(0.1)[:, 4], abs=0.06)


def test_a_node_of_which_little_is_known_swings_like_those_above_it() -> None:
    history = History(len(USUAL))
    rng = np.random.default_rng(2)
    expected = np.tile(USUAL * [0, 1, 1, 1, 0], (BINS, 1)).astype(np.float32)
    for _ in range(9):
        bad = rng.poisson(expected * rng.gamma([9, 9, 2, 9, 9], [1 / 9, 1 / 9, 1 / 2, 1 / 9, 1 / 9], expected.shape))
        history.learn(Day(expected * 100, bad.astype(np.float32), expected), 0, unrest(history, TREE), whole=True)
    found = unrest(history, TREE)
    assert found[0, 2] > 2 * found[0, 3]
    assert found[:, 4] == pytest.approx(found[:, 2], rel=0.05)


def test_expecting_a_little_too_much_does_not_look_like_peace() -> None:
    rng, history = np.random.default_rng(3), History(len(USUAL))
    expected = np.tile(USUAL, (BINS, 1)).astype(np.float32)
    for _ in range(9):
        bad = rng.poisson(0.7 * expected * rng.gamma(2, 1 / 2, expected.shape)).astype(np.float32)
        history.learn(Day(expected * 100, bad, expected), 0, unrest(history, TREE), whole=True)
    assert (unrest(history, TREE)[0, 1:] > 0.2).all()
