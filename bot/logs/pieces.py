"""Requests that a log tells in pieces, the call in one line and its answer in another, as Rails and many others do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.logs import match
from bot.logs.interface import LogQuery
from bot.logs.match import Scored
from bot.model import Entry


def answers(query: LogQuery, entries: Iterable[Entry], centre: datetime) -> Iterator[Scored]:
    """The lines that tell a refusal without a path, scored by the call that bears the same id in the same file."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        for name in entry.ids[:1]:
            groups.setdefault((entry.file, name), []).append(entry)
    for group in groups.values():
        call = next((e for e in group if e.path and e.status is None and e.method), None)
        for answer in (e for e in group if e.path is None and (e.status or 0) >= 400):
            if call is not None and (scored := match.score(query, _whole(call, answer), centre)):
                yield replace(scored, entry=answer)


def _whole(call: Entry, answer: Entry) -> Entry:
    return replace(
        answer,
        path=call.path,
        query=call.query,
        method=call.method,
        host=answer.host or call.host,
        client=answer.client or call.client,
        user=answer.user or call.user,
        text=f"{call.text}\n{answer.text}",
    )
