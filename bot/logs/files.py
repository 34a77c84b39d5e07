"""The failing request in log files: found by id, else by time, path and caller, with its neighbourhood."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.logs import match, origins, pieces, reading, scrub, sessions
from bot.logs.beyond import beyond
from bot.logs.codes import by_code
from bot.logs.hours import by_log, readings
from bot.logs.interface import MOST_AROUND, MOST_OTHERS, Found, LogQuery
from bot.logs.join import TOGETHER, together, told
from bot.logs.local import agreed, on_its_clock
from bot.logs.lookup import FAR, MOST_HITS, STEPS, about, by_id, distance, nearest, order, said
from bot.logs.match import Scored
from bot.logs.neighbourhood import OWN_MARK, near, neighbourhood
from bot.logs.onward import refused_after
from bot.logs.reading import Span
from bot.logs.records import Keep
from bot.logs.sources import Shelf, shelf
from bot.model import Entry

OF_OTHERS_S = 900.0
"""Seconds either way within which a refusal of the caller that is named is looked for behind refusals of others."""
ROUGHLY_S = 600.0
"""A time that is told no better than this may be another one's: of a last success, or of what was done before."""
PATIENCE_S = 15.0
EXACT_S = 5.0
"""A time that is told as exactly as this and a route are those of one request."""
MOST_CANDIDATES = 1_000
LEEWAY_S = 5.0
UNREAD_SHARE = 0.2
LIKELY = re.compile(r"\b4\d\d\b|nauthor|nauthen|denied|refus|forbid|invalid|expired|fail|error|warn", re.IGNORECASE)


def find(query: LogQuery, paths: Sequence[str], *, seconds: float = PATIENCE_S) -> Found:
    """The failing request's entries and those near it, from files, folders (with all in them) and globs, plain or .gz.

    What cannot be read is a note. Reads at most the stretch of time that matters of a large file in the order of time,
    and for about so many seconds: what was found by then is the answer.
    """
    on = shelf(paths, seconds)
    query = on_its_clock(query, on)
    found = _found(query, on)
    if _whole_call(query, found) and (moved := agreed(query, found.request, on, by_id=found.how == "id")):
        query, found = moved, _found(moved, on)
    if found.request:
        at = next((e.time for e in found.request if e.time), query.at or query.posted_at)
        found = replace(found, beyond=scrub.glimpsed(beyond(on, at, query.posted_at)))
    everything = (*found.notes, *_unread(e for e in found.around if e.file not in on.notes), *on.notes.values())
    return replace(found, notes=everything, files=tuple(f.path for f in on.files), read=on.meter.read())


def _found(query: LogQuery, on: Shelf) -> Found:
    """What the files hold of the request, on the clock of the query."""
    tried: list[float | None] = []
    hits = by_id(query.ids, on, query.at, query.posted_at, first=STEPS[0], tried=tried) if query.ids else ()
    ids = query.ids
    if not hits:
        ids, hits = by_code(query, on)
    notes: list[str] = []
    if hits:
        found = _from_hits(replace(query, ids=ids), on, hits)
    else:
        if query.ids and on.files:
            notes.append(f"no line holds the id {query.ids[0]}")
        found = _from_window(query, on, notes, tried)
    return replace(found, notes=(*found.notes, *notes), windows=tuple(tried))


def _whole_call(query: LogQuery, found: Found) -> bool:
    """Whether the lines are the request's own wherever they lie: by id, or by a route and an exact time."""
    exact = query.precision_s is not None and query.precision_s <= EXACT_S and query.path is not None
    return found.how == "id" or (
        exact and any(e.path and match.same_path(e.path, query.path or "") for e in found.request)
    )


def _from_hits(query: LogQuery, on: Shelf, hits: Sequence[Entry]) -> Found:
    """The request of the best id that is there; ids of other requests (a login before it) bring others."""
    centre = query.at or query.posted_at
    patterns = [match.holder([i]) for i in query.ids]
    pattern = next((p for p in patterns if any(p.search(h.text) for h in hits)), match.holder(query.ids))
    mine = [h for h in hits if pattern.search(h.text)]
    scored = [s for e in mine if (s := match.score(replace(query, path=None), e, centre))]
    best = max(scored).entry if scored else min(mine, key=lambda e: distance(e, centre))
    around = _around(on, best.time or centre, query.posted_at)
    whole = [e for e in around if pattern.search(e.text)]
    covered = {(e.file, at) for e in whole for at in range(e.offset, e.offset + len(e.text) + 1)}
    whole += [h for h in mine if (h.file, h.offset) not in covered]
    request = _nearest(_answered(query, on, together(whole, around), around), best.time or centre)
    around = (*_earlier(request, around, on, query.posted_at), *around)
    taken = {(e.file, e.offset) for e in request}
    further = [h for h in hits if (h.file, h.offset) not in taken and h not in mine and (h.status or 0) >= 400]
    others = tuple(sorted(further, key=order)[-MOST_OTHERS:])
    return Found(
        request=scrub.shown(request),
        others=scrub.shown(others),
        around=scrub.glimpsed(around),
        how="id",
        notes=tuple(said(best, query.at, max(STEPS[0], query.precision_s or 0.0))),
    )


def _answered(query: LogQuery, on: Shelf, request: Sequence[Entry], around: Sequence[Entry]) -> Sequence[Entry]:
    """The same with the answer on its route in that moment, where no line with the id tells of one."""
    at = next((e.time for e in request if e.time), None)
    if at is None or query.path is None or any(e.status is not None for e in request):
        return request
    near = _scored(query, on, at, about(at, TOGETHER.total_seconds()))
    answers = [s for s in near if s.strong and not s.entry.ids]
    return together([*request, max(answers).entry], around) if answers else request


def _from_window(query: LogQuery, on: Shelf, notes: list[str], tried: list[float | None]) -> Found:
    centre = query.at or query.posted_at
    candidates, step = _candidates(query, on, centre, tried)
    if any(s.entry.time is None for s in candidates):
        candidates = _redated(query, on, centre) or candidates
    if query.path and not any(s.strong for s in candidates):
        around = _around(on, centre, query.posted_at)
        candidates = [s for s in pieces.answers(query, around, centre) if s.strong] or candidates
    fine: list[Entry] = []
    if not candidates:
        around = _around(on, centre, query.posted_at)
        fine = sorted((e for e in around if match.succeeded(query, e)), key=lambda e: distance(e, centre))
        candidates = refused_after(fine[:MOST_OTHERS], around, query, centre) or _of_other_tier(
            query, on, around, centre
        )
    if not candidates:
        others = tuple(sorted(fine[:MOST_OTHERS], key=order))
        return Found(
            others=scrub.shown(others), around=scrub.glimpsed(around), how="window" if others else "none", window_s=step
        )
    first = max(candidates).entry.time or centre
    around = _around(on, first, query.posted_at)
    best = max(candidates := match.hinted(query, candidates, told([s.entry for s in candidates], around)))
    at, note = by_log(query, best.entry)
    notes.extend([note] if note else said(best.entry, at, (query.precision_s or 0.0) + 2.0))
    if distance(best.entry, first) > FAR.total_seconds():
        around = _around(on, best.entry.time or centre, query.posted_at)
    request = _nearest(together([best.entry], around), best.entry.time or centre)
    around = (*_earlier(request, around, on, query.posted_at), *around)
    taken = {(e.file, e.offset) for e in request}
    rivals = sorted((s.entry for s in candidates if s.strong == best.strong), key=order)
    further = [e for e in rivals if (e.file, e.offset) not in taken][-MOST_OTHERS:]
    return Found(
        request=scrub.shown(request),
        others=scrub.shown(further),
        around=scrub.glimpsed(around),
        how="window",
        window_s=step,
    )


def _redated(query: LogQuery, on: Shelf, centre: datetime) -> list[Scored]:
    """The candidates once more where undated lines are among them, after these have borrowed their times."""
    around = _around(on, centre, query.posted_at)
    scored = [s for e in around if e.time and (s := match.score(query, e, centre))]
    return heapq.nlargest(MOST_CANDIDATES, [s for s in scored if s.strong] or scored)


def _candidates(
    query: LogQuery, on: Shelf, centre: datetime, tried: list[float | None]
) -> tuple[list[Scored], float | None]:
    """The entries that fit, from the narrowest window that has a refused answer; mere words of refusal come second."""
    first = (query.precision_s or 0.0) + 2.0
    steps = (first, *(s for s in STEPS if s > first)) if query.at else STEPS[1:]
    of_others: tuple[list[Scored], float | None] | None = None
    vague: tuple[list[Scored], float | None] | None = None
    for step in steps:
        if step > max(first, OF_OTHERS_S) and (elsewhere := _by_other_clocks(query, on, first)):
            return elsewhere, first
        tried.append(step)
        found = _scored(query, on, centre, about(centre, step))
        strong = [s for s in found if s.strong]
        if any(match.names_caller(query, s.entry) for s in strong):
            spoken = bool(query.path) or any(match.spoken_of(query, s.entry) for s in strong)
            elsewhere = [] if spoken else _elsewhere(query, on, centre, first)
            return (elsewhere, first) if elsewhere else (strong, step)
        if strong and of_others is None:
            of_others = strong, step
        if of_others and step >= OF_OTHERS_S:
            known = any(match.spoken_of(query, s.entry) for s in of_others[0])
            elsewhere = [] if known else _elsewhere(query, on, centre, first)
            return (elsewhere, first) if elsewhere else of_others
        if found and vague is None:
            vague = found, step
    if fallback := of_others or vague:
        return fallback
    tried.append(None)
    return [s for s in _scored(query, on, centre, None) if s.strong], None


def _of_other_tier(query: LogQuery, on: Shelf, around: Sequence[Entry], centre: datetime) -> list[Scored]:
    """Refusals at the named time in logs that know no such route at all: those of what checks the credentials."""
    told = query.path and query.at and (query.precision_s or 0.0) <= OF_OTHERS_S
    if not told or any(match.on_route(query, entry) for entry in around):
        return []
    unrouted = replace(query, path=None, method=None, host=None)
    return _scored(unrouted, on, centre, about(centre, (query.precision_s or 0.0) + LEEWAY_S))


def _by_other_clocks(query: LogQuery, on: Shelf, seconds: float) -> list[Scored]:
    """The caller's refused answers on the route at the named time, as the nearest zone has it that knows any."""
    named = bool(query.user or query.client or query.logins)
    for moved in readings(query):
        assert moved.at is not None
        found = [s for s in _scored(moved, on, moved.at, about(moved.at, seconds)) if s.strong]
        ours = [s for s in found if (named and match.names_caller(query, s.entry)) or match.spoken_of(query, s.entry)]
        if ours or (found and query.path and not named):
            return ours or found
    return []


def _elsewhere(query: LogQuery, on: Shelf, centre: datetime, told: float) -> list[Scored]:
    """By other clocks; else, where a time is told but roughly, refusals of the named client within the hour."""
    if (found := _by_other_clocks(query, on, told)) or told <= ROUGHLY_S:
        return found
    wider = _scored(query, on, centre, about(centre, STEPS[-1]))
    return [s for s in wider if s.strong and match.fits_agent(query, s.entry)]


def _scored(query: LogQuery, on: Shelf, centre: datetime, span: Span | None) -> list[Scored]:
    """The best entries of a span; where the path has a refused answer only lines that name its end are looked at."""
    if end := match.ending(query.path or ""):
        found = _fitting(query, on, centre, span, partial(_matches, LIKELY), words=(end.encode(),))
        if any(s.strong for s in found):
            return found
    return _fitting(query, on, centre, span, _likely(query))


def _fitting(
    query: LogQuery, on: Shelf, centre: datetime, span: Span | None, keep: Keep, *, words: Sequence[bytes] = ()
) -> list[Scored]:
    ours: set[str] = set()

    def fitting() -> Iterator[Scored]:
        for stretch in reading.stretches(on, span, query.posted_at):
            for entry in reading.kept(stretch, on, span, query.posted_at, keep, words=words):
                if OWN_MARK in entry.text:
                    ours.update(entry.ids)
                elif scored := match.score(query, entry, centre):
                    yield scored

    best = heapq.nlargest(MOST_CANDIDATES, fitting())
    return [scored for scored in best if not ours & set(scored.entry.ids)]


def _likely(query: LogQuery) -> Keep:
    stem = query.path.rstrip("/") if query.path else ""
    if not stem and not query.logins:
        return partial(_matches, LIKELY)
    return lambda line: (
        (bool(stem) and match.speaks_of(stem, line))
        or LIKELY.search(line) is not None
        or match.names_writer(line, query.logins)
    )


def _matches(pattern: re.Pattern[str], line: str) -> bool:
    return pattern.search(line) is not None


def _around(on: Shelf, centre: datetime, reference: datetime) -> tuple[Entry, ...]:
    return neighbourhood(on, near(centre), reference, MOST_AROUND)


def _earlier(request: Sequence[Entry], around: Sequence[Entry], on: Shelf, reference: datetime) -> tuple[Entry, ...]:
    """What lies before the neighbourhood and belongs to it."""
    return (*sessions.earlier(request, around, on, reference), *origins.earlier(request, on, reference))


def _nearest(request: Sequence[Entry], centre: datetime) -> tuple[Entry, ...]:
    """The same; of an id that stands in every line only what is nearest, since all of it is kept and shown."""
    if len(request) <= MOST_HITS:
        return tuple(request)
    return tuple(sorted(nearest(request, centre, MOST_HITS), key=order))


def _unread(around: Iterable[Entry]) -> Iterator[str]:
    """Files of which much could not be understood."""
    counts: dict[str, list[int]] = {}
    for entry in around:
        count = counts.setdefault(entry.file, [0, 0])
        count[0] += 1
        count[1] += entry.format == "unread"
    for name, (total, unread) in counts.items():
        if total >= 10 and unread > UNREAD_SHARE * total:
            yield f"{name}: {unread * 100 // total} % of its lines could not be understood; their format is not known"
