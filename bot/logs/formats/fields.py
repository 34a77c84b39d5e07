"""Named values of a log line to the fields of an entry, by the names in `aliases`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from bot.logs.formats import aliases, ids, times, tokens

Named = dict[str, str]
Draft = dict[str, Any]
"""The keyword arguments of an Entry in the making."""
MOST_FIELDS = 200
LONGEST_VALUE = 2_000
DEEPEST = 6
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")
"""Where a word begins in `keyRealm`: what is read as words later must not be one."""


def flatten(record: dict[str, Any]) -> list[tuple[str, str]]:
    """A JSON object's leaves as (dotted name, text); an empty list stays, since its name says something."""
    leaves: list[tuple[str, str]] = []
    _walk(record, "", 1, leaves)
    return leaves


def _walk(record: dict[str, Any], prefix: str, depth: int, leaves: list[tuple[str, str]]) -> None:
    for key, item in record.items():
        name = prefix + key
        if isinstance(item, str):
            leaves.append((name, item))
        elif isinstance(item, dict) and depth < DEEPEST:
            _walk(item, "" if name.lower() == "@fields" else f"{name}.", depth + 1, leaves)  # logstash's old wrapper
        elif isinstance(item, list) and all(isinstance(part, (str, int, float)) for part in item):
            leaves.append((name, ", ".join(map(str, item))))
        else:
            leaves.append((name, plain(item)))


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
    written: dict[str, str] = {}
    for name, value in islice(pairs, MOST_FIELDS):
        named.setdefault(name.lower(), value[:LONGEST_VALUE])
        written.setdefault(name.lower(), HUMP.sub("_", name).lower())
    draft: Draft = {"ids": _ids(named)}
    offered = _offered(tuple(named))
    _time(named, offered, draft, reference)
    _level(named, offered, draft)
    _request(named, offered, draft)
    _caller(named, offered, draft)
    draft["message"] = _take(named, offered, "message") or ""
    for slot in SIMPLE:
        if slot in offered and (found := _take(named, offered, slot)):
            draft[slot] = found.strip("<>") if slot == "pid" else found
    if "cache" not in draft and (said := next((n for n, v in named.items() if v in CACHED), None)):
        draft["cache"] = named.pop(said)
    if "upstream" not in draft and any(named.get(n) == "-" or n in ASKED for n in offered.get("upstream", ())):
        draft["upstream"] = "-"
    if draft.get("user_agent", "")[:1].isdigit() and tokens.address(draft["user_agent"]):
        draft["upstream"] = draft.pop("user_agent")  # `ua` is both in the formats that people write
    draft["fields"] = tuple((written[name], value) for name, value in named.items())
    return draft


CALLED = re.compile(rf"({tokens.METHODS}) (/\S*|https?://\S+)$")
"""A request under whatever name: `"route": "POST /v1/messages"`."""
CACHED = frozenset({"HIT", "MISS", "STALE", "BYPASS", "UPDATING", "REVALIDATED"})
"""What nginx and others say of their cache, under whatever name it is logged."""
ASKED = frozenset({"upstream_addr", "upstream_host"})
"""Names that proxies always write: empty where they asked no upstream."""
SIMPLE = ("user_agent", "pid", "upstream", "upstream_status", "cache")
Offered = dict[str, list[str]]
"""Slot -> the names at hand that can fill it, the best first."""


@lru_cache(maxsize=1024)
def _offered(names: tuple[str, ...]) -> Offered:
    """Lines of one kind have the same names, so this is worked out once a kind."""
    ranked: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        for slot, place in aliases.CLAIMS.get(name, ()):
            ranked.setdefault(slot, []).append((place, name))
    return {slot: [name for _, name in sorted(found)] for slot, found in ranked.items()}


@lru_cache(maxsize=1024)
def _id_names(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if ids.is_name(name) or name in ids.PERHAPS)


def _take(named: Named, offered: Offered, slot: str) -> str | None:
    """The value of the first name for a slot that has one, taken out."""
    for name in offered.get(slot, ()):
        if named.get(name, "") not in tokens.ABSENT:
            return named.pop(name)
    return None


def _ids(named: Named) -> tuple[str, ...]:
    found = [name for name in _id_names(tuple(named)) if ids.holds(name, named[name])]
    return tuple(dict.fromkeys(ids.kept(named.pop(name)) for name in found))


def _time(named: Named, offered: Offered, draft: Draft, reference: datetime) -> None:
    if "date" in named and "time" in named and not times.value(named["date"], reference):
        named["time"] = f"{named.pop('date')} {named['time']}"
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
    if "path" not in draft and (called := next(((n, m) for n, v in named.items() if (m := CALLED.match(v))), None)):
        draft["method"] = called[1][1]
        draft["host"], draft["path"], draft["query"] = tokens.split_url(called[1][2])
        del named[called[0]]
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
