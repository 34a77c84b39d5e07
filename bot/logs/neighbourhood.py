"""The neighbourhood of a moment in all files, without the bot's own probes."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from datetime import datetime

from bot.logs import reading
from bot.logs.align import dated
from bot.logs.interface import AFTER, BEFORE
from bot.logs.lookup import distance, order
from bot.logs.reading import Sift, Span
from bot.logs.slots import identified
from bot.logs.sources import Shelf
from bot.logs.uptime import since_start
from bot.model import Entry

OWN_MARK = "locksmith-probe"
"""What the probe's user agent and made-up credentials are called by."""


def neighbourhood(
    on: Shelf, span: Span, reference: datetime, most: int, *, sift: Sift | None = None
) -> tuple[Entry, ...]:
    """The entries of a span, raw, in the order of time: of many the `most` that are nearest to its centre."""
    entries: list[Entry] = []
    for stretch in reading.stretches(on, span, reference):
        entries += reading.near(stretch, on, span, reference, most, sift=sift)
        if len(entries) > 2 * most:
            entries = _nearest(entries, span.centre, most)
    known = since_start(dated(_nearest(entries, span.centre, most)), span.centre)
    inside = [e for e in known if span.holds(e.time)]
    return tuple(sorted(of_others(identified(inside)), key=order))


def near(centre: datetime) -> Span:
    """The stretch of time around a moment in which all is read."""
    return Span(centre - BEFORE, centre + AFTER, centre)


def _nearest(entries: list[Entry], centre: datetime, most: int) -> list[Entry]:
    return heapq.nsmallest(most, entries, key=lambda e: distance(e, centre)) if len(entries) > most else entries


def of_others(entries: Sequence[Entry]) -> list[Entry]:
    """Without the bot's own probes and the lines that share their ids: they would pass for the failing request."""
    ours = {i for e in entries if OWN_MARK in e.text for i in e.ids}
    return [e for e in entries if OWN_MARK not in e.text and not ours & set(e.ids)]
