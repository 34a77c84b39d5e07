"""From what a store says to counts: routes to templates, user agents to programs, what is left over to `(other)`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from bot.display import scrubbed
from bot.logs.names import agent
from bot.spikes.model import OTHER, Cell, Count
from bot.spikes.sources.interface import Answer, Asked, Counted, Row
from bot.spikes.templates import Templates

METHOD = re.compile(r"[A-Z]{3,12}")
REST = Cell(OTHER, OTHER, OTHER)
MOST_REMEMBERED = 100_000
LONGEST = 2_000
"""Characters of a path or user agent that are looked at."""


class Folding:
    """Makes cells of rows. It remembers what it made of their parts, so keep one for as long as rows come."""

    def __init__(self, templates: Templates, regions: Callable[[str], str] | None) -> None:
        """`regions`: a caller's address to its region; None: the rows tell the region."""
        self._templates, self._regions = templates, regions
        self._cells: dict[tuple[str, ...], Cell] = {}

    def counted(self, answer: Answer) -> Counted:
        """The counts, sorted."""
        sums: dict[tuple[int, Cell], list[int]] = {}
        asked: Counter[tuple[int, Cell, bytes]] = Counter()
        callers: Counter[bytes] = Counter()
        for row in answer.rows:
            cell = self._cell(row)
            _add(sums, row.minute, cell, row.total, row.refused)
            if row.client:
                caller = row.client.encode("utf-8", "replace")
                callers[caller] += row.total
                asked[row.minute, cell, caller] += row.refused
        left = sum(_rest(sums, answer))
        counts = (Count(*key, total, min(bad, total)) for key, (total, bad) in sums.items() if total)
        return Counted(
            counts=tuple(sorted(counts)),
            asked=tuple(Asked(*key, times) for key, times in asked.items() if times),
            callers=callers,
            notes=(*answer.notes, *_left(left)),
        )

    def _cell(self, row: Row) -> Cell:
        parts = row[1:6] if self._regions else row[1:5]
        found = self._cells.get(parts)
        if found is None:
            if len(self._cells) >= MOST_REMEMBERED:
                self._cells.clear()
            method = row.method.upper() if METHOD.fullmatch(row.method.upper()) else ""
            route = f"{method} {self._templates.of(row.path[:LONGEST])}".strip()
            region = self._regions(row.client) if self._regions else scrubbed(row.region)
            found = self._cells[parts] = Cell(route, agent(row.user_agent[:LONGEST]), region)
        return found


def _add(sums: dict[tuple[int, Cell], list[int]], minute: int, cell: Cell, total: int, bad: int) -> None:
    held = sums.setdefault((minute, cell), [0, 0])
    held[0] += total
    held[1] += bad


def _rest(sums: dict[tuple[int, Cell], list[int]], answer: Answer) -> Iterable[int]:
    """Count what is in no row as the rest; how much it is by minute."""
    for minute, (total, bad) in answer.totals.items():
        known, known_bad = _sum(answer.rows, minute)
        left = max(total - known, 0)
        if left:
            _add(sums, minute, REST, left, max(bad - known_bad, 0))
        yield left


def _sum(rows: Iterable[Row], minute: int) -> tuple[int, int]:
    mine = [row for row in rows if row.minute == minute]
    return sum(row.total for row in mine), sum(row.refused for row in mine)


def _left(left: int) -> Iterable[str]:
    if left:
        yield "has more routes, user agents and callers in a minute than it is asked for: the rest counts as (other)"


def totals(minutes: Iterable[tuple[int, int, int]]) -> Mapping[int, tuple[int, int]]:
    """By minute all answers and all 401s."""
    return {minute: (total, refused) for minute, total, refused in minutes}
