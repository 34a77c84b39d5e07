"""Numbers for cells, a day long: names are stored once a day, and counts under small integers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.spikes.model import OTHER, Cell, Node
from bot.spikes.taken import Numbers

LIMITS = (1024, 256, 128)
"""Routes, user agents and regions that are told apart in a day, `(other)` among them: several times what is judged."""
CELLS = prod(LIMITS)
"""Numbers are below it."""
MOST_CELLS = 200_000


class Word(NamedTuple):
    """A name, and of what: 0 a route, 1 a user agent, 2 a region."""

    place: int
    name: str


class Words:
    """The names of one day and the numbers of its cells."""

    def __init__(self, known: Iterable[Word] = ()) -> None:
        """`known`: the names in the order in which they were given numbers."""
        self._names: tuple[list[str], ...] = ([OTHER], [OTHER], [OTHER])
        self._numbers: tuple[dict[str, int], ...] = ({OTHER: 0}, {OTHER: 0}, {OTHER: 0})
        self._cells: dict[Cell, int] = {}
        self._known: dict[int, Cell] = {}
        self.fresh: list[Word] = []
        """Those that are not kept yet."""
        self.know(known)
        self.fresh.clear()

    def number(self, cell: Cell) -> int:
        """The number of a cell."""
        found = self._cells.get(cell)
        if found is None:
            if len(self._cells) > MOST_CELLS:
                self._cells.clear()
                self._known.clear()
            parts = [self._number(place, name) for place, name in enumerate(cell)]
            found = self._cells[cell] = (parts[0] * LIMITS[1] + parts[1]) * LIMITS[2] + parts[2]
        return found

    def numbers(self, cells: Sequence[Numbers], names: Sequence[Sequence[str]]) -> Numbers:
        """The numbers of many cells, whose routes, user agents and regions are given as places among names."""
        parts = []
        for place, (column, known) in enumerate(zip(cells, names, strict=True)):
            numbers = np.zeros(len(known), np.int64)
            for used in np.flatnonzero(np.bincount(column)).tolist():
                numbers[used] = self._number(place, known[used])
            parts.append(numbers[column])
        return np.asarray(np.ravel_multi_index(parts, LIMITS), np.int64)

    def know(self, names: Iterable[Word]) -> None:
        """Give names their numbers before others come."""
        for place, name in names:
            self._number(place, name)

    def cell(self, number: int) -> Cell:
        """The cell of a number."""
        if (known := self._known.get(number)) is not None:
            return known
        rest, region = divmod(number, LIMITS[2])
        route, agent = divmod(rest, LIMITS[1])
        cell = self._known[number] = Cell(self._names[0][route], self._names[1][agent], self._names[2][region])
        return cell

    def inside(self, numbers: Numbers, node: Node, apart: Iterable[str]) -> NDArray[np.bool_]:
        """Which cells a node holds; the routes that stand apart only where it names one."""
        parts = (numbers // LIMITS[2] // LIMITS[1], numbers // LIMITS[2] % LIMITS[1], numbers % LIMITS[2])
        fits = np.ones(len(numbers), np.bool_)
        for place, name in enumerate(node):
            if name is not None:
                fits &= parts[place] == self._numbers[place].get(name, -1)
        if node.route is None:
            fits &= ~np.isin(parts[0], [self._numbers[0].get(route, -1) for route in apart])
        return fits

    def _number(self, place: int, name: str) -> int:
        numbers, names = self._numbers[place], self._names[place]
        found = numbers.get(name)
        if found is None:
            if len(names) >= LIMITS[place]:
                return 0
            found = numbers[name] = len(names)
            names.append(name)
            self.fresh.append(Word(place, name))
        return found
