"""Chances against sums that need no approximation."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.spikes.chance import log_gamma, surprise, weight
from bot.spikes.detect import chances
from bot.spikes.recent import Sums


@given(st.floats(1e-3, 1e6))
def test_log_gamma_is_that_of_the_standard_library(x: float) -> None:
    assert math.isclose(float(log_gamma(np.array([x]))[0]), math.lgamma(x), rel_tol=1e-9, abs_tol=1e-8)


@given(st.floats(0.05, 50), st.floats(0.03, 3), st.integers(1, 200))
def test_surprise_is_the_tail_of_the_negative_binomial_within_a_factor_of_ten(
    mean: float, phi: float, more: int
) -> None:
    observed = math.ceil(mean) + more
    size = 1 / phi
    q = mean / (mean + size)

    def log_p(k: int) -> float:
        choose = math.lgamma(k + size) - math.lgamma(size) - math.lgamma(k + 1)
        return choose + size * math.log1p(-q) + k * math.log(q)

    first = log_p(observed)
    tail = first + math.log(math.fsum(math.exp(log_p(k) - first) for k in range(observed, observed + 20_000)))
    told = float(surprise(np.array([float(observed)]), np.array([mean]), np.array([phi]))[0])
    exact = -tail / math.log(10)
    assert exact - 1 <= told <= exact + 0.01  # never more sure than the exact tail


@given(st.floats(0, 100), st.floats(0, 100))
def test_only_what_is_above_normal_has_weight(observed: float, expected: float) -> None:
    told = float(weight(np.array([observed]), np.array([expected]))[0])
    assert told >= 0
    assert told == 0 or observed > expected


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_ten_times_the_nodes_need_ten_times_the_evidence(asked: int, idle: int) -> None:
    expected = np.array([[1.0] * asked + [0.01] * idle])
    found = chances(Sums(expected, expected, expected))
    assert math.isclose(10**found, max(asked / 50, 1))
