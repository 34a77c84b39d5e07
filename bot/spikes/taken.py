"""What lines held: answers as columns of numbers, for there are many, and the refused ones each by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.spikes.model import Cell

Numbers = NDArray[np.int64]


class Names:
    """Names under numbers, in the order in which they came."""

    def __init__(self) -> None:
        self.all: list[str] = []
        """By number."""
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """The number of a name, which may be new."""
        number = self._numbers.setdefault(name, len(self.all))
        if number == len(self.all):
            self.all.append(name)
        return number


class Refusal(NamedTuple):
    """A request that was answered 401."""

    minute: int
    cell: Cell
    caller: bytes
    """Its user or address."""
    raw: bytes
    """The line or record as it was written: it may hold secrets."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What some lines held."""

    told: Numbers = field(default_factory=lambda: np.zeros((4, 0), np.int64))
    """A column an answer: its minute (the start, in seconds since 1970), and its route, user agent and region, each as
    a place among the names."""
    names: tuple[Sequence[str], ...] = ((), (), ())
    """Routes, user agents and regions."""
    refusals: Sequence[Refusal] = ()
    """In the order in which they came, where one file is read."""
    callers: Sequence[bytes] = ()
    """Of each answer."""

    @property
    def answers(self) -> Counter[tuple[int, Cell]]:
        """By minute and cell."""
        minutes, *cells = self.told.tolist()
        parts = [map(names.__getitem__, column) for names, column in zip(self.names, cells, strict=True)]
        return Counter(zip(minutes, map(Cell, *parts), strict=True))
