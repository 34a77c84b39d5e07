"""Which 401s are one client's trouble: those of a caller who is refused again and again, unless others are as often.

A retry loop is no incident, whatever it counts. But when a key is lost, a dozen partners who call every few seconds
are all refused again and again, and that must not look like the end of it. So a caller's n-th repeat within a minute
counts once several callers had as many in that minute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.spikes.model import Cell

FEW = 3
"""401s of one caller in one cell and half hour that count in any case; those beyond are repeats."""
SPELL_S = 1800
CROWD = 5
"""So many callers are no single client."""
MOST = 600
"""Repeats of a caller in a minute that may count."""
KEPT_S = 2 * SPELL_S


class Repeats:
    """Remembers the repeats of the last minutes."""

    def __init__(self) -> None:
        self._times: dict[int, Counter[bytes]] = {}
        self._alone: dict[int, dict[int, list[Cell]]] = {}
        """By minute and by which repeat of its caller it is: the cells of those that had as many, until they count."""

    def changes(self, minute: int, cell: Cell, caller: bytes, times: int) -> Iterator[tuple[Cell, int]]:
        """By how much `times` repeats of a caller change how many 401s of the minute do not count, cell by cell."""
        if minute not in self._times:
            for old in [old for old in self._times if old < minute - KEPT_S]:
                del self._times[old], self._alone[old]
            self._times[minute], self._alone[minute] = Counter(), {}
        before = self._times[minute][caller]
        self._times[minute][caller] += times
        for nth in range(before, min(before + times, MOST)):
            alone = self._alone[minute].setdefault(nth, [])
            if len(alone) == CROWD:
                continue
            alone.append(cell)
            yield from ((other, -1) for other in alone[:-1]) if len(alone) == CROWD else ((cell, 1),)
        if beyond := max(before + times - max(before, MOST), 0):
            yield cell, beyond
