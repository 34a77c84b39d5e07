"""What the service told that it holds (keys, issuers, audiences), and what the failing request brings of these.

A service lists its keys when it starts or loads them. The token that was pasted, or the line of the refusal, names the
one that is wanted: where it is not among them, that is why, however the refusal is worded. A key that only another
instance lists is a key as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from bot.model import Entry, TokenFacts
from bot.reading.changes import BEGINNING
from bot.reading.scene import Scene
from bot.reading.signers import told_keys
from bot.reading.verdict import Check, Verdict
from knowledge.settings import pattern

LONGEST = 2_000
"""Characters of a line in which a list is looked for."""
CODED = (
    r"(?=[\w.]{0,60}[A-Za-z])(?=[A-Za-z_.]{0,60}[\d-])(?!\d{1,6}(?:[smhd]|ms|[kKMG]?[bB])\b)[A-Za-z0-9_][\w.-]{1,63}"
)
URL = r"https?://[^\s\"',;|)\]}]{3,200}"
NAME = r"(?=[\w.:/-]{0,60}[-_.:/])[A-Za-z][\w.:/-]{2,120}"
LIST = (
    r"(?<![\w./-])(?<!api )(?<!api[_-])(?:{%s})(?:\(s\))?[\"']?(?:[ ][^\W\d]{3,14}(?=:))?(?: ?[:=] ?|[ ])[\[({\"']{0,3}"
    r"(?P<names>(?:%s)(?:[\"']?(?:, ?|[ ])[\"']?(?:%s)){0,20})"
)
GOES_ON = re.compile(
    r"[\"']?, ?[\"']?[\w.-]{1,64}[\"']?(?:,|\s?[\])}]|\s*\Z)|[\"']?,? ?(?:\.\.\.|…|and |und |y |et |\+)"
)
"""What follows a list of which not all was read: a name of another form, or `and 3 more`."""
TOGETHER = timedelta(seconds=5)
"""Lines that list one thing each stand this close."""
SEPARATOR = re.compile(r"[\"', ]+")
MASKED = frozenset({"…", "‹"})
"""What stands in for a value that is hidden: it is no name to compare."""
LOADING = re.compile(
    r"(?i)(?<![\w-])(?:refreshed|fetched|updated|renewed|holds?|holding|trusts?|trusting|accepts|accepting|using|obtained"
    r"|received|geholt|erneuert|obtenid\w*|actualizad\w*|renovad\w*|obtenues|aggiornat\w*|pobran\w*)(?![\w-])"
)
"""How a line says, beside that something began, that what it lists is there now."""
WORDS = re.compile(r"[\w.:/-]*\w")


@dataclass(frozen=True, slots=True)
class Listing:
    """What one line lists, of one sort."""

    entry: Entry
    kind: str
    """The line without its list: a later line of the same kind takes its place."""
    names: frozenset[str]


@cache
def _forms(sort: str) -> re.Pattern[str]:
    form = {"key_sets": CODED, "issuers": URL, "audiences": NAME}[sort]
    return pattern(LIST % (sort, form, form))


def lists_keys(text: str) -> bool:
    """Whether a line lists keys."""
    return _forms("key_sets").search(text[:LONGEST]) is not None


def _listings(scene: Scene, sort: str) -> Iterator[Listing]:
    """The lines around that list names of a sort, in the order of time."""
    for entry in (*scene.found.beyond, *scene.found.around):
        text = entry.text[:LONGEST]
        if entry.status is not None or entry.path or not (found := _forms(sort).search(text)):
            continue
        if BEGINNING.search(text) or LOADING.search(text):
            whole = not GOES_ON.match(text, found.end())
            names = frozenset(n.rstrip("./-") for n in SEPARATOR.split(found["names"]) if n) if whole else MASKED
            kind = re.sub(r"\d+", "#", text[: found.start("names")])
            yield Listing(entry, kind, names)


def _held(scene: Scene, listings: Sequence[Listing]) -> frozenset[str] | None:
    """What the failing request's instance held then: None where it is not told, or hidden."""
    own = {e.file for e in scene.found.request}
    files = {told.entry.file for told in listings}
    mine = [t for t in listings if t.entry.file in own] or (list(listings) if len(files) == 1 else [])
    told = [t for t in mine if scene.before(t.entry)]
    last = {(t.entry.file, t.kind): t.entry.time for t in told}
    names = frozenset[str]().union(*(t.names for t in told if _with(t.entry.time, last[t.entry.file, t.kind])))
    return names if names and not any(mark in name for name in names for mark in MASKED) else None


def _with(time: datetime | None, last: datetime | None) -> bool:
    return time is not None and last is not None and last - time <= TOGETHER


def _alike(name: str, held: Iterable[str]) -> bool:
    """Whether a name is of the make of those that are held: a thumbprint is not held against names."""
    stem = re.split(r"\d", name.lower(), maxsplit=1)[0]
    return any(len(o) == len(name) or (len(stem) > 1 and o.lower().startswith(stem)) for o in held)


def _tokens(scene: Scene) -> tuple[TokenFacts, ...]:
    return tuple(p.token for p in scene.report.presented if p.token is not None)


def _listed_elsewhere(scene: Scene, listings: Iterable[Listing]) -> frozenset[str]:
    """The names in the failing request's lines that any line lists as of this sort."""
    known = frozenset[str]().union(*(told.names for told in listings))
    lines = [e for e in scene.found.request if all(e is not told.entry for told in listings)]
    return known & {word for e in lines for word in WORDS.findall(e.text[:LONGEST])}


def _key(scene: Scene) -> Verdict:
    """Whether the key that the failing request brings is none of those that the service told to hold."""
    listings = tuple(_listings(scene, "key_sets"))
    held = _held(scene, listings) if listings else None
    if held is None:
        return None
    named = {t.kid for t in _tokens(scene) if t.kid} or set(told_keys(scene.found.request))
    foreign = {name for name in named if _alike(name, held)} - held
    missing = foreign if foreign and not named & held else _listed_elsewhere(scene, listings) - held
    if missing:
        return f"The request brings the key {min(missing)}; the service told that it holds {_some(held)}"
    return "" if named & held else None


def _claim(sort: str, of: str) -> Check:
    """Whether what the pasted token names is none of what the service told to want."""

    def check(scene: Scene) -> Verdict:
        listings = tuple(_listings(scene, sort))
        held = _held(scene, listings) if listings else None
        named = {value.rstrip("/") for t in _tokens(scene) for value in (t.aud if of == "aud" else (t.iss,)) if value}
        if held is None or not named:
            return None
        wanted = {name.rstrip("/") for name in held}
        return (
            "" if named & wanted else f"The token's {of} is {min(named)}; the service told that it wants {_some(held)}"
        )

    return check


def _some(names: Iterable[str]) -> str:
    return " and ".join(sorted(names)[:3])


CHECKS: dict[str, Check] = {
    "log.key_not_held": _key,
    "log.issuer_not_held": _claim("issuers", "iss"),
    "log.audience_not_held": _claim("audiences", "aud"),
}
