"""Named values of a log line to the fields of an entry, by the names in `aliases`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
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
    draft: Draft = {"ids": _ids(named)}
    offered = _offered(named)
    _time(named, offered, draft, reference)
    _level(named, offered, draft)
    _request(named, offered, draft)
    _caller(named, offered, draft)
    draft["message"] = _take(named, offered, "message") or ""
    for slot in SIMPLE:
        if slot in offered and (found := _take(named, offered, slot)):
            draft[slot] = found.strip("<>") if slot == "pid" else found
    draft["fields"] = tuple(named.items())
    return draft


SIMPLE = ("user_agent", "pid", "upstream", "upstream_status", "cache")
Offered = dict[str, list[str]]
"""Slot -> the names at hand that can fill it, the best first."""


def _offered(named: Named) -> Offered:
    ranked: dict[str, list[tuple[int, str]]] = {}
    for name in named:
        for slot, place in aliases.CLAIMS.get(name, ()):
            ranked.setdefault(slot, []).append((place, name))
    return {slot: [name for _, name in sorted(names)] for slot, names in ranked.items()}


def _take(named: Named, offered: Offered, slot: str) -> str | None:
    """The value of the first name for a slot that has one, taken out."""
    for name in offered.get(slot, ()):
        if named.get(name):
            return named.pop(name)
    return None


def _ids(named: Named) -> tuple[str, ...]:
    found: list[str] = []
    for name, value in list(named.items()):
        if len(value) < 4 or value in tokens.ABSENT or not _holds_id(name, value):
            continue
        del named[name]
        parent = tokens.TRACEPARENT.match(value)
        found.append(parent[1] if parent else value)
    return tuple(dict.fromkeys(found))


def _holds_id(name: str, value: str) -> bool:
    return _id_name(name) or (name in aliases.ID_NAMES and tokens.ID.match(value) is not None)


@lru_cache(maxsize=4096)
def _id_name(name: str) -> bool:
    return name.rpartition(".")[2].replace("_", "").replace("-", "") in aliases.ID_TAILS


def _time(named: Named, offered: Offered, draft: Draft, reference: datetime) -> None:
    for name in offered.get("time", ()):
        if (text := named.get(name)) and (moment := times.value(text, reference)):
            draft["time"] = moment
            del named[name]
            return


def _level(named: Named, offered: Offered, draft: Draft) -> None:
    for name in offered.get("level", ()):
        if (text := named.get(name)) and (found := tokens.level(text)):
            draft["level"] = found
            del named[name]
            return


def _request(named: Named, offered: Offered, draft: Draft) -> None:
    if method := _take(named, offered, "method"):
        draft["method"] = method.upper()
    for name in offered.get("request", ()):
        if match := tokens.REQUEST.match(named.get(name, "")):
            draft["method"] = match[1]
            draft["host"], draft["path"], draft["query"] = tokens.split_url(match[2])
            del named[name]
    for name in offered.get("path", ()):
        url = named.get(name, "")
        if "path" not in draft and (url.startswith("/") or "://" in url[:12] or url == "*"):
            draft["host"], draft["path"], draft["query"] = tokens.split_url(named.pop(name))
    if "path" in draft and not draft["query"] and (query := _take(named, offered, "query")) and "{" not in query:
        draft["query"] = query.removeprefix("?")
    if host := _take(named, offered, "host"):
        draft["host"] = host.lower()
    for name in offered.get("status", ()):
        if (text := named.get(name, "")).isdecimal() and len(text) == 3 and "100" <= text <= "599":
            draft["status"] = int(named.pop(name))
            return


def _caller(named: Named, offered: Offered, draft: Draft) -> None:
    peer = next(((n, a) for n in offered.get("client", ()) if (a := tokens.address(named.get(n, "")))), None)
    forwarded = next((a for n in offered.get("forwarded", ()) if (a := tokens.address(named.get(n, "")))), None)
    if forwarded and (peer is None or tokens.internal(peer[1])):
        draft["client"] = forwarded
    elif peer:
        draft["client"] = peer[1]
        if named[peer[0]] == peer[1]:
            del named[peer[0]]
    for name in offered.get("user", ()):
        if (user := named.get(name)) and user not in tokens.ABSENT and user != "0":
            draft["user"] = named.pop(name)
            return
