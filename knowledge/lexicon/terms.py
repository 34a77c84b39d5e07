"""The vocabulary of refusal: which terms stand in a clause, by the words of `words.yaml`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.findings import findings
from knowledge.reading import Located, demand, read

FILE = Path(__file__).with_name("words.yaml")
ROLES = ("housekeeping", "let_in", "signed_requests", "of_another", "wanted", "got")
KEYS = frozenset({"subjects", "states", "means", "weak", "labels", *ROLES})
MEASURES = frozenset({"ms", "us", "s", "sec", "seconds", "bytes", "b", "kb", "mb", "requests", "lines", "records"})
ELSEWHERE = {"cookie_absent": "log.cookie_absent"}
_WORD = re.compile(r"[a-z0-9]+")
"""Letters and digits in one are mostly an id: the `dead` in `a1dead77` is no state."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OR = frozenset({"or", "oder", "o", "ou"})
_NOT = frozenset({"not", "no", "never", "nicht", "isn", "wasn", "without"})


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What `words.yaml` holds, as it is looked up."""

    subjects: Mapping[str, int]
    """Name -> rank; a lower one is more particular."""
    means: Mapping[tuple[str, str], str]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str, str], ...]]
    """First word, or its first three letters and `*` -> (words, role, name)."""
    labels: frozenset[str]
    weak: frozenset[str]


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the vocabulary where it stands in a clause."""

    role: str
    name: str
    start: int
    """The place of its first word."""
    end: int
    """The place behind its last word."""


def terms_in(clause: str) -> list[Term]:
    """The known terms of a clause, the longest first at each place; what is denied or fine is left out."""
    words = words_of(clause)
    terms: list[Term] = []
    taken: dict[str, int] = {}
    phrases = lexicon().phrases
    for at, word in enumerate(words):
        known = (*phrases.get(word, ()), *phrases.get(f"{word[:3]}*", ()))
        if not known:
            continue
        fitting = [
            (len(phrase), role, name) for phrase, role, name in known if _is(phrase, words[at : at + len(phrase)])
        ]
        longest = max((length for length, _, _ in fitting), default=0)
        for length, role, name in fitting:
            if length == longest and at >= taken.get(role, 0):
                if (role == "state" and _measures(words, at)) or (role == "let_in" and _denied(words, at)):
                    continue
                denied = role == "state" and _denied(words, at)
                terms.append(Term("denied" if denied else role, name, at, at + length))
        for role in {role for length, role, _ in fitting if length == longest}:
            taken[role] = max(taken.get(role, 0), at + longest)
    return _without_alternatives(words, terms)


def _is(phrase: Sequence[str], words: Sequence[str]) -> bool:
    return len(phrase) == len(words) and all(
        w.startswith(p[:-1]) if p.endswith("*") else w == p for p, w in zip(phrase, words, strict=True)
    )


def _measures(words: Sequence[str], at: int) -> bool:
    """Whether a number is a measure, as in `answered in 502 ms`, and not a status."""
    return words[at].isdigit() and at + 1 < len(words) and words[at + 1] in MEASURES


def _denied(words: Sequence[str], at: int) -> bool:
    """Whether the state is denied, as in `not expired`; a phrase that holds its own `not` is none of these."""
    before = words[max(0, at - 2) : at]
    return (bool(_NOT & set(before)) and words[at] not in _NOT) or (at > 0 and words[at - 1] == "0")


def _without_alternatives(words: Sequence[str], terms: list[Term]) -> list[Term]:
    """`invalid or expired` names no state: the writer did not know either."""
    states = [t for t in terms if t.role == "state"]
    for one in states:
        for other in states:
            between = words[one.end : other.start]
            if one.name != other.name and 0 < len(between) <= 3 and _OR & set(between):
                return [t for t in terms if t.role != "state"]
    return terms


def words_of(text: str) -> list[str]:
    """The words of a text, in small letters and without accents; names that programs write are taken apart."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text))
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)).lower())


@cache
def lexicon() -> Lexicon:
    """The vocabulary. Raises KnowledgeError."""
    data = read(FILE)
    demand(FILE, data, KEYS)
    means: dict[tuple[str, str], str] = {}
    for subject, states in data["means"].items():
        for state, said in states.items():
            finding = ELSEWHERE.get(said, f"says.{said}")
            if subject not in data["subjects"] or state not in data["states"] or finding not in findings():
                line = data["means"].lines[subject]
                raise KnowledgeError(f"{FILE}:{line}: '{subject}: {state}: {said}' names what is not declared")
            means[subject, state] = finding
    phrases: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for words, role, name in _entries(data):
        first = words[0]
        phrases.setdefault(f"{first[:3]}*" if first.endswith("*") else first, []).append((words, role, name))
    ranks = {name: rank for rank, name in enumerate(data["subjects"])}
    return Lexicon(
        ranks,
        means,
        {key: tuple(some) for key, some in phrases.items()},
        frozenset(data["labels"]),
        frozenset(f"says.{name}" for name in data["weak"]),
    )


def _entries(data: Located) -> Iterator[tuple[tuple[str, ...], str, str]]:
    for role, group in (("subject", data["subjects"]), ("state", data["states"])):
        for name, some in group.items():
            if strange := [phrase for phrase in some if not isinstance(phrase, str)]:
                raise KnowledgeError(
                    f"{FILE}:{group.lines[name]}: write {strange[0]!r} in quotes, YAML reads it otherwise"
                )
            yield from ((tuple(phrase.split()), role, name) for phrase in some)
    for role in ROLES:
        yield from ((tuple(phrase.split()), role, role) for phrase in data[role])
