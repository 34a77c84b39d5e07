"""Ids that the logs alone tell: words of a report that look like no word, and stand in one request's lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.logs import slots
from bot.logs.interface import LogQuery
from bot.logs.lookup import DAY, STEPS, about, holding
from bot.logs.neighbourhood import neighbourhood
from bot.logs.reading import Span, Stretch, stretches
from bot.logs.sources import Shelf
from bot.model import Entry

MOST = 12
"""Lines from which on a word names something that many requests have in common."""
AROUND = timedelta(minutes=5)
MOST_AROUND = 400
"""Where in the lines ids stand is told by those of a few minutes."""
CLOSE = timedelta(seconds=5)
"""The lines of one request lie no farther apart than this."""


def by_code(query: LogQuery, on: Shelf) -> tuple[tuple[str, ...], tuple[Entry, ...]]:
    """The codes of the report that are ids of refused requests, and the entries that hold one, raw.

    Looked for near the named time, or on the day of the report where none is named: most such words are no ids, and
    nothing more is read for them.
    """
    if not query.codes or not on.files:
        return (), ()
    centre, pattern = query.at or query.posted_at, _pattern(query.codes)
    words = tuple(code.encode() for code in query.codes)
    done: set[Stretch] = set()
    found: dict[tuple[str, int], Entry] = {}
    for step in STEPS if query.at else (STEPS[-1], DAY):
        near = about(centre, step)
        left = [s for s in stretches(on, near, query.posted_at) if s not in done]
        done.update(left)
        found |= {(e.file, e.offset): e for e in holding(left, on, query.posted_at, words, pattern)}
        hits = [e for e in found.values() if near.holds(e.time)]
        if ids := tuple(code for code in query.codes if _is_id(code, hits, query, on)):
            own = _pattern(ids)
            return ids, tuple(e for e in hits if own.search(e.text))
    return (), ()


def _pattern(codes: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(map(re.escape, codes))})(?![0-9A-Za-z])")


def _is_id(code: str, hits: Sequence[Entry], query: LogQuery, on: Shelf) -> bool:
    """Whether the lines that hold a code are those of one request that was not let in."""
    pattern = _pattern([code])
    held = [e for e in hits if pattern.search(e.text)]
    if not held or len(held) > MOST or any(e.status is not None and e.status < 400 for e in held):
        return False
    beside = _beside(held[0], query, on)
    if any(code in e.ids for e in held) or code in slots.ids(beside):
        return True
    if _let_in(held, beside):
        return False
    times = [e.time for e in held if e.time]
    alone = not times or max(times) - min(times) <= CLOSE
    return alone and any(c.isdigit() for c in code) and not any(_names(code, e) for e in held)


def _beside(entry: Entry, query: LogQuery, on: Shelf) -> Sequence[Entry]:
    """The lines of a few minutes, by which the places of ids and the other lines of the request are told."""
    if entry.time is None:
        return ()
    span = Span(entry.time - AROUND, entry.time + AROUND, entry.time)
    return neighbourhood(on, span, query.posted_at, MOST_AROUND)


def _let_in(held: Sequence[Entry], beside: Sequence[Entry]) -> bool:
    """Whether another line of the same request, by the id that both bear, tells that it was let in."""
    ids = {id_ for e in held for id_ in e.ids}
    return any(ids & set(e.ids) and e.status is not None and e.status < 400 for e in beside)


def _names(code: str, entry: Entry) -> bool:
    """Whether the code belongs to who asked, or to what was asked for."""
    told = (entry.path, entry.query, entry.user, entry.client, entry.host, entry.user_agent)
    return any(code.lower() in value.lower() for value in told if value)
