"""A few of the refused requests of every part of the traffic, for people to look at."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice

from bot.logs import scrub
from bot.logs.formats import parse
from bot.model import Entry
from bot.spikes.model import Cell, Node
from bot.spikes.taken import Refusal

CELLS, EACH = 2_000, 2
"""The cells that were refused last, and how many of each one's requests are held."""
SHOWN = 5
KEEP_S = 3600
LONGEST = 16_384
"""Bytes of a line that is held: some are megabytes, and thousands are held."""


class Samples:
    """Holds lines as they pass, secrets and all: in memory alone, and redacted when they are shown."""

    def __init__(self) -> None:
        self._held: OrderedDict[Cell, deque[tuple[str, Refusal]]] = OrderedDict()

    def add(self, refusals: Iterable[Refusal], file: str) -> None:
        """Hold the latest of them."""
        for refusal in refusals:
            if len(refusal.raw) > LONGEST:
                continue
            held = self._held.setdefault(refusal.cell, deque(maxlen=EACH))
            held.append((file, refusal))
            self._held.move_to_end(refusal.cell)
        while len(self._held) > CELLS:
            self._held.popitem(last=False)

    def of(self, node: Node, since: int) -> tuple[Entry, ...]:
        """A few entries of a part of the traffic, redacted, the latest last; none older than an hour."""
        fits = (some for cell, some in reversed(self._held.items()) if node.holds(Node(*cell)))
        found = [held for some in islice(fits, SHOWN) for held in some if held[1].minute >= since]
        found.sort(key=lambda held: held[1].minute)
        return scrub.shown(entry for held in found[-SHOWN:] for entry in _entries(*held))

    def forget(self, now: int) -> None:
        """Let go of what is old."""
        for cell in [cell for cell, some in self._held.items() if some[-1][1].minute < now - KEEP_S]:
            del self._held[cell]


def _entries(file: str, refusal: Refusal) -> Iterable[Entry]:
    lines = [(0, line) for line in refusal.raw.decode("utf-8", "replace").split("\n")]
    return islice(parse(lines, file=file, reference=datetime.fromtimestamp(refusal.minute, UTC)), 1)
