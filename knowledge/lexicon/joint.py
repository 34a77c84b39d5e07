"""What terms mean together: a form and its slip are an anti-forgery token, what is shut until noon is locked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge.lexicon.terms import Term

SLIP_WITHIN, UNTIL_WITHIN = 8, 6
"""Words between a form and its slip, and between what is shut and until when."""
OWNERS = frozenset({"account", "record", "client"})
CODE = re.compile(r"(?<![\w./:@-])(?=\w*\d)(?=\w*[a-f])[0-9a-f]{2,16}(?![\w/:@-]|\.\w)")
"""What a log leaves of a secret value."""


def joined(terms: Sequence[Term]) -> list[Term]:
    """The terms of a clause with what some of them make together."""
    return [*(_lock(term, terms) for term in terms if not _names_owner(term, terms)), *_slips(terms)]


def _names_owner(term: Term, terms: Sequence[Term]) -> bool:
    """Whether an account only says whose the token beside it is: `all user tokens`, `the token of user u7`."""
    if term.role != "subject" or term.name not in OWNERS:
        return False
    heads = [t for t in terms if (t.role, t.name) == ("subject", "token")]
    before = {t.start for t in terms if t.role == "of_another" and t.end == term.start}
    return any(t.start == term.end or t.end in before for t in heads)


def _slips(terms: Sequence[Term]) -> Iterator[Term]:
    forms = [t for t in terms if t.role == "form"]
    for slip in (t for t in terms if t.role == "slip"):
        away = [max(slip.start - form.end, form.start - slip.end) for form in forms if form.speaks_with(slip)]
        if any(0 < words <= SLIP_WITHIN for words in away):
            yield Term("subject", "csrf", slip.start, slip.end, slip.tongue)


def _lock(term: Term, terms: Sequence[Term]) -> Term:
    """What is shut until some time, or after so many tries, is shut for those tries."""
    if (term.role, term.name) != ("state", "blocked"):
        return term
    beside = [t for t in terms if t.role in {"until", "tries"} and t.speaks_with(term)]
    locked = any(t.role == "tries" or abs(t.start - term.end) <= UNTIL_WITHIN for t in beside)
    return replace(term, name="locked_out") if locked else term


def two_codes(text: str) -> tuple[str, str] | None:
    """The two codes of a text that holds just two, as of the session that a form is of and the present one."""
    codes = list(dict.fromkeys(CODE.findall(text)))
    return (codes[0], codes[1]) if len(codes) == 2 and len(codes[0]) == len(codes[1]) else None
