"""The failing request in all logs of a service: files and remote stores asked side by side, their answers joined."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.logs import files, match, scrub
from bot.logs.interface import MOST_AROUND, MOST_OTHERS, Found, LogQuery
from bot.logs.join import together
from bot.logs.lookup import FAR, nearest, order, said
from bot.logs.match import Scored
from bot.model import Entry

if TYPE_CHECKING:
    from bot.logs.stores.interface import Store
    from bot.logs.stores.look import Look

LACKS = "no line holds the id "
MISSED = ("nothing within ", LACKS)
"""How notes begin that say that the request is not where it was named: told anew of all sources together."""


def find(
    query: LogQuery,
    paths: Sequence[str],
    stores: Sequence[Store] = (),
    *,
    seconds: float = files.PATIENCE_S,
    environ: Mapping[str, str] = os.environ,
) -> Found:
    """The failing request's entries and those near it, from files and stores, within about so many seconds.

    What cannot be read is a note; the rest of the answer stands. Every entry is redacted. Stores that were read
    stand by their names among the files.
    """
    if not stores:
        return files.find(query, paths, seconds=seconds)
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(_side_by_side(query, paths, stores, seconds, environ))
    finally:
        loop.close()  # unlike asyncio.run it leaves alone a thread that still resolves a name


async def _side_by_side(
    query: LogQuery, paths: Sequence[str], stores: Sequence[Store], seconds: float, environ: Mapping[str, str]
) -> Found:
    from bot.logs.stores.http import Http
    from bot.logs.stores.look import Look
    from bot.logs.stores.pick import moment

    until = asyncio.get_running_loop().time() + seconds
    async with AsyncExitStack() as stack:
        asking = [await stack.enter_async_context(Http(store, environ=environ)) for store in stores]
        looks = [Look(store, query, http) for store, http in zip(stores, asking, strict=True)]
        reading = asyncio.create_task(asyncio.to_thread(files.find, query, paths, seconds=seconds))
        await asyncio.gather(*(look.ask(until) for look in looks))
        in_files = await reading
        if chosen := _chosen(query, [in_files, *(look.found() for look in looks)]):
            at = moment(chosen[0], query)  # those that looked elsewhere look there as well
            await asyncio.gather(*(look.near(at, until) for look in looks))
            in_files = await _beside(query, paths, in_files, at, until)
        return _joined(query, in_files, looks)


async def _beside(query: LogQuery, paths: Sequence[str], in_files: Found, at: datetime, until: float) -> Found:
    """What files hold of a moment that a store found, where they were read elsewhere."""
    from bot.logs.stores.pick import moment

    left = until - asyncio.get_running_loop().time()
    if not in_files.files or left <= 0 or abs(moment(in_files, query) - at) <= FAR:
        return in_files
    there = replace(query, at=at, precision_s=1.0)
    found = await asyncio.to_thread(files.find, there, paths, seconds=left)
    return replace(found, request=(), others=tuple(_others(in_files)), how="none")


def _joined(query: LogQuery, in_files: Found, looks: Sequence[Look]) -> Found:
    from bot.logs.stores.pick import moment

    remote = [look.found() for look in looks]
    answers = [in_files, *remote]
    chosen = _chosen(query, answers)
    lead = chosen[0] if chosen else next((a for a in answers if a.how != "none"), in_files)
    at = moment(lead, query)
    raw = [e for a in remote for e in a.around]
    request = together([e for a in chosen for e in a.request], _near((*in_files.around, *raw), at)) if chosen else ()
    taken = {(e.file, e.offset) for e in request}
    others = sorted((e for a in answers for e in _others(a) if (e.file, e.offset) not in taken), key=order)
    return replace(
        in_files,
        request=scrub.shown(request),
        others=scrub.shown(others[-MOST_OTHERS:]),
        around=_near((*in_files.around, *scrub.glimpsed(raw)), at),
        how=lead.how,
        window_s=lead.window_s,
        notes=tuple(dict.fromkeys(_notes(query, in_files, looks, lead))),
        files=(*in_files.files, *(look.store.name for look in looks if look.note is None)),
    )


def _near(entries: Iterable[Entry], at: datetime) -> tuple[Entry, ...]:
    return tuple(sorted(nearest(entries, at, MOST_AROUND), key=order))


def _others(answer: Found) -> Iterator[Entry]:
    yield from answer.others
    yield from (e for e in answer.request if (e.status or 0) >= 400)


def _chosen(query: LogQuery, answers: Sequence[Found]) -> list[Found]:
    """The answers that hold the best id; without any, the one whose request fits best."""
    by_id = [a for a in answers if a.how == "id"]
    for name in query.ids:
        pattern = match.holder((name,))
        if chosen := [a for a in by_id if any(pattern.search(e.text) for e in a.request)]:
            return chosen
    if by_id:
        return by_id
    fits = [(best, a) for a in answers if (best := _fit(query, a))]
    return [max(fits, key=lambda fit: (fit[0].strong, fit[0].score, fit[0].nearness))[1]] if fits else []


def _fit(query: LogQuery, answer: Found) -> Scored | None:
    centre = query.at or query.posted_at
    return max((s for e in answer.request if (s := match.score(query, e, centre))), default=None)


def _notes(query: LogQuery, in_files: Found, looks: Sequence[Look], lead: Found) -> Iterator[str]:
    answered = in_files.files or any(look.note is None for look in looks)
    if query.ids and lead.how != "id" and answered:
        yield f"{LACKS}{query.ids[0]}"
    if lead.how == "window" and lead.request:
        yield from said(lead.request[0], query.at, (query.precision_s or 0.0) + 2.0)
    yield from (note for note in in_files.notes if not note.startswith(MISSED))
    yield from (look.note for look in looks if look.note)
