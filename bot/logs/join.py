"""The other lines of the same request: by shared ids, by the same call at the same time, by standing beside it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.logs.formats import tokens
from bot.logs.lookup import order
from bot.logs.match import akin, holder, refuses, same_path
from bot.model import Entry

TOGETHER = timedelta(seconds=2)
"""Lines of one request lie no farther apart than this, where no id joins them."""
BURST = timedelta(milliseconds=50)
"""Errors of one request come this close upon each other."""
BESIDE = 30
"""Lines that are looked at before and after a request's line in its own file."""
MOMENT = timedelta(seconds=1)
"""Lines of two files that tell of one answer differ no more than this: many clocks show whole seconds."""
RECURS, MOSTLY = 2, 0.8
"""How many answers a line must come with that is taken to tell of them, and for what share of its like."""
VARIES = re.compile(r"'[^'\n]{0,200}'|\"[^\"\n]{0,200}\"|\S*\d\S*")
WORDING = 200
"""Characters of a message that tell one wording from another."""
NAMELESS = 5
"""Warnings without id or path that are taken from another file."""

CODE = re.compile(r"(?=[\w-]*\d)[\w-]{5,64}$")
"""A captured header that may be the request's id."""
SHARED = 8
"""Lines that bear the id of one request, at most."""
LOOSE_ID = re.compile(rf"(?<![0-9A-Za-z]){tokens.HEX_ID}(?![0-9A-Za-z])")
NUMBERED = re.compile(r"(?<![\w-])(?P<series>[A-Z]{1,6}-?)(?=[0-9A-F]*\d)(?P<number>[0-9A-F]{3,12})(?![\w-])")
"""Numbers that a service gives its requests, as people read them to each other."""
SELF_CONTAINED = frozenset(
    {
        "access",
        "haproxy-http",
        "json",
        "logfmt",
        "nginx-error",
        "apache-error",
        "lighttpd-error",
        "django",
        "w3c",
        "haproxy-tcp",
        "haproxy-error",
        "haproxy-connect",
        "envoy",
        "morgan",
        "logrus",
        "winston-simple",
    }
)
"""Formats whose every line says by itself which request it is about."""


def together(chosen: Sequence[Entry], around: Sequence[Entry]) -> tuple[Entry, ...]:
    """The chosen entries with all that belong to the same request, in the order of time."""
    known = {_key(e): e for e in around}  # what stands around it tells more of a line's ids than the line alone
    found = {_key(e): known.get(_key(e), e) for e in chosen}
    apart: Joined = {}  # what stands beside a line that is known by its moment alone may be another request's
    for _ in range(2):  # a line that joins may bring the id under which the application knows the request
        _share_id(found, around)
        main = _main(found.values())
        if main is not None:
            apart |= _same_moment(found, main, around)
    return tuple(sorted((apart | found).values(), key=order))


def told(entries: Sequence[Entry], around: Sequence[Entry]) -> list[str]:
    """What each entry says, with all that the lines around say that share an id with it."""
    known = {_key(e): e for e in around}
    saying: dict[str, list[Entry]] = defaultdict(list)
    for entry in around:
        for name in entry.ids:
            saying[name].append(entry)
    whole = []
    for entry in entries:
        ids = known.get(_key(entry), entry).ids
        others = {_key(e): e.text for name in ids for e in saying[name] if len(saying[name]) <= SHARED}
        whole.append("\n".join((entry.text, *(text for key, text in others.items() if key != _key(entry)))))
    return whole


Joined = dict[tuple[str, int], Entry]


def _share_id(found: Joined, around: Sequence[Entry]) -> None:
    ids = {i for e in found.values() for i in e.ids if len(i) >= 6}
    if ids:
        pattern = holder(ids)
        found |= {_key(e): e for e in around if pattern.search(e.text)}
    for code in {c for e in found.values() for c in (e.get("captures") or "").split("|") if CODE.match(c)}:
        pattern = holder([code])
        same = [e for e in around if pattern.search(e.text)]
        if len(same) <= SHARED:  # a key or a name, which stands in many requests, is captured as well
            found |= {_key(e): e for e in same}


def _same_moment(found: Joined, main: Entry, around: Sequence[Entry]) -> Joined:
    """Adds what tells of the same call, or stands beside it; gives what only its moment ties."""
    near = [e for e in around if _away(main, e) <= 2 * TOGETHER]
    alone = not any(e.file == main.file and _key(e) not in found and _away(main, e) <= TOGETHER for e in near)
    ids = {i for e in found.values() for i in e.ids}
    apart: Joined = {}
    for entries in _groups(near, by_format=True):
        if not any(_key(e) in found for e in entries):
            same = _same_call(main, entries, ids)
            found |= {_key(e): e for e in same}
            if not same and entries[0].file != main.file:
                apart |= {_key(e): e for e in _nameless(main, entries, alone=alone)}
                found |= {_key(e): e for e in _recurring(main, entries, around)}
    for entries in _groups(near, by_format=False):
        for index in [i for i, e in enumerate(entries) if _key(e) in found]:
            found |= {_key(e): e for e in _beside(entries, index)}
    return apart


def _key(entry: Entry) -> tuple[str, int]:
    return entry.file, entry.offset


def _groups(entries: Iterable[Entry], *, by_format: bool) -> list[list[Entry]]:
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=_key):
        groups[entry.file, entry.format if by_format else ""].append(entry)
    return list(groups.values())


def _main(entries: Iterable[Entry]) -> Entry | None:
    """The entry that tells most of the call: a path, a status, a client."""
    dated = [e for e in entries if e.time]
    return max(dated, key=lambda e: (e.path is not None, e.status is not None, e.client is not None), default=None)


def _away(one: Entry, other: Entry) -> timedelta:
    return abs(one.time - other.time) if one.time and other.time else timedelta.max


def _other_request(entry: Entry, ids: set[str]) -> bool:
    """Whether an entry bears an id of the same make as the request's, and another."""
    return bool(entry.ids) and not ids & set(entry.ids) and any(len(i) == len(j) for i in ids for j in entry.ids)


def _same_call(main: Entry, entries: Sequence[Entry], ids: set[str]) -> list[Entry]:
    """Of lines without the request's id: the nearest answer to the same call, and the errors on it."""
    answered = {i for e in entries if e.status is not None and e.status != main.status for i in e.ids}
    fitting = [e for e in entries if _away(main, e) <= TOGETHER and _fits(main, e) and not _other_request(e, ids)]
    fitting = [e for e in fitting if not answered & set(e.ids)]
    answers = [e for e in fitting if e.status is not None]
    errors = [e for e in fitting if e.status is None]
    closest = min((_away(main, e) for e in errors), default=timedelta())
    nearest = min(answers, key=lambda e: _away(main, e), default=None)
    return [*([nearest] if nearest else []), *(e for e in errors if _away(main, e) <= closest + BURST)]


def _fits(main: Entry, entry: Entry) -> bool:
    if not main.path or not entry.path or not (same_path(main.path, entry.path) or akin(main.path, entry.path)):
        return False
    if main.method and entry.method and main.method != entry.method:
        return False
    if main.status and entry.status and main.status != entry.status:
        return False
    return not main.client or not entry.client or main.client == entry.client or _proxied(main.client, entry.client)


def _proxied(one: str, other: str) -> bool:
    return tokens.internal(one) != tokens.internal(other)


def _beside(entries: Sequence[Entry], index: int) -> list[Entry]:
    """Lines without an id around a request's line, up to where another request begins or ends."""
    here = entries[index]
    if here.format in SELF_CONTAINED and not here.get("connection"):
        return []
    found: list[Entry] = []
    began = here.status is None and here.path is not None and here.method is not None
    for entry in [] if began else reversed(entries[max(0, index - BESIDE) : index]):
        if not _belongs(here, entry) or (entry.status is not None and not _told_twice(here, entry)):
            break
        found.append(entry)
        if entry.path and entry.method:
            break
    for entry in entries[index + 1 : index + 1 + BESIDE] if here.status is None else []:
        if not _belongs(here, entry) or (entry.path and entry.method and not here.path):
            break
        found.append(entry)
        if entry.status is not None:
            break
    return found


def _told_twice(here: Entry, entry: Entry) -> bool:
    """Whether both tell of the same answer: one thread answers one request at a time."""
    answer = here.status, here.path, here.get("thread")
    return all(answer) and answer == (entry.status, entry.path, entry.get("thread")) and _away(here, entry) <= BURST


def _belongs(here: Entry, entry: Entry) -> bool:
    if entry.ids or here.ids or _away(here, entry) > TOGETHER or _bear_apart(here, entry):
        return False
    if here.path and entry.path and not _fits(here, entry):
        return False
    if entry.get("thread") != here.get("thread") or entry.get("connection") != here.get("connection"):
        return False
    return not here.pid or not entry.pid or here.pid == entry.pid


def _bear_apart(one: Entry, other: Entry) -> bool:
    """Whether both hold what looks like an id, in a place that no format knows, and nothing in common."""
    mine, theirs = set(LOOSE_ID.findall(one.text)), set(LOOSE_ID.findall(other.text))
    return bool(mine and theirs and not mine & theirs) or _numbered_apart(one.text, other.text)


def _numbered_apart(one: str, other: str) -> bool:
    """Whether both bear a number of one series, and not the same: `AB-9107` and `AB-9108`."""
    mine, theirs = ({(m["series"], m["number"]) for m in NUMBERED.finditer(text)} for text in (one, other))
    shared = {series for series, _ in mine} & {series for series, _ in theirs}
    return bool(shared) and not {m for m in mine if m[0] in shared} & theirs


def _nameless(main: Entry, entries: Sequence[Entry], *, alone: bool) -> list[Entry]:
    """Lines of another file in the same moment without id and path: all where nothing else went on then.

    Else only warnings and refusals, and lines on the same user.
    """
    fitting = [
        e
        for e in entries
        if _names_none(main, e)
        and (alone or e.level in tokens.ALARMING or _of_caller(main, e) or refuses(e))
        and (not e.client or not main.client or e.client == main.client)
        and (not e.user or not main.user or e.user.lower() == main.user.lower())
    ]
    return sorted(fitting, key=lambda e: _away(main, e))[:NAMELESS]


def _names_none(main: Entry, entry: Entry) -> bool:
    """Whether a line in the same moment names no request."""
    return not entry.ids and not entry.path and entry.status is None and _away(main, entry) <= MOMENT


def _recurring(main: Entry, entries: Sequence[Entry], around: Sequence[Entry]) -> list[Entry]:
    """Lines of another file in the same moment whose like comes with such answers time and again, and hardly without.

    No id or path is needed for that: what is written whenever a request is refused is written of it.
    """
    beside = [e for e in entries if _names_none(main, e)]
    if not beside or main.status is None or main.status < 400:
        return []
    answers = sorted(e.time for e in around if e.file == main.file and e.status == main.status and e.time)
    alike: dict[str, list[Entry]] = defaultdict(list)
    for entry in around:
        if entry.file == beside[0].file:
            alike[_wording(entry)].append(entry)
    return [e for e in beside if _comes_with(answers, alike[_wording(e)])]


def _comes_with(answers: Sequence[datetime], alike: Sequence[Entry]) -> bool:
    tied = {t for e in alike if e.time and (t := _nearest(answers, e.time)) and abs(t - e.time) <= MOMENT}
    return len(tied) >= RECURS and len(tied) >= MOSTLY * len(alike)


def _nearest(times: Sequence[datetime], moment: datetime) -> datetime | None:
    at = bisect_left(times, moment)
    return min(times[max(0, at - 1) : at + 1], key=lambda t: abs(t - moment), default=None)


def _wording(entry: Entry) -> str:
    """What a line says without what is another each time: numbers, and what stands in quotes."""
    return VARIES.sub("#", entry.message[:WORDING])


def _of_caller(main: Entry, entry: Entry) -> bool:
    """Whether both name the same user at the same address: what is said of them then is said of this request."""
    return bool(main.user and main.client) and (main.user, main.client) == (entry.user, entry.client)
