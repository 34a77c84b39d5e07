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
_NEEDLE = re.compile(r"^ +(?:- )?needle: +(.+?) *$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Hit:
    """One pattern that applies to a text."""

    pattern: str
    """The pattern's id, `<software>.<name>`."""
    software: str
    finding: str
    text: str
    """A sentence for people, with values, without secrets."""


def match(text: str, where: str) -> tuple[Hit, ...]:
    """What a log line, a body, a challenge or a client's output says; one hit a finding, the most telling first.

    `where` is one of `PLACES`. Vague wordings give way to those that say more of the same text.
    """
    normal = _REQUEST.sub(r"\1 - HTTP", normalise(text[:LONGEST]))
    hits: dict[str, Hit] = {}
    for pattern, found in _telling(
        [(p, m) for p in _candidates(normal.lower(), where) if (m := p.regex.search(normal))]
    ):
        hits.setdefault(pattern.finding, Hit(pattern.id, pattern.software, pattern.finding, pattern.sentence(found)))
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
    for path in _texts():
        try:
            known += _patterns(path)
        except KnowledgeError as error:
            faults.append(str(error))
    if faults:
        raise KnowledgeError("\n".join(faults))
    return tuple(known)


def _candidates(lowered: str, where: str) -> Iterator[Pattern]:
    seen: set[Path] = set()
    for needle, path in _needles():
        if path not in seen and needle in lowered:
            seen.add(path)
            yield from (p for p in _patterns(path) if where in p.where and p.needle in lowered)


@cache
def _texts() -> dict[Path, str]:
    paths = sorted(FOLDER.glob("*.yaml"), key=lambda p: (p.stem == GENERIC, p.name))
    return {path: path.read_text(encoding="utf-8") for path in paths}


@cache
def _needles() -> tuple[tuple[str, Path], ...]:
    return tuple((needle, path) for path, text in _texts().items() for needle in needles(text))


def needles(text: str) -> list[str]:
    """The needles of a file's text, without parsing it: each stands on a line of its own."""
    return [n[1:-1].replace("''", "'") if n[0] == n[-1] == "'" else n for n in _NEEDLE.findall(text)]


@cache
def _patterns(path: Path) -> tuple[Pattern, ...]:
    text = _texts()[path]
    known = read(path, text, _findings())
    if [p.needle for p in known] != needles(text):
        raise KnowledgeError(f"{path.name}:1: write each needle on its own line, bare or in single quotes")
    return known


@cache
def _findings() -> dict[str, str]:
    return {kind.id: kind.text for kind in findings().values()}
