"""What a line wants beside what there is of the same kind: levels (`needs level 2, session has 1`) and rights
(`has read, the route wants write`). Which side a value is on says a word before it, in any language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from knowledge.lexicon.terms import Term, terms_in

NUMBER = re.compile(r"(?<![\w.:/+-])\d(?![\w:/%-]|[.,]\d)")
GLUED = re.compile(
    r"(?i)\b(aal|ial|loa|acr|level|lvl|niveau|stufe|nivel|livello|niva|poziom|uroven|taso|seviye)_?(\d)\b"
)
"""`aal2`: a level with its number in one word."""
WORD = re.compile(r"[^\W\d_]{2,30}")
REACH = 60
"""Characters before a value in which stands which side it is on."""
MOST = 16
"""Values of one line that are held against each other: who lists more compares none, and each one takes its time."""
OF_RIGHTS = frozenset({"scope", "account", "record", "claim"})
OF_SIGN_IN = frozenset({"session", "mfa", "credential", "password", "login_pair", "token"})


@dataclass(frozen=True, slots=True)
class _Side:
    value: str
    wanted: bool
    got: bool
    of_levels: bool
    end: int


def told(text: str) -> Iterator[tuple[str, str, str]]:
    """A level that is too low, or a right that is wanted where there is another one."""
    text = GLUED.sub(r"\1 \2", text)
    for had, wanted in _opposed(_sides(text, list(islice(NUMBER.finditer(text), MOST)))):
        if (had.of_levels or wanted.of_levels) and int(had.value) < int(wanted.value):
            yield _of(text), "insufficient", f"level {had.value}, {wanted.value} is wanted"
            return
    if not any(t.role == "right" for t in terms_in(text)):
        return
    named = (word for word in WORD.finditer(text) if any(t.role == "right" for t in terms_in(word[0])))
    rights = list(islice(named, MOST))
    for had, wanted in _opposed(_sides(text, rights)):
        if had.got and had.value.lower() != wanted.value.lower():
            yield "scope", "insufficient", f"{had.value}, {wanted.value} is wanted"
            return


def _opposed(sides: Sequence[_Side]) -> Iterator[tuple[_Side, _Side]]:
    """Of two values next to each other the one that there is and the one that is wanted."""
    for one, other in pairwise(sides):
        if one.wanted != other.wanted:
            yield (other, one) if one.wanted else (one, other)


def _sides(text: str, values: Sequence[re.Match[str]]) -> list[_Side]:
    sides: list[_Side] = []
    for value in values:
        start = max(sides[-1].end if sides else 0, value.start() - REACH)
        before = text[start : value.start()].rpartition("\n")[2]
        terms = terms_in(before)
        wanted = any(t.role == "wanted" for t in terms)
        got = not wanted and any(t.role == "got" for t in terms)
        sides.append(_Side(value[0], wanted, got, _level_last(terms), value.end()))
    return sides


def _level_last(terms: Sequence[Term]) -> bool:
    return any(t.role == "level" for t in terms)


def _of(text: str) -> str:
    """What a level is of: a sign-in is weak, a person has few rights."""
    named = {t.name for t in terms_in(text) if t.role == "subject"}
    return "scope" if named & OF_RIGHTS and not named & OF_SIGN_IN else "mfa"
