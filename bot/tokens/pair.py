"""Two tokens of one report, of which one is let in and the other is not: what parts them is what it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from bot.model import Report, TokenFacts
from bot.rotation import TOKEN

MARK = f"‹{TOKEN}›"
REACH = 160
"""Characters before a token, within its paragraph, in which is said how it fared."""
REFUSED = re.compile(
    r"(?i)(?<![\w.])40[13](?![\w.])|\bfail|\brefus|\breject|\bbroken|\bbad\b|\bwrong"
    r"|(?:\bnot|n['’]t|\b(?:does|is|did|do|wo|ca)nt|\bnever|\bno longer) (?:\w+ )?(?:work|accept|ok|fine|good|valid)"
    r"|\bgeht nicht|\bfunktioniert nicht|\bne marche pas|\bno funciona|\bnão funciona|\bnon funziona|\bwerkt niet"
)
ACCEPTED = re.compile(
    r"(?i)(?<![\w.])20[014](?![\w.])|\bworks?\b|\bworking|\baccepted|\bfine\b|\bok(?:ay)?\b|\bgood\b|\bvalid one"
    r"|\bgeht\b|\bfunktioniert|\bmarche|\bfunciona|\bfunziona|\bwerkt"
)
Of = Callable[[TokenFacts], object]
PARTS: tuple[tuple[str, str, Of], ...] = (
    ("issuer", "issuer", lambda token: token.iss),
    ("audience", "audience", lambda token: token.aud),
    ("algorithm", "algorithm", lambda token: token.alg),
    ("key", "key id", lambda token: token.kid),
)


Pair = tuple[TokenFacts, TokenFacts]
"""One that is accepted and one that is refused."""


def pair(report: Report) -> Pair | None:
    """Two tokens of which the report tells how each fared."""
    return _by_words(report) or _by_answers(report)


def parted(accepted: TokenFacts, refused: TokenFacts) -> Iterator[tuple[str, str]]:
    """(finding, sentence) of what the refused token has otherwise than the accepted one."""
    for part, name, of in PARTS:
        if of(accepted) and of(accepted) != of(refused):
            yield (
                f"token.pair_{part}",
                f"The token that works has the {name} {_told(of(accepted))}, "
                + (f"the refused one {_told(of(refused))}" if of(refused) else "the refused one none"),
            )
            return
    if missing := set(accepted.scopes) - set(refused.scopes):
        yield "token.pair_scope", f"The token that works has the scope {min(missing)}, the refused one lacks it"


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _by_words(report: Report) -> Pair | None:
    """By what stands before each of two tokens in the text."""
    tokens = list(dict.fromkeys(p.token for p in report.presented if p.token is not None))
    places = [match.start() for match in re.finditer(re.escape(MARK), report.text)]
    if len(tokens) != 2 or len(places) != 2:
        return None
    fared = [_fared(report.text[max(0, at - REACH) : at]) for at in places]
    if fared == [True, False]:
        return tokens[0], tokens[1]
    return (tokens[1], tokens[0]) if fared == [False, True] else None


def _fared(before: str) -> bool | None:
    """Whether the last words before a token call it accepted or refused; None where they tell neither."""
    words = before.rpartition("\n\n")[2].rpartition(MARK)[2]
    if REFUSED.search(words):
        return False
    return True if ACCEPTED.search(words) else None


def _by_answers(report: Report) -> Pair | None:
    """By the answers of recorded requests to one address."""
    refused = _sent(report, lambda status: status == 401)
    accepted = _sent(report, lambda status: 200 <= status < 300)
    if len(refused) == len(accepted) == 1 and refused != accepted:
        return accepted[0], refused[0]
    return None


def _sent(report: Report, answered: Callable[[int], bool]) -> Sequence[TokenFacts]:
    chosen = [e for e in report.exchanges if e.status is not None and answered(e.status)]
    return list(dict.fromkeys(p.token for e in chosen for p in e.presented if p.token is not None))
