"""How people write times in their languages: what the files of this folder hold, one a language.

Words and patterns are in small letters without accents once read, as `folded` writes them. In the patterns `{h}` is an
hour, `{m}` minutes, `{a}` an amount (`ten minutes`, `half an hour`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.errors import KnowledgeError
from knowledge.reading import Located, demand, read

FOLDER = Path(__file__).parent
FORMS = (
    *("at", "strict", "about", "after", "before", "later", "past", "to", "half", "half_past"),
    *("to_half", "past_half", "quarter_before_last", "quarter_to", "since", "between"),
)
"""The ways of telling a time from an hour; `bot/intake/hours.py` says what each means."""
NEEDED = frozenset({"marks", "hours", "minutes", "unit", "follows", "parts", "days", "noon", "midnight", "lunch"})
REST = frozenset({*FORMS, "suffix", "amounts", "units", "wholes", "ago", "lasting", "worked", "failed"})


TELLING = 5
SHARED = frozenset({"minute", "minutes", "petite"})
"""Words that are English as well."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tongue:
    """The words for times in one language."""

    code: str
    marks: frozenset[str]
    """Words that tell the language; English is always read."""
    hours: Mapping[str, int]
    minutes: Mapping[str, int]
    suffix: str
    """What is written right behind an hour."""
    unit: tuple[str, ...]
    forms: Mapping[str, tuple[str, ...]]
    follows: frozenset[str]
    """Words that follow an hour, and are nothing that a number counts."""
    parts: Mapping[str, tuple[float, float]]
    """What says which half of the day an hour is of: the hours that it covers."""
    days: Mapping[str, tuple[int, tuple[float, float] | None]]
    """Days, and parts of them: how many days back, the hours that they cover."""
    sun: Mapping[str, tuple[str, ...]]
    """Patterns for noon, midnight and the time of lunch."""
    amounts: Mapping[str, float]
    units: Mapping[str, float]
    wholes: Mapping[str, float]
    """Amounts in one: `half an hour`."""
    ago: tuple[str, ...]
    lasting: tuple[str, ...]
    worked: tuple[str, ...]
    failed: tuple[str, ...]


class _Folding(dict[int, str]):
    """Each letter to its plain small one, one for one, so that places in the text stay what they are."""

    def __missing__(self, number: int) -> str:
        small = "ı" if chr(number) == "ı" else unicodedata.normalize("NFKD", chr(number).lower())[:1]
        letter = {"ł": "l", "ı": "i", "ø": "o", "đ": "d", "’": "'"}.get(small, small) or chr(number)
        self[number] = letter
        return letter


_FOLDING = _Folding()


def folded(text: str) -> str:
    """The text in small letters without accents, letter for letter."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


@cache
def tongues(folder: Path = FOLDER) -> tuple[Tongue, ...]:
    """Every language of the folder, English first; raises KnowledgeError."""
    read_ = [_tongue(path) for path in sorted(folder.glob("*.yaml"))]
    english = {word for tongue in read_ if not tongue.marks for word in tongue.hours} | SHARED
    read_ = [replace(t, marks=t.marks | (_telling(t) - english)) if t.marks else t for t in read_]
    return tuple(sorted(read_, key=lambda t: t.code != "en"))


def _telling(tongue: Tongue) -> set[str]:
    """The words for hours and amounts that are long enough to be of this language alone."""
    words = {
        word for listed in (tongue.hours, tongue.units, tongue.wholes) for phrase in listed for word in phrase.split()
    }
    return {word for word in words if len(word) >= TELLING}


def _tongue(path: Path) -> Tongue:
    data = read(path)
    demand(path, data, NEEDED, REST)
    days = {word: _day(str(key)) for key, words in data["days"].items() for word in _folded(words)}
    parts = {word: _span(str(key)) for key, words in data["parts"].items() for word in _folded(words)}
    return Tongue(
        code=path.stem,
        marks=frozenset(_list(path, data, "marks")),
        hours={word: int(n) for word, n in _numbered(data, "hours").items()},
        minutes={word: int(n) for word, n in _numbered(data, "minutes").items()},
        suffix=folded(str(data.get("suffix", ""))),
        unit=_list(path, data, "unit"),
        forms={form: _list(path, data, form) for form in FORMS},
        follows=frozenset(_list(path, data, "follows")),
        parts=parts,
        days=days,
        sun={name: _list(path, data, name) for name in ("noon", "midnight", "lunch")},
        amounts=_numbered(data, "amounts"),
        units=_numbered(data, "units"),
        wholes=_numbered(data, "wholes"),
        ago=_list(path, data, "ago"),
        lasting=_list(path, data, "lasting"),
        worked=_list(path, data, "worked"),
        failed=_list(path, data, "failed"),
    )


def _list(path: Path, data: Located, key: str) -> tuple[str, ...]:
    words = data.get(key) or []
    if not all(isinstance(word, str) for word in words):
        raise KnowledgeError(f"{path}:{data.lines[key]}: '{key}' holds what is no word; quote it")
    return _folded(words)


def _folded(words: list[Any]) -> tuple[str, ...]:
    return tuple(_pattern(str(word)) for word in words)


def _pattern(text: str) -> str:
    """A pattern's own capitals mean something (`\\S`); nothing else has any."""
    return "".join(c if c.isascii() else folded(c) for c in text)


def _numbered(data: Located, key: str) -> dict[str, float]:
    return {word: float(number) for number, words in (data.get(key) or {}).items() for word in _folded(words)}


def _span(text: str) -> tuple[float, float]:
    first, _, last = text.partition("-")
    return float(first), float(last)


def _day(text: str) -> tuple[int, tuple[float, float] | None]:
    """`1 18-28`: yesterday evening."""
    back, _, span = text.partition(" ")
    return int(back), _span(span) if span else None
