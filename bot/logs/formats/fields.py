"""Named values of a log line to the fields of an entry, by the names in `aliases`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from bot.logs.formats import aliases, times, tokens

Named = dict[str, str]
Draft = dict[str, Any]
"""The keyword arguments of an Entry in the making."""
MOST_FIELDS = 200
LONGEST_VALUE = 2_000
DEEPEST = 6


def flatten(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """A JSON value's leaves as (dotted lower-case name, text); an empty list stays, since its name says something."""
    if isinstance(value, dict) and depth < DEEPEST:
        for key, item in value.items():
            part = str(key).lower()
            yield from flatten(item, f"{name}.{part}" if name else part, depth + 1)
    elif isinstance(value, list) and all(isinstance(item, (str, int, float)) for item in value):
        yield name, ", ".join(map(str, value))
    else:
        yield name, plain(value)


def plain(value: Any) -> str:
    """A JSON scalar as text, `true` and `null` as JSON writes them."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def read(pairs: Iterable[tuple[str, str]], reference: datetime) -> Draft:
    """The entry that the named values describe; names that no alias claims stay in `fields`."""
    named: Named = {}
    for name, value in pairs:
        if len(named) < MOST_FIELDS:
            named.setdefault(name.lower(), value[:LONGEST_VALUE])
    draft: Draft = {"ids": tuple(dict.fromkeys(_ids(named)))}
    _time(named, draft, reference)
    _level(named, draft)
    _request(named, draft)
    _caller(named, draft)
    draft["message"] = take(named, aliases.MESSAGE) or ""
    for slot, names in SIMPLE:
        if found := take(named, names):
            draft[slot] = found
    if "pid" in draft:
        draft["pid"] = draft["pid"].strip("<>")
    draft["fields"] = tuple(named.items())
    return draft


SIMPLE = (
    ("user_agent", aliases.AGENT),
    ("pid", aliases.PID),
    ("upstream", aliases.UPSTREAM),
    ("upstream_status", aliases.UPSTREAM_STATUS),
    ("cache", aliases.CACHE),
)


def take(named: Named, names: tuple[str, ...]) -> str | None:
    """The first of the names that has a value, taken out."""
    for name in names:
        if named.get(name):
            return named.pop(name)
    return None


def _ids(named: Named) -> Iterator[str]:
    for name, value in list(named.items()):
        if len(value) < 4 or value in tokens.ABSENT:
            continue
        tail = name.rpartition(".")[2].replace("_", "").replace("-", "")
        if tail not in aliases.ID_TAILS and not (name in aliases.ID_NAMES and tokens.ID.match(value)):
            continue
        del named[name]
        parent = tokens.TRACEPARENT.match(value)
        yield parent[1] if parent else value


def _time(named: Named, draft: Draft, reference: datetime) -> None:
    for name in aliases.TIME:
        if (text := named.get(name)) and (moment := times.value(text, reference)):
            draft["time"] = moment
            del named[name]
            return


def _level(named: Named, draft: Draft) -> None:
    for name in aliases.LEVEL:
        if (text := named.get(name)) and (found := tokens.level(text)):
            draft["level"] = found
            del named[name]
            return


def _request(named: Named, draft: Draft) -> None:
    if method := take(named, aliases.METHOD):
        draft["method"] = method.upper()
    for name in aliases.REQUEST_LINE:
        if match := tokens.REQUEST.match(named.get(name, "")):
            draft["method"], url = match[1], match[2]
            draft["host"], draft["path"], draft["query"] = tokens.split_url(url)
            del named[name]
    for name in aliases.PATH:
        url = named.get(name, "")
        if "path" not in draft and (url.startswith("/") or "://" in url[:12] or url == "*"):
            draft["host"], draft["path"], draft["query"] = tokens.split_url(named.pop(name))
    if "path" in draft and not draft["query"] and (query := take(named, aliases.QUERY)) and "{" not in query:
        draft["query"] = query.removeprefix("?")
    if host := take(named, aliases.HOST):
        draft["host"] = host.lower()
    for name in aliases.STATUS:
        if (text := named.get(name, "")).isdecimal() and 100 <= int(text) <= 599:
            draft["status"] = int(named.pop(name))
            return


def _caller(named: Named, draft: Draft) -> None:
    peer = next(((n, a) for n in aliases.CLIENT if (a := tokens.address(named.get(n, "")))), None)
    forwarded = next((a for n in aliases.FORWARDED if (a := tokens.address(named.get(n, "")))), None)
    if forwarded and (peer is None or tokens.internal(peer[1])):
        draft["client"] = forwarded
    elif peer:
        draft["client"] = peer[1]
        if named[peer[0]] == peer[1]:
            del named[peer[0]]
    for name in aliases.USER:
        if (user := named.get(name)) and user not in tokens.ABSENT and user != "0":
            draft["user"] = named.pop(name)
            return
