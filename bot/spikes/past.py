"""What a counter has learnt and counted, for another one to go on with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.spikes.history import History
from bot.spikes.model import Node

Row = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Totals and 401s by node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Where a counter stood."""

    names: tuple[Node, ...]
    """The nodes behind the total, in the order of their numbers."""
    history: History
    day: int | None
    """In days since 1970 UTC; None: nothing was counted yet."""
    watched: int
    """Minutes of that day so far."""
    minute: int
    """The last one that was counted."""
    logins: frozenset[str]
    bins: Mapping[int, Row]
    """What was counted that day, by bin."""
