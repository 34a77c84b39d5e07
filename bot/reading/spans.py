"""Requests that a file tells in two lines without an id: the call where it begins, the answer where it ends.

ASP.NET Core's console and many loggers of a team's own write `Request starting GET /orders` and, later on, `Request
finished 401`. What stands between two such lines, with no other request begun there, is of that request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.address import split
from bot.logs.interface import Found
from bot.model import Entry

BEGINS = re.compile(
    r"(?i)(?:\b(?:start(?:ing|ed|s)?|begin(?:ning|s)?|began|incoming|received|beginnt|eingang|inicio|début|debut)\b|-->|>>)"
    r"[^\n]{0,60}?\b(?P<method>GET|POST|PUT|PATCH|DELETE|HEAD)\b[\s\"]{1,2}(?P<target>(?:https?://|/)[^\s\"?]{0,400})"
)
ENDS = re.compile(
    r"(?i)(?:\b(?:finish(?:ed|es)?|end(?:ed|s)?|complete[ds]?|done|fertig|beendet|ende|fin|terminé)\b|<--|<<)"
    r"[^\n]{0,60}?(?<![\w.:/-])(?P<status>[1-5]\d\d)(?![\w.%/-]| ?ms\b)"
)
NAMED = re.compile(r"(?i)\b(?:owner|user|client|caller|account|tenant|sub|name|key_name)[=:] ?\"?([\w@.-]{2,60})")
AT_MOST = timedelta(seconds=30)
LONGEST = 1_000
"""Characters of a line that are read."""


@dataclass(frozen=True, slots=True)
class _Span:
    first: Entry
    call: re.Match[str]
    amid: tuple[Entry, ...]
    last: Entry
    status: int

    @property
    def whole(self) -> Entry:
        """The line that ends it, with what the others tell."""
        target = self.call["target"]
        return replace(
            self.last,
            status=self.status,
            method=self.call["method"].upper(),
            path=(split(target).path if "//" in target else target) or "/",
            client=self.last.client or self.first.client,
            user=self.last.user or self._user(),
        )

    def _user(self) -> str | None:
        named = (m[1] for e in self.amid if (m := NAMED.search(e.message)))
        return next(named, None)


def completed(found: Found) -> Found:
    """The same lines, where those that end a request know its call."""
    files: dict[str, list[Entry]] = {}
    for entry in (*found.beyond, *found.around):
        if entry.time is not None:
            files.setdefault(entry.file, []).append(entry)
    whole = {_key(s.last): s.whole for lines in files.values() for s in _spans(sorted(lines, key=lambda e: e.offset))}
    if not whole:
        return found
    lines = (found.around, found.request, found.beyond)
    around, request, beyond = (tuple(whole.get(_key(e), e) for e in some) for some in lines)
    return replace(found, around=around, request=request, beyond=beyond)


def _key(entry: Entry) -> tuple[str, int]:
    return entry.file, entry.offset


def _spans(lines: Sequence[Entry]) -> Iterator[_Span]:
    """The requests of one file beside which no other was under way: of two it is not known which of them ended."""
    begun: list[tuple[Entry, re.Match[str]]] = []
    amid: list[Entry] = []
    mixed = False
    for entry in lines:
        call = BEGINS.search(entry.text[:LONGEST]) if entry.status is None else None
        if call:
            begun = [(e, c) for e, c in begun if _soon(e, entry)] + [(entry, call)]
            mixed = len(begun) > 1
            amid = []
        elif entry.path and entry.status is not None:
            begun = []  # a file that tells requests in one line
        elif begun and (status := _answer(entry)):
            if not mixed and _one_request(begun[0][0], entry):
                yield _Span(*begun[0], tuple(amid), entry, status)
            begun = begun[1:]
        else:
            amid.append(entry)


def _answer(entry: Entry) -> int | None:
    end = ENDS.search(entry.text[:LONGEST]) if entry.status is None else None
    return int(end["status"]) if end else entry.status


def _one_request(first: Entry, last: Entry) -> bool:
    apart = bool(first.ids and last.ids) and not set(first.ids) & set(last.ids)
    return not apart and _soon(first, last)


def _soon(first: Entry, last: Entry) -> bool:
    return first.time is not None and last.time is not None and last.time - first.time <= AT_MOST
