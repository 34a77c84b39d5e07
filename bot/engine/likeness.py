"""What the wording of a report and of its log lines adds to an answer, where it reads like refusals of some cause.

Together with what was found: rules say what a finding means where it is the refused request's own, this what it was
worth in accounts and cases that no rule was made for.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from bot.engine.score import CARRIED, SLIGHT, Score
from bot.model import Entry, Evidence, Report
from knowledge.causes import causes
from knowledge.likeness import Likeness, Wording, wording, words

FINDING = "history.reads_like"
EVIDENCE = 0.3
"""The power of what rules say of the evidence, beside that of what was learned where there are words enough. Rules were
made where the right answer was known: on software that nobody prepared for they are right far less often than they
claim. Fitted on 590 cases that neither was made for."""
LEAST = 0.001
"""Added to each share, as words are never sure."""
LEFT = 0.001
"""Added to each confidence, which words may still raise: what evidence leaves less is as good as ruled out."""
NAMED, COMMON = 4, 8
"""How many words are named, and on how many causes' pages one may stand that is worth it."""
CHARACTERS, LINES = 8_000, 40
"""How much is read of the report, of its files, and of the log lines."""


@dataclass(frozen=True, slots=True)
class Read:
    """What the words are, with the log lines and without, as these may be of another request."""

    whole: Wording
    own: Wording


def reads_like(report: Report, lines: Sequence[Entry], beside: Sequence[str]) -> Read:
    """The words of the report with its files, with the request's log lines and those beside them, and without."""
    own = wording(text(report))
    return Read(wording(text(report, lines, beside)) if lines or beside else own, own)


def text(report: Report, lines: Sequence[Entry] = (), beside: Sequence[str] = ()) -> str:
    """What is read: the report, its files and the request's log lines, and what the logs say beside them."""
    logged = "\n".join(entry.text for entry in lines[:LINES])
    return "\n".join(part[:CHARACTERS] for part in (*report.parts, logged, "\n".join(beside)))


def pooled(confidence: Mapping[str, float], like: Likeness) -> dict[str, float]:
    """The confidences by evidence and what the words say as one; what is `unknown` gains nothing by words.

    A logarithmic pool (Genest, Zidek 1986, "Combining Probability Distributions"): both have to agree for an answer
    to be sure, and where they do not it is not.
    """
    believed = 1 - like.power * (1 - EVIDENCE)
    raised = {n: (p + LEFT) ** believed * math.exp(_ratio(n, like)) for n, p in confidence.items()}
    total = sum(raised.values())
    return {name: value / total for name, value in raised.items()}


def shown(scored: Score, read: Wording) -> Score:
    """With the words as evidence where they speak for the cause."""
    weight = CARRIED / EVIDENCE * _ratio(scored.cause.id, read.likeness())
    if weight <= SLIGHT:
        return scored
    page = _pages()[scored.cause.id]
    telling = [f"“{word}”" for word in read.telling(scored.cause.id) if word in page][:NAMED]
    text = (
        f"Words like {', '.join(telling)} are those of such refusals" if telling else "It is worded like such refusals"
    )
    told = Evidence(finding=FINDING, source="history", text=text, weight=weight)
    return replace(scored, evidence=tuple(sorted((*scored.evidence, told), key=lambda e: (-abs(e.weight), e.finding))))


@cache
def _pages() -> Mapping[str, frozenset[str]]:
    """The words of each cause's own page that not many share; any others, examples too, may be somebody's name."""
    pages = {c.id: set(words(" ".join((c.title, c.means, c.why, *c.sure)))) for c in causes().values()}
    shared = Counter(word for page in pages.values() for word in page)
    return {name: frozenset(word for word in page if shared[word] <= COMMON) for name, page in pages.items()}


def _ratio(name: str, like: Likeness) -> float:
    """By how much the words change the odds of a cause, as a logarithm."""
    return like.power * math.log((like.shares[name] + LEAST) * len(like.shares)) if name in like.shares else 0.0
