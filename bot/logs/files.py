"""The failing request in log files: found by id, else by time, path and caller, with its neighbourhood."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, islice
from typing import TypeVar

from bot.logs import catalogue, match, reading, scan, scrub
from bot.logs.align import dated
from bot.logs.blocks import text
from bot.logs.formats import parse
from bot.logs.interface import AFTER, BEFORE, MOST_AROUND, MOST_OTHERS, Found, LogQuery
from bot.logs.join import together
from bot.logs.match import Scored
from bot.logs.reading import Span, Stretch
from bot.logs.records import Keep
from bot.logs.sources import Shelf, shelf
from bot.model import Entry

STEPS = (120.0, 900.0, 3600.0)
"""Seconds either way in which a request is looked for, one after the other, and then everywhere."""
PATIENCE_S = 15.0
MOST_HITS = 500
READERS = 2
"""Files that are read at once."""
MOST_CANDIDATES = 1_000
UNREAD_SHARE = 0.2
OWN_MARK = "locksmith-probe"
"""What the probe's user agent and made-up credentials are called by."""
LIKELY = re.compile(r"\b4\d\d\b|nauthor|nauthen|denied|refus|forbid|invalid|expired|fail|error|warn", re.IGNORECASE)


def find(query: LogQuery, paths: Sequence[str], *, seconds: float = PATIENCE_S) -> Found:
    """The failing request's entries and those near it, from files, folders (with all in them) and globs, plain or .gz.

    What cannot be read is a note. Reads at most the stretch of time that matters of a large file in the order of time,
    and for about so many seconds: what was found by then is the answer.
    """
    on = shelf(paths, seconds)
    tried: list[float | None] = []
    hits = _by_id(query, on, tried) if query.ids else ()
    notes: list[str] = []
    if hits:
        found = _from_hits(query, on, hits)
    else:
        if query.ids and on.files:
            notes.append(f"no line holds the id {query.ids[0]}")
        found = _from_window(query, on, notes, tried)
    everything = (*notes, *_unread(found.around), *on.notes.values())
    files = tuple(f.path for f in on.files)
    return replace(found, notes=everything, files=files, windows=tuple(tried), read=on.meter.read())


def _by_id(query: LogQuery, on: Shelf, tried: list[float | None]) -> tuple[Entry, ...]:
    """Every entry that holds an id; of large ordered files first near the named time, then anywhere."""
    words, pattern = scan.needles(query.ids), match.holder(query.ids)
    done: set[Stretch] = set()
    for step in (*STEPS, None) if query.at else (None,):
        tried.append(step)
        span = _span(query.at, step) if query.at and step else None
        left = [s for s in reading.stretches(on, span, query.posted_at) if s not in done]
        done.update(left)
        hits = list(islice(_holding(left, on, query.posted_at, words, pattern), MOST_HITS))
        if hits:
            return tuple(hits)
    return ()


def _holding(
    stretches: Sequence[Stretch], on: Shelf, reference: datetime, words: Sequence[bytes], pattern: re.Pattern[str]
) -> Iterator[Entry]:
    tell = catalogue.clock(reference)

    def held(stretch: Stretch) -> list[Entry]:
        lines = islice(scan.holding(reading.runs(stretch, on, tell), words, pattern), MOST_HITS)
        return [e for at, raw in lines for e in parse([(at, text(raw))], file=stretch.file.path, reference=reference)]

    if len(stretches) < 2:
        return chain.from_iterable(map(held, stretches))
    # reading, unpacking and searching leave the interpreter free
    with ThreadPoolExecutor(READERS, thread_name_prefix="logs-scan") as pool:
        return chain.from_iterable(pool.map(held, stretches))


def _from_hits(query: LogQuery, on: Shelf, hits: Sequence[Entry]) -> Found:
    """The request of the best id that is there; ids of other requests (a login before it) bring others."""
    centre = query.at or query.posted_at
    patterns = [match.holder([i]) for i in query.ids]
    pattern = next((p for p in patterns if any(p.search(h.text) for h in hits)), match.holder(query.ids))
    mine = [h for h in hits if pattern.search(h.text)]
    scored = [s for e in mine if (s := match.score(replace(query, path=None), e, centre))]
    best = max(scored).entry if scored else min(mine, key=lambda e: _distance(e, centre))
    around = _around(on, best.time or centre, query.posted_at)
    whole = [e for e in around if pattern.search(e.text)]
    covered = {(e.file, at) for e in whole for at in range(e.offset, e.offset + len(e.text) + 1)}
    whole += [h for h in mine if (h.file, h.offset) not in covered]
    request = _nearest(together(whole, around), best.time or centre)
    taken = {(e.file, e.offset) for e in request}
    further = [h for h in hits if (h.file, h.offset) not in taken and h not in mine and (h.status or 0) >= 400]
    others = tuple(sorted(further, key=_order)[-MOST_OTHERS:])
    return Found(request=scrub.shown(request), others=scrub.shown(others), around=scrub.glimpsed(around), how="id")


def _from_window(query: LogQuery, on: Shelf, notes: list[str], tried: list[float | None]) -> Found:
    centre = query.at or query.posted_at
    candidates, step = _candidates(query, on, centre, tried)
    if any(s.entry.time is None for s in candidates):
        candidates = _redated(query, on, centre) or candidates
    if not candidates:
        around = _around(on, centre, query.posted_at)
        fine = sorted((e for e in around if match.succeeded(query, e)), key=lambda e: _distance(e, centre))
        others = tuple(sorted(fine[:MOST_OTHERS], key=_order))
        return Found(
            others=scrub.shown(others), around=scrub.glimpsed(around), how="window" if others else "none", window_s=step
        )
    best = max(candidates)
    notes.extend(_said(query, best.entry, step))
    around = _around(on, best.entry.time or centre, query.posted_at)
    request = _nearest(together([best.entry], around), best.entry.time or centre)
    taken = {(e.file, e.offset) for e in request}
    rivals = sorted((s.entry for s in candidates if s.strong == best.strong), key=_order)
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
    vague: tuple[list[Scored], float | None] = ([], None)
    for step in steps:
        tried.append(step)
        found = _scored(query, on, centre, _span(centre, step))
        strong = [s for s in found if s.strong]
        if strong:
            return strong, step
        if found and not vague[0]:
            vague = found, step
    if vague[0]:
        return vague
    tried.append(None)
    return [s for s in _scored(query, on, centre, None) if s.strong], None


def _scored(query: LogQuery, on: Shelf, centre: datetime, span: Span | None) -> list[Scored]:
    """The best entries of a span; where the path has a refused answer only lines that name its end are looked at."""
    if words := _path_words(query):
        found = _fitting(query, on, centre, span, partial(_matches, LIKELY), words=words)
        if any(s.strong for s in found):
            return found
    return _fitting(query, on, centre, span, _likely(query))


def _path_words(query: LogQuery) -> tuple[bytes, ...]:
    """What stands in every line whose path is the query's, however much a proxy takes off its beginning."""
    end = (query.path or "").rstrip("/").rpartition("/")[2]
    return (f"/{end}".encode(),) if end else ()


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
    if not stem:
        return partial(_matches, LIKELY)
    return lambda line: stem in line or LIKELY.search(line) is not None


def _matches(pattern: re.Pattern[str], line: str) -> bool:
    return pattern.search(line) is not None


def _around(on: Shelf, centre: datetime, reference: datetime) -> tuple[Entry, ...]:
    span = Span(centre - BEFORE, centre + AFTER, centre)
    entries: list[Entry] = []
    for stretch in reading.stretches(on, span, reference):
        entries += reading.near(stretch, on, span, reference, MOST_AROUND)
        if len(entries) > 2 * MOST_AROUND:
            entries = heapq.nsmallest(MOST_AROUND, entries, key=lambda e: _distance(e, centre))
    if len(entries) > MOST_AROUND:
        entries = heapq.nsmallest(MOST_AROUND, entries, key=lambda e: _distance(e, centre))
    return tuple(sorted(_of_others([(e, e) for e in _in(span, dated(entries))]), key=_order))


Kept = TypeVar("Kept")


def _of_others(pairs: Sequence[tuple[Kept, Entry]]) -> list[Kept]:
    """Without the bot's own probes and the lines that share their ids: they would pass for the failing request."""
    ours = {i for _, entry in pairs if OWN_MARK in entry.text for i in entry.ids}
    return [kept for kept, entry in pairs if OWN_MARK not in entry.text and not ours & set(entry.ids)]


def _in(span: Span, entries: Sequence[Entry]) -> list[Entry]:
    return [e for e in entries if e.time is None or span.start <= e.time <= span.end]


def _nearest(request: Sequence[Entry], centre: datetime) -> tuple[Entry, ...]:
    """The same; of an id that stands in every line only what is nearest, since all of it is kept and shown."""
    if len(request) <= MOST_HITS:
        return tuple(request)
    return tuple(sorted(heapq.nsmallest(MOST_HITS, request, key=lambda e: _distance(e, centre)), key=_order))


def _span(centre: datetime, seconds: float) -> Span:
    return Span(centre - timedelta(seconds=seconds), centre + timedelta(seconds=seconds), centre)


def _distance(entry: Entry, centre: datetime) -> float:
    return abs((entry.time - centre).total_seconds()) if entry.time else float("inf")


def _order(entry: Entry) -> tuple[bool, float, str, int]:
    return entry.time is None, entry.time.timestamp() if entry.time else 0.0, entry.file, entry.offset


def _said(query: LogQuery, entry: Entry, step: float | None) -> Iterator[str]:
    """How far from the named time the request was found, where that is farther than was said."""
    if query.at is None or entry.time is None:
        return
    away = (entry.time - query.at).total_seconds()
    allowed = (query.precision_s or 0.0) + 2.0
    if abs(away) > allowed:
        side = "later" if away > 0 else "earlier"
        yield f"nothing within {_length(allowed)} of the named time; found {_length(abs(away))} {side}"


def _length(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.0f} hours"


def _unread(around: Sequence[Entry]) -> Iterator[str]:
    """Files of which much could not be understood."""
    counts: dict[str, list[int]] = {}
    for entry in around:
        count = counts.setdefault(entry.file, [0, 0])
        count[0] += 1
        count[1] += entry.format == "unread"
    for name, (total, unread) in counts.items():
        if total >= 10 and unread > UNREAD_SHARE * total:
            yield f"{name}: {unread * 100 // total} % of its lines could not be understood; their format is not known"
