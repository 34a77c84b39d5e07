"""What the wording of a report and of its log lines adds to an answer, where it reads like refusals of some cause."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from bot.engine.score import CARRIED, SLIGHT, Score
from bot.model import Entry, Evidence, Report
from knowledge.causes import causes
from knowledge.likeness import Likeness, likeness, words

FINDING = "history.reads_like"
BELIEVED = 1.0
"""The power of what words say. More would be better for refusals that the rules misread, and worse for the others."""
LEAST = 0.001
"""Added to each share, as words are never sure."""
LEFT = 0.001
"""The confidence that words may still raise: what evidence leaves less is as good as ruled out."""
NAMED, COMMON = 4, 8
"""How many words are named, and on how many causes' pages one may stand that is worth it."""
CHARACTERS, LINES = 8_000, 40
"""How much is read of the report, of its files, and of the log lines."""


@dataclass(frozen=True, slots=True)
class Read:
    """What the words read like, with the log lines and without, as these may be of another request."""

    whole: Likeness
    own: Likeness


def reads_like(report: Report, lines: Sequence[Entry]) -> Read:
    """What the report with its files reads like, with the request's log lines and without."""
    own = likeness(text(report, ()))
    return Read(likeness(text(report, lines)) if lines else own, own)


def text(report: Report, lines: Sequence[Entry]) -> str:
    """What is read: the report, its files and the request's log lines."""
    logged = "\n".join(entry.text for entry in lines[:LINES])
    return "\n".join(part[:CHARACTERS] for part in (*report.parts, logged))


def alike(confidence: Mapping[str, float], like: Likeness) -> dict[str, float]:
    """The confidences with what the words say; what is `unknown` gains nothing by them."""
    raised = {n: max(p, LEFT) * math.exp(_ratio(n, like)) for n, p in confidence.items()}
    total = sum(raised.values())
    return {name: value / total for name, value in raised.items()}


def shown(scored: Score, like: Likeness) -> Score:
    """With the words as evidence where they speak for the cause."""
    weight = CARRIED * _ratio(scored.cause.id, like)
    if weight <= SLIGHT:
        return scored
    page = _pages()[scored.cause.id]
    telling = [f"“{word}”" for word in like.telling(scored.cause.id) if word in page][:NAMED]
    text = (
        f"Words like {', '.join(telling)} are those of such refusals" if telling else "It is worded like such refusals"
    )
    told = Evidence(finding=FINDING, source="history", text=text, weight=weight)
    return replace(scored, evidence=tuple(sorted((*scored.evidence, told), key=lambda e: (-abs(e.weight), e.finding))))


@cache
def _pages() -> Mapping[str, frozenset[str]]:
    """The words of each cause's own page that not many share: any others may be somebody's name, and are not shown."""
    pages = {c.id: words(" ".join((c.title, c.means, c.why, c.example, *c.sure))) for c in causes().values()}
    shared = Counter(word for page in pages.values() for word in page)
    return {name: frozenset(word for word in page if shared[word] <= COMMON) for name, page in pages.items()}


def _ratio(name: str, like: Likeness) -> float:
    """By how much the words change the odds of a cause, as a logarithm."""
    return BELIEVED * math.log((like.shares[name] + LEAST) * len(like.shares)) if name in like.shares else 0.0
