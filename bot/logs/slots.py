"""Ids of requests that no label announces: at one place of a file's lines stands another code for every request.

`skog: SJINLDD PUT /v2/bestand/418 401` and `nota: A3-85b109 POST /accesso 401` are known so, whatever the code's shape.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.logs.scrub import SESSION
from bot.model import Entry

AHEAD = 10
"""Words at the beginning of a line among which an id stands, if it is not the last or named."""
LAST = "last"
CODE = re.compile(r"(?!20\d\d-?\d\d)(?!1\d{9}(?:\d{3})?$)[A-Za-z0-9_-]{5,40}")
"""What may be an id: no date, and no seconds since 1970."""
FEWEST = 8
"""Different codes from which on a place is known."""
HELD = 0.4
"""The share of lines that have a code at that place: some are of other writers, or of no request."""
NEW = 0.15
"""The share of different ones among these: few requests are told in more than six lines."""
MIXED = 0.5
"""The share of codes with a digit, and of those with a letter: words and counts are no ids."""
EVEN = 0.9
"""The share of codes of one length: those of another stand there by chance."""
RECURRING = 4
"""Lines that share a code with another, from which on codes join lines: else they only number them."""
AT_ONCE = 0.95
"""The share of codes whose lines stand close together: names and sessions come again."""
CLOSE = timedelta(seconds=10)
Place = tuple[str, int]
"""(which word of the line, or the name of the value; how many characters)."""


def identified(entries: Sequence[Entry]) -> list[Entry]:
    """The same entries, each with the id that stands where its file has them, in files where these join lines."""
    own = ids(entries)
    lines = Counter(filter(None, own))
    joining = Counter(e.file for e, code in zip(entries, own, strict=True) if code and lines[code] > 1)
    return [
        replace(e, ids=(*e.ids, code)) if code and code not in e.ids and joining[e.file] >= RECURRING else e
        for e, code in zip(entries, own, strict=True)
    ]


def ids(entries: Sequence[Entry]) -> list[str | None]:
    """What stands in each entry where its file has the ids of its requests."""
    files: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        files[entry.file].append(entry)
    places = {file: _place(held) for file, held in files.items() if len(held) >= FEWEST}
    return [_at(entry, places.get(entry.file)) for entry in entries]


def _at(entry: Entry, place: Place | None) -> str | None:
    found = _codes(entry).get(place[0]) if place else None
    return found if found and place and len(found) == place[1] else None


def _place(entries: Sequence[Entry]) -> Place | None:
    """Where in the lines of one file the id of the request stands."""
    times: dict[Place, dict[str, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        for at, code in _codes(entry).items():
            times[at, len(code)][code] += [entry.time] if entry.time else []
    whole = Counter(at for (at, _), codes in times.items() for _ in codes)
    fitting = [
        (len(codes), place)
        for place, codes in times.items()
        if len(codes) >= EVEN * whole[place[0]] and _are_ids(codes, len(entries))
    ]
    return max(fitting)[1] if fitting else None


def _codes(entry: Entry) -> dict[str, str]:
    """What may be an id in a line, by its place."""
    named = {name: value for name, value in entry.fields if CODE.fullmatch(value) and not SESSION.match(name.lower())}
    line = entry.text.split("\n", 1)[0]
    return named if line[:1] == "{" else named | dict(_words(line))


def _words(line: str) -> Iterator[tuple[str, str]]:
    words = line.split(None, AHEAD)
    for at, word in enumerate(words[:AHEAD]):
        if CODE.fullmatch(code := _bare(word)):
            yield str(at), code
    if words and CODE.fullmatch(code := _bare(words[-1].rsplit(None, 1)[-1])):
        yield LAST, code


def _bare(word: str) -> str:
    """A word without its brackets and its label: of `id="PZn0O5AG"]` the value."""
    return word.rpartition("=")[2].strip("[](){}<>\"'`,;:|")


def _are_ids(codes: dict[str, list[datetime]], lines: int) -> bool:
    held = sum(map(len, codes.values()))
    if len(codes) < FEWEST or held < HELD * lines or len(codes) < NEW * held:
        return False
    digits = sum(any(c.isdigit() for c in code) for code in codes)
    letters = sum(any(c.isalpha() for c in code) for code in codes)
    together = sum(max(at) - min(at) <= CLOSE for at in codes.values() if at)
    return min(digits, letters) >= MIXED * len(codes) and together >= AT_ONCE * len(codes)
