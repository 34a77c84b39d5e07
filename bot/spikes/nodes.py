"""Numbers for the parts of the traffic: the total, each route, user agent and region, and their pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.spikes.model import OTHER, Cell, Node, Rules

FAMILIES: tuple[tuple[int, ...], ...] = ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2))
"""The dimensions that a node of each family names: 0 route, 1 user agent, 2 region."""
TOTAL = 1
"""The number of the node that holds everything."""
KEPT = 0.9
"""Of a dimension at its limit so many of the names stay, the busiest: room for new ones."""

Numbers = NDArray[np.int64]


class Nodes:
    """Numbers given out as names appear. Number 0 is nothing: what is counted for it is thrown away."""

    def __init__(self, rules: Rules) -> None:
        self._limits = (rules.routes, rules.user_agents, rules.regions)
        self._seen: tuple[set[str], ...] = (set(), set(), set())
        self._cells: dict[Cell, int] = {}
        self._above: list[tuple[int, ...]] = []
        self._table = np.zeros((0, len(FAMILIES)), np.int64)
        self.names: list[Node] = [Node(), Node()]
        self.family: list[int] = [0, 0]
        self.parents: list[tuple[int, int]] = [(0, 0), (0, 0)]
        self._number_of: dict[tuple[int, str], int] = {}
        self._coded: list[list[int]] = [[-1] * 3, [-1] * 3]
        self._codes = np.array(self._coded)
        self._number: dict[Node, int] = {Node(): TOTAL}
        self.full: set[int] = set()
        """The dimensions in which names were folded."""

    def __len__(self) -> int:
        return len(self.names)

    def rows(self, cells: Iterable[Cell]) -> list[int]:
        """For each cell its row in `above`; cells that were folded share one."""
        return [self._cells[cell] if cell in self._cells else self._row(cell) for cell in cells]

    def above(self, rows: Sequence[int]) -> Numbers:
        """The numbers of the seven nodes that hold each cell, by family."""
        if len(self._above) > len(self._table):
            self._table = np.array(self._above)
        return np.asarray(self._table[rows])

    def agreeing(self, node: Node) -> NDArray[np.bool_]:
        """Which nodes have requests in common with this one."""
        if len(self._codes) < len(self.names):
            self._codes = np.array(self._coded)
        codes = self._codes
        mine = np.array([self._code(place, name) for place, name in enumerate(node)])
        found = ((codes == mine) | (codes < 0) | (mine < 0)).all(1)
        found[0] = False
        return np.asarray(found)

    def _code(self, place: int, name: str | None) -> int:
        """A number for a name, -1 for all of them."""
        return -1 if name is None else self._number_of.setdefault((place, name), len(self._number_of))

    def find(self, node: Node) -> int:
        """The number of a node; 0 when it never was seen."""
        return self._number.get(node, 0)

    def sizes(self) -> NDArray[np.float64]:
        """By family the number of its nodes."""
        return np.bincount(self.family[TOTAL:], minlength=len(FAMILIES)).astype(np.float64)

    def restore(self, names: Iterable[Node]) -> None:
        """Give nodes the numbers that they had: in this order, behind the total."""
        for node in names:
            family = FAMILIES.index(tuple(place for place, name in enumerate(node) if name is not None))
            self._node(node, family)
            if len(FAMILIES[family]) == 1 and (name := node[FAMILIES[family][0]]) != OTHER:
                self._seen[FAMILIES[family][0]].add(str(name))

    def _row(self, cell: Cell) -> int:
        folded = Cell(*(self._fold(place, name) for place, name in enumerate(cell)))
        row = self._cells.get(folded)
        if row is None:
            row = self._cells[folded] = len(self._above)
            self._above.append(tuple(self._node(folded, family) for family in range(len(FAMILIES))))
        return row

    def _fold(self, place: int, name: str) -> str:
        seen = self._seen[place]
        if name not in seen:
            if len(seen) >= self._limits[place]:
                self.full.add(place)
                return OTHER
            seen.add(name)
        return name

    def _node(self, cell: Cell | Node, family: int) -> int:
        node = Node(*(cell[place] if place in FAMILIES[family] else None for place in range(3)))
        number = self._number.get(node)
        if number is None:
            number = self._number[node] = len(self.names)
            self.names.append(node)
            self._coded.append([self._code(place, name) for place, name in enumerate(node)])
            self.family.append(family)
            self.parents.append(self._parents(cell, family))
        return number

    def _parents(self, cell: Cell | Node, family: int) -> tuple[int, int]:
        """The two single nodes above a pair; the total above a single one."""
        if family < 4:
            return (TOTAL, TOTAL)
        first, *_, second = FAMILIES[family]
        return (self._node(cell, first + 1), self._node(cell, second + 1))

    def keep(self, traffic: Sequence[float]) -> Numbers:
        """Forget names without traffic, and of a full dimension the least busy; the old numbers in the new order."""
        dropped = [self._least(place, traffic) for place in range(3)]
        kept = [
            number
            for number, node in enumerate(self.names)
            if number <= TOTAL or not any(name in gone for name, gone in zip(node, dropped, strict=True))
        ]
        for seen, gone in zip(self._seen, dropped, strict=True):
            seen.difference_update(gone)
        if len(kept) < len(self.names):
            self._renumber(kept)
        self._cells.clear()
        self._above.clear()
        self._table = self._table[:0]
        self.full.clear()
        return np.array(kept)

    def _least(self, place: int, traffic: Sequence[float]) -> set[str]:
        """The names of a dimension to forget."""
        known = {
            str(self.names[number][place]): traffic[number]
            for number in range(len(self.names))
            if self.family[number] == place + 1
        }
        ranked = sorted(known, key=lambda name: (-known[name], name))
        room = int(self._limits[place] * KEPT) if place in self.full else len(ranked)
        return {name for rank, name in enumerate(ranked) if name != OTHER and (rank >= room or known[name] < 1)}

    def _renumber(self, kept: list[int]) -> None:
        new = {old: number for number, old in enumerate(kept)}
        self.names = [self.names[old] for old in kept]
        self._number_of.clear()
        self._coded = [[self._code(place, name) for place, name in enumerate(node)] for node in self.names]
        self._codes = np.array(self._coded)
        self.family = [self.family[old] for old in kept]
        self.parents = [(new[self.parents[old][0]], new[self.parents[old][1]]) for old in kept]
        self._number = {node: number for number, node in enumerate(self.names) if number}
