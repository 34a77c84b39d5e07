"""How likely a count is by accident, and how well a node explains what is above normal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def log_gamma(x: Array) -> Array:
    """ln Gamma(x) for x > 0, to 1e-9: Stirling's series (DLMF 5.11.1) after eight steps of the recurrence."""
    steps = np.zeros_like(x)
    for step in range(8):
        steps += np.log(x + step)
    z = x + 8
    series = 1 / (12 * z) - 1 / (360 * z**3) + 1 / (1260 * z**5)
    return np.asarray((z - 0.5) * np.log(z) - z + 0.5 * np.log(2 * np.pi) + series - steps)


def surprise(observed: Array, mean: Array, phi: Array) -> Array:
    """-log10 of (a close bound on) the chance of `observed` or more, from a negative binomial distribution.

    Its variance is mean + phi * mean**2. Only for observed > mean.
    """
    size = 1 / phi
    q = mean / (mean + size)
    log_p = log_gamma(observed + size) - log_gamma(size) - log_gamma(observed + 1)
    log_p += size * np.log1p(-q) + observed * np.log(q)
    # The terms behind fall at least as fast as a geometric series with this ratio.
    ratio = np.maximum((observed + size) / (observed + 1) * q, q)
    return np.asarray(-(log_p - np.log1p(-np.minimum(ratio, 1 - 1e-9))) / np.log(10))


def weight(observed: Array, expected: Array) -> Array:
    """How well one factor on the expected explains the observed: a log likelihood ratio; 0 where nothing is above."""
    expected = np.maximum(expected, 1e-9)
    above = observed > expected
    return np.where(above, observed * np.log(np.maximum(observed, 1e-9) / expected) - (observed - expected), 0.0)
