"""The words of refusal as they are looked up: `words.yaml`, and `tongues/` with a file for each further language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.findings import findings
from knowledge.plain import plain
from knowledge.reading import Located, demand, read

FILE = Path(__file__).with_name("words.yaml")
TONGUES = Path(__file__).with_name("tongues")
ROLES = (
    *("housekeeping", "let_in", "signed_requests", "verifying", "of_another", "wanted", "got"),
    *("denials", "denials_behind", "until", "tries", "resting", "limits", "form", "slip"),
    *("trial", "real", "here", "house", "begins"),
    *("ends_at", "until_behind", "issued_at", "now", "level", "right", "we_have"),
)
NAMED = {"subjects": "subject", "states": "state", "goods": "good"}
"""Keys whose words stand under the name of what they are -> the role of these words."""
KEYS = frozenset({"means", "alone", "weak", "labels", "numbers", "units", *NAMED, *ROLES})
TONGUE_KEYS = frozenset({"labels", "numbers", "units", *NAMED, *ROLES})
INVALID, REFUSED = "invalid", "refused"
"""That something is wrong with a subject, and no more than that it was not taken, which means as much."""
ELSEWHERE = {"cookie_absent": "log.cookie_absent"}
_WORD = re.compile(r"[^\W_]+")
"""Letters and digits in one are mostly an id: the `dead` in `a1dead77` is no state."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNDIVIDED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
"""Kana and ideographs: their words stand without spaces between them."""
_STROKES = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ß": "ss", "’": "'"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """Some words in a row and what they are."""

    words: tuple[str, ...]
    """`x*` is a beginning, `*x` an end, `*x*` what stands anywhere in a word."""
    role: str
    name: str
    tongue: str
    """The language's code, empty where it is English or understood in any."""

    def begins(self, word: str) -> bool:
        """Whether its first word is this one."""
        return _fits(self.words[0], word)

    def stands(self, words: list[str]) -> bool:
        """Whether it is just these words."""
        return len(words) == len(self.words) and all(map(_fits, self.words, words))


def _fits(pattern: str, word: str) -> bool:
    stem = pattern.strip("*")
    if pattern == stem:
        return word == stem
    if pattern.endswith("*"):
        return stem in word if pattern.startswith("*") else word.startswith(stem)
    return word.endswith(stem)


@dataclass(frozen=True)
class Vocabulary:
    """What the files hold."""

    subjects: Mapping[str, int]
    """Name -> rank; a lower one is more particular."""
    means: Mapping[tuple[str, str], str]
    alone: Mapping[str, str]
    """State -> finding, where nothing is named that is in it."""
    phrases: tuple[Phrase, ...]
    labels: frozenset[str]
    weak: frozenset[str]
    numbers: Mapping[str, str]
    """`nine` -> `9`."""
    units: Mapping[str, str]
    """`minuten` -> `m`."""

    @cached_property
    def _by_first(self) -> tuple[Mapping[str, tuple[Phrase, ...]], tuple[Phrase, ...]]:
        known: dict[str, list[Phrase]] = {}
        for phrase in self.phrases:
            first = phrase.words[0]
            key = "*" if first[0] == "*" else f"{first[:3]}*" if first.endswith("*") else first
            known.setdefault(key, []).append(phrase)
        anywhere = tuple(known.pop("*", ()))
        return {key: tuple(some) for key, some in known.items()}, anywhere

    def beginning(self, word: str) -> tuple[Phrase, ...]:
        """The phrases that may begin with a word."""
        by_first, anywhere = self._by_first
        near = (
            *by_first.get(word, ()),
            *by_first.get(f"{word[:3]}*", ()),
            *by_first.get(f"{word[:2]}*", ()),
            *anywhere,
        )
        return tuple(phrase for phrase in dict.fromkeys(near) if phrase.begins(word))

    @cached_property
    def undivided(self) -> re.Pattern[str]:
        """The words that stand without spaces, the longest first."""
        some = {word.strip("*") for p in self.phrases for word in p.words if _UNDIVIDED.search(word)}
        return re.compile("|".join(sorted(map(re.escape, some), key=len, reverse=True)) or "(?!)")


@lru_cache(maxsize=16_384)
def beginning(word: str) -> tuple[Phrase, ...]:
    """The phrases that begin with a word; logs have few words, again and again."""
    return vocabulary().beginning(word)


def words_of(text: str) -> list[str]:
    """The words of a text, in small letters and without accents; names that programs write are taken apart."""
    bare = _plain(_CAMEL.sub(" ", text))
    if _UNDIVIDED.search(bare):
        bare = vocabulary().undivided.sub(r" \g<0> ", bare)
    return _WORD.findall(bare)


def _plain(text: str) -> str:
    return plain(text).translate(_STROKES)


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary. Raises KnowledgeError."""
    data = read(FILE)
    demand(FILE, data, KEYS)
    tongues = {path: read(path) for path in sorted(TONGUES.glob("*.yaml"))}
    for path, some in tongues.items():
        demand(path, some, frozenset(), TONGUE_KEYS)
        for group in NAMED:
            for name in some.get(group, ()):
                if name not in data[group]:
                    raise KnowledgeError(
                        f"{path}:{some[group].lines[name]}: '{name}' is not among the {group} of words.yaml"
                    )
    files = {FILE: data, **tongues}
    return Vocabulary(
        subjects={name: rank for rank, name in enumerate(data["subjects"])},
        means=_means(data),
        alone={state: f"says.{said}" for state, said in data["alone"].items()},
        phrases=tuple(p for path, some in files.items() for p in _phrases(path, some)),
        labels=frozenset(_plain(word) for some in files.values() for word in some.get("labels", ())),
        weak=frozenset(f"says.{name}" for name in data["weak"]),
        numbers={_plain(w): str(n) for some in files.values() for w, n in some.get("numbers", {}).items()},
        units={_plain(w): u for some in files.values() for u, ws in some.get("units", {}).items() for w in ws},
    )


def _means(data: Located) -> dict[tuple[str, str], str]:
    means: dict[tuple[str, str], str] = {}
    for subject, states in data["means"].items():
        for state, said in states.items():
            finding = ELSEWHERE.get(said, f"says.{said}")
            if subject not in data["subjects"] or state not in data["states"] or finding not in findings():
                line = data["means"].lines[subject]
                raise KnowledgeError(f"{FILE}:{line}: '{subject}: {state}: {said}' names what is not declared")
            means[subject, state] = finding
    return {(subject, REFUSED): said for (subject, state), said in means.items() if state == INVALID} | means


def _phrases(path: Path, data: Located) -> Iterator[Phrase]:
    tongue = "" if path == FILE else path.stem
    for key, role in NAMED.items():
        for name, some in data.get(key, Located()).items():
            yield from (Phrase(_split(path, data[key].lines[name], phrase), role, name, tongue) for phrase in some)
    for role in ROLES:
        yield from (Phrase(_split(path, data.lines[role], phrase), role, role, tongue) for phrase in data.get(role, ()))


def _split(path: Path, line: int, phrase: object) -> tuple[str, ...]:
    if not isinstance(phrase, str):
        raise KnowledgeError(f"{path}:{line}: write {phrase!r} in quotes, YAML reads it otherwise")
    return tuple(_plain(phrase).replace("'", " ").split())
