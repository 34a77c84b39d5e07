"""What a session did before the neighbourhood that is read: it may have been idle for longer than that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.logs import match, scan
from bot.logs.interface import BEFORE
from bot.logs.lookup import holding, nearest
from bot.logs.reading import Span, stretches
from bot.logs.scrub import SESSION
from bot.logs.sources import Shelf
from bot.model import Entry

LONGEST = timedelta(hours=12)
"""How far back its requests are looked for: who comes back the day after expects to sign in."""
SHORTEST = 6
"""Characters of a session id: a shorter one stands in other lines as well."""
MOST = 20
"""Requests that are kept, the latest."""


def earlier(request: Sequence[Entry], around: Sequence[Entry], on: Shelf, reference: datetime) -> tuple[Entry, ...]:
    """The session's requests before the neighbourhood, raw, where that has none but the failing one's own lines."""
    mine = next((e for e in request if e.time and _session(e)), None)
    value = _session(mine) if mine else None
    if mine is None or mine.time is None or value is None:
        return ()
    if any(_session(e) == value and e.time and e.time < mine.time for e in around):
        return ()
    span = Span(mine.time - LONGEST, mine.time - BEFORE, mine.time)
    found = holding(stretches(on, span, reference), on, reference, scan.needles([value]), match.holder([value]))
    return tuple(nearest((e for e in found if span.holds(e.time) and _session(e) == value), mine.time, MOST))


def _session(entry: Entry) -> str | None:
    return next((v for k, v in entry.fields if SESSION.match(k.lower()) and len(v) >= SHORTEST), None)
