"""The failing request among a store's entries, as it is picked in files: by id, else by time, path and caller."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.logs import match
from bot.logs.interface import AFTER, BEFORE, MOST_AROUND, MOST_OTHERS, Found, LogQuery
from bot.logs.lookup import MOST_HITS, STEPS, nearest, order
from bot.logs.neighbourhood import of_others
from bot.model import Entry


def pick(query: LogQuery, entries: Sequence[Entry]) -> Found:
    """What the entries hold of the request, with its neighbourhood; texts are raw."""
    entries = of_others(entries)
    centre = query.at or query.posted_at
    found = _by_id(query, entries, centre) or _by_fit(query, entries, centre)
    return replace(found, around=_nearest(entries, moment(found, query)))


def moment(found: Found, query: LogQuery) -> datetime:
    """When the request failed, as far as was found or told."""
    times = [entry.time for entry in found.request if entry.time]
    return min(times, default=query.at or query.posted_at)


def _by_id(query: LogQuery, entries: Sequence[Entry], centre: datetime) -> Found | None:
    """The entries of the best id that is there; those of further ids are others."""
    hits = _held(query.ids, entries)
    for name in query.ids:
        if mine := _held((name,), hits):
            request = nearest(mine, centre, MOST_HITS)
            others = [e for e in hits if e not in mine and (e.status or 0) >= 400][-MOST_OTHERS:]
            return Found(request=tuple(sorted(request, key=order)), others=tuple(others), how="id")
    return None


def _held(ids: Sequence[str], entries: Sequence[Entry]) -> list[Entry]:
    """The entries that hold one of the ids."""
    pattern = match.holder(ids)
    return [entry for entry in entries if pattern.search(entry.text)]


def _by_fit(query: LogQuery, entries: Sequence[Entry], centre: datetime) -> Found:
    scored = [s for e in entries if (s := match.score(query, e, centre))]
    widest = max(query.precision_s or 0.0, STEPS[-1])
    scored = [s for s in scored if s.nearness >= -widest]
    strong = [s for s in scored if s.strong] or scored
    if not strong:
        fine = nearest((e for e in entries if match.succeeded(query, e)), centre, MOST_OTHERS)
        return Found(others=tuple(sorted(fine, key=order)), how="window" if fine else "none")
    window = min(_window(query, s.nearness) for s in strong)
    near = [s for s in strong if _window(query, s.nearness) == window]
    best = max(near).entry
    others = sorted((s.entry for s in near if s.entry is not best), key=order)[-MOST_OTHERS:]
    return Found(request=(best,), others=tuple(others), how="window", window_s=window)


def _window(query: LogQuery, nearness: float) -> float:
    """The narrowest window in which the request lies, in seconds either way."""
    first = (query.precision_s or 0.0) + 2.0
    steps = (first, *STEPS) if query.at else STEPS[1:]
    return next((step for step in steps if -nearness <= step), max(steps))


def _nearest(entries: Iterable[Entry], centre: datetime) -> tuple[Entry, ...]:
    """The neighbourhood of a moment, in the order of time."""
    near = [e for e in entries if e.time and centre - BEFORE <= e.time <= centre + AFTER]
    return tuple(sorted(nearest(near, centre, MOST_AROUND), key=order))
