"""What servers, libraries and challenges say, as findings.

Each `<software>.yaml` here holds the words of one software. A first pass takes only the needles out of all files;
a file is parsed when one of its needles was seen, as most runs meet the words of two or three kinds of software.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.findings import findings
from knowledge.messages.reader import PLACES, Pattern, normalise, read

__all__ = ["PLACES", "Hit", "Pattern", "match", "patterns"]

FOLDER = Path(__file__).parent
LONGEST = 16_384
"""Characters of a text that are looked at."""
LIFECYCLE = "says.service_started"
GENERIC = "generic"
"""The file of wordings that many libraries share; the words of a named software go before."""

_REQUEST = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \S+ HTTP\b")
"""A request line: the words of an address say nothing of what happened to the request."""
_WORD = re.compile(r"\w+")
_NEEDLE = re.compile(r"^ +(?:- )?needle: +(.+?) *$", re.MULTILINE)


Place = tuple[int, int]
"""A file's number and a pattern's position in it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One pattern that applies to a text."""

    pattern: str
    """The pattern's id, `<software>.<name>`."""
    software: str
    finding: str
    text: str
    """A sentence for people, with values, without secrets."""
    vague: bool
    """The wording is used for more than this one fact."""


def match(text: str, where: str) -> tuple[Hit, ...]:
    """What a log line, a body, a challenge or a client's output says; one hit a finding, the most telling first.

    `where` is one of `PLACES`. Vague wordings give way to those that say more of the same text.
    """
    normal = _REQUEST.sub(r"\1 - HTTP", normalise(text[:LONGEST]))
    hits: dict[str, Hit] = {}
    for pattern, found in _telling(
        [(p, m) for p in _candidates(normal.lower(), where) if (m := p.regex.search(normal))]
    ):
        hit = Hit(pattern.id, pattern.software, pattern.finding, pattern.sentence(found), pattern.vague)
        hits.setdefault(pattern.finding, hit)
    return tuple(hits.values())


def _telling(found: list[tuple[Pattern, re.Match[str]]]) -> list[tuple[Pattern, re.Match[str]]]:
    """Without the vague where something says more, and without the shared wordings where a software's own apply."""
    speaking = [p for p, _ in found if p.finding != LIFECYCLE]
    plain = [p for p in speaking if not p.vague]
    named = any(p.software != GENERIC for p in plain or speaking)
    return [(p, m) for p, m in found if not (plain and p.vague) and not (named and p.software == GENERIC)]


def patterns() -> tuple[Pattern, ...]:
    """All patterns, validated. Raises KnowledgeError with the faults of all files."""
    faults: list[str] = []
    known: list[Pattern] = []
    for path, text in _files():
        try:
            found = read(path, text, _findings())
            known += found
            if needles(text) != [p.needle for p in found]:
                faults.append(f"{path.name}:1: write each needle on its own line, bare or in single quotes")
        except KnowledgeError as error:
            faults.append(str(error))
    if faults:
        raise KnowledgeError("\n".join(faults))
    return tuple(known)


def _candidates(lowered: str, where: str) -> Iterator[Pattern]:
    by_word, others = _index()
    words = by_word.keys() & set(_WORD.findall(lowered))
    places = {place for word in words for needle, place in by_word[word] if needle in lowered}
    places.update(place for needle, known in others if needle in lowered for place in known)
    for number, position in sorted(places):
        pattern = _patterns(number)[position]
        if where in pattern.where:
            yield pattern


@cache
def _index() -> tuple[dict[str, list[tuple[str, Place]]], tuple[tuple[str, tuple[Place, ...]], ...]]:
    """Needles by a whole word of theirs, and those without one, with where their patterns stand."""
    by_word: dict[str, list[tuple[str, Place]]] = {}
    others: dict[str, list[Place]] = {}
    for number, (_, text) in enumerate(_files()):
        for position, needle in enumerate(needles(text)):
            if word := _whole_word(needle):
                by_word.setdefault(word, []).append((needle, (number, position)))
            else:
                others.setdefault(needle, []).append((number, position))
    return by_word, tuple((needle, tuple(places)) for needle, places in others.items())


def _whole_word(needle: str) -> str:
    """The longest word with an end on both sides inside the needle, as the text around it may go on."""
    whole = (m[0] for m in _WORD.finditer(needle) if m.start() > 0 and m.end() < len(needle))
    return max(whole, key=len, default="")


@cache
def _files() -> tuple[tuple[Path, str], ...]:
    """All files with their texts; the shared wordings come last."""
    paths = sorted(FOLDER.glob("*.yaml"), key=lambda p: (p.stem == GENERIC, p.name))
    return tuple((path, path.read_text(encoding="utf-8")) for path in paths)


@cache
def software() -> frozenset[str]:
    """The names of the software that is known, as its files are called; none of them is read for it."""
    return frozenset(path.stem for path in FOLDER.glob("*.yaml"))


def needles(text: str) -> list[str]:
    """The needles of a file's text, without parsing it: each stands on a line of its own."""
    return [n[1:-1].replace("''", "'") if n[0] == n[-1] == "'" else n for n in _NEEDLE.findall(text)]


@cache
def _patterns(number: int) -> tuple[Pattern, ...]:
    path, text = _files()[number]
    return read(path, text, _findings(), thorough=False)


@cache
def _findings() -> dict[str, str]:
    return {kind.id: kind.text for kind in findings().values()}
