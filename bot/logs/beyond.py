"""What small files hold for hours before and after the neighbourhood: an outage that is over, clocks that are apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.logs.neighbourhood import near, neighbourhood
from bot.logs.reading import SMALL, Span
from bot.logs.sources import LogFile, Shelf
from bot.model import Entry

WITHIN = timedelta(hours=6)
MOST = 4_000
MOST_BYTES = 1 << 20
"""Of all small files together, the smallest first."""


def beyond(on: Shelf, centre: datetime, reference: datetime) -> tuple[Entry, ...]:
    """The dated entries of small files within hours of a moment and outside its neighbourhood, raw, in order."""
    small = replace(on, files=tuple(_small(on.files)))
    within = Span(centre - WITHIN, centre + WITHIN, centre)
    inside = near(centre)
    found = neighbourhood(small, within, reference, MOST) if small.files else ()
    return tuple(entry for entry in found if entry.time and not inside.holds(entry.time))


def _small(files: Sequence[LogFile]) -> Iterator[LogFile]:
    left = MOST_BYTES
    for file in sorted(files, key=lambda f: f.size):
        left -= file.size
        if not file.packing and file.size <= SMALL and left >= 0:
            yield file
