"""The known terms of a clause: what is wrong, how, and what stands beside that changes its meaning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from knowledge.lexicon.words import Phrase, beginning, words_of

MEASURES = frozenset({"ms", "us", "s", "sec", "seconds", "bytes", "b", "kb", "mb", "requests", "lines", "records"})
DENIED_WITHIN, DENIED_BEHIND = 2, 3
"""How many words a denial may stand before what it denies, and how many behind it."""
_OR = frozenset({"or", "oder", "o", "ou"})


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the vocabulary where it stands in a clause."""

    role: str
    name: str
    start: int
    """The place of its first word."""
    end: int
    """The place behind its last word."""
    tongue: str = ""
    """Its language, empty where it is understood in any."""

    def speaks_with(self, other: Term) -> bool:
        """Whether both may stand in one sentence: `pas` is a card in Dutch and a denial in French."""
        return not self.tongue or not other.tongue or self.tongue == other.tongue


@lru_cache(maxsize=4_096)
def terms_in(clause: str) -> tuple[Term, ...]:
    """The known terms of a clause, the longest first at each place; what is denied or fine is left out."""
    words = words_of(clause)
    found = list(_found(words))
    terms = [term for one in found if (term := _judged(one, found, words)) is not None]
    return tuple(_without_alternatives(words, terms))


def _found(words: Sequence[str]) -> Iterator[Term]:
    taken: dict[str, int] = {}
    for at, word in enumerate(words):
        if not (known := beginning(word)):
            continue
        fitting = [p for p in known if p.stands(list(words[at : at + len(p.words)]))]
        longest = max((len(p.words) for p in fitting), default=0)
        chosen = [p for p in fitting if len(p.words) == longest]
        for phrase in chosen:
            if at >= taken.get(phrase.role, 0):
                yield _term(phrase, at)
        for role in {phrase.role for phrase in chosen}:
            taken[role] = max(taken.get(role, 0), at + longest)


def _term(phrase: Phrase, at: int) -> Term:
    return Term(phrase.role, phrase.name, at, at + len(phrase.words), phrase.tongue)


def _judged(term: Term, found: Sequence[Term], words: Sequence[str]) -> Term | None:
    """A term as it counts: a denied state is none, and what is good becomes a state by being denied."""
    if term.role not in {"state", "good", "let_in"}:
        return term
    denied = _denied(term, found, words)
    if term.role == "good":
        return replace(term, role="state") if denied else None
    if term.role == "let_in":
        return None if denied else term
    if _measures(words, term.start):
        return None
    return replace(term, role="denied") if denied else term


def _measures(words: Sequence[str], at: int) -> bool:
    """Whether a number is a measure, as in `answered in 502 ms`, and not a status."""
    return words[at].isdigit() and at + 1 < len(words) and words[at + 1] in MEASURES


def _denied(term: Term, found: Sequence[Term], words: Sequence[str]) -> bool:
    """Whether a term is denied, as in `not expired`; a phrase that holds its own `not` is none of these."""
    if term.start > 0 and words[term.start - 1] == "0":
        return True
    denials = [d for d in found if d.role in {"denials", "denials_behind"} and d.speaks_with(term)]
    if any(term.start <= d.start < term.end for d in denials):
        return False
    before = any(d.role == "denials" and 0 <= term.start - d.end < DENIED_WITHIN for d in denials)
    # `stimmt nicht` denies what is good; `abgelaufen, nicht verlängert` does not take back that it has ended
    behind = any(d.role == "denials_behind" and 0 <= d.start - term.end < DENIED_BEHIND for d in denials)
    return before or (behind and term.role != "state")


def _without_alternatives(words: Sequence[str], terms: list[Term]) -> list[Term]:
    """`invalid or expired` names no state: the writer did not know either."""
    states = [t for t in terms if t.role == "state"]
    for one in states:
        for other in states:
            between = words[one.end : other.start]
            if one.name != other.name and 0 < len(between) <= 3 and _OR & set(between):
                return [t for t in terms if t.role != "state"]
    return terms
