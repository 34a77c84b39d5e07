"""How often the first answer was right, whether confidences mean what they say, and how long it took."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import fmean, median

from redis.asyncio import Redis

from bot.outcomes import ANSWERS, OUTCOMES, Answer, How, Outcome

DAYS = 30
EDGES = (0.0, 0.35, 0.6, 0.8, 0.95, 1.0)
"""Confidences between two of these go by one word (bot/wording.py), and are judged together."""
COMMONEST = 5
Z95 = 1.96


@dataclass(frozen=True, slots=True)
class Bin:
    """The confirmed first answers of one range of confidences."""

    low: float
    high: float
    answers: int
    right: int
    confidence: float
    """Their mean confidence."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took, in seconds."""

    cases: int
    median: float
    p90: float
    """Nine in ten took no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The cases of some time."""

    cases: int
    """That were answered."""
    named: int
    """Of those, whose first answer named a cause."""
    confirmed: int
    """Of those, of which it became known what it was."""
    right: int
    """Of those, where the first answer had said so."""
    ways: tuple[tuple[How, int], ...]
    """(how it became known, how often), the commonest first."""
    bins: tuple[Bin, ...]
    """Of the confirmed; without empty ones."""
    error: float | None
    """Expected calibration error (Naeini et al. 2015): how far confidences lie from the share that was right, on
    average; None without confirmed answers."""
    answer: Times | None
    """From the report to the first answer that named a cause."""
    fix: Times | None
    """From the report until it was seen or said to work."""
    causes: tuple[tuple[str, int], ...]
    """(cause id, cases): what it turned out to be, else what was answered first; the commonest first."""


@dataclass(frozen=True, slots=True)
class Stats:
    """The last thirty days, and everything that is kept."""

    month: Span
    all: Span


async def read(redis: Redis, team: str | None = None) -> Stats:
    """The statistics of a workspace; of all together where none is named."""
    answers, outcomes = await ANSWERS.all(redis), await OUTCOMES.all(redis)
    own = {name: answer for name, answer in answers.items() if team in {None, answer.team}}
    ends = {name: outcome for name, outcome in outcomes.items() if team in {None, outcome.team}}
    return Stats(span(own, ends, datetime.now(UTC) - timedelta(days=DAYS)), span(own, ends))


def span(answers: Mapping[str, Answer], outcomes: Mapping[str, Outcome], since: datetime | None = None) -> Span:
    """The statistics of the cases that were reported since then."""
    told = {name: answer for name, answer in answers.items() if since is None or answer.reported >= since}
    ends = {name: outcome for name, outcome in outcomes.items() if since is None or outcome.reported >= since}
    named = {name: answer for name, answer in told.items() if answer.cause}
    judged = [(named[name], end) for name, end in ends.items() if end.cause and name in named]
    bins = tuple(_bins(judged))
    causes = {name: answer.cause for name, answer in named.items()} | {n: end.cause for n, end in ends.items()}
    return Span(
        cases=len(told),
        named=len(named),
        confirmed=len(judged),
        right=sum(_right(*pair) for pair in judged),
        ways=tuple(Counter(end.how for _, end in judged).most_common()),
        bins=bins,
        error=_error(bins),
        answer=_times((answer.at - answer.reported).total_seconds() for answer in named.values()),
        fix=_times((end.at - end.reported).total_seconds() for end in ends.values() if end.how != "engineer"),
        causes=tuple(Counter(sorted(filter(None, causes.values()))).most_common(COMMONEST)),
    )


def interval(right: int, total: int) -> tuple[float, float]:
    """Between which shares the true one lies in 19 cases of 20 (Wilson 1927); `total` above 0."""
    share, z2 = right / total, Z95**2
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z95 / (1 + z2 / total) * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def _right(answer: Answer, outcome: Outcome) -> bool:
    return answer.cause == outcome.cause


def _bins(judged: Iterable[tuple[Answer, Outcome]]) -> Iterable[Bin]:
    pairs = list(judged)
    for low, high in pairwise(EDGES):
        inside = [p for p in pairs if low <= p[0].confidence < high or p[0].confidence == high == EDGES[-1]]
        if inside:
            right = sum(_right(*pair) for pair in inside)
            yield Bin(low, high, len(inside), right, fmean(answer.confidence for answer, _ in inside))


def _error(bins: tuple[Bin, ...]) -> float | None:
    total = sum(one.answers for one in bins)
    apart = (one.answers * abs(one.right / one.answers - one.confidence) for one in bins)
    return sum(apart) / total if total else None


def _times(seconds: Iterable[float]) -> Times | None:
    """None where nothing was timed. The ninth decile is one that occurred (nearest rank)."""
    ranked = sorted(seconds)
    if not ranked:
        return None
    return Times(len(ranked), median(ranked), ranked[math.ceil(0.9 * len(ranked)) - 1])
