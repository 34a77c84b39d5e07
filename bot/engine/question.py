"""The one question or test that would tell most: expected drop in entropy over its cost, as this program reckons."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.engine.score import Seen
from bot.model import TRUST, Candidate, NextStep
from knowledge.causes import KnownCause, causes
from knowledge.findings import findings
from knowledge.questions import Question

Weigh = Callable[[Sequence[Seen]], Mapping[str, float]]
"""How sure each cause is, `unknown` among them, by what is seen."""
LEAST = 0.005
"""The drop in nats for a unit of cost below which a question is not worth anybody's time."""


def best(candidates: Iterable[Question], seen: Sequence[Seen], weigh: Weigh) -> NextStep | None:
    """The question that tells most a unit of cost beyond what is seen; None when none tells anything."""
    present, absent = (frozenset(one.kind.id for one in seen if one.present is there) for there in (True, False))
    open_questions = [q for q in candidates if q.answers and q.open(present, absent)]
    now = weigh(seen)
    worth = {q.id: _gain(q, seen, now, weigh) / q.cost for q in open_questions}
    ranked = sorted(open_questions, key=lambda q: (-worth[q.id], q.id))
    return asked(ranked[0]) if ranked and worth[ranked[0].id] >= LEAST else None


def asked(question: Question, among: tuple[Candidate, ...] = ()) -> NextStep:
    """The question as it is put to somebody."""
    answers = tuple(text for text, _ in question.answers)
    return NextStep(
        kind=question.kind, text=question.text, why=question.why, answers=answers, id=question.id, among=among
    )


def entropy(probabilities: Iterable[float]) -> float:
    """Shannon's entropy in nats."""
    return -sum(p * math.log(p) for p in probabilities if p > 0)


def _gain(question: Question, seen: Sequence[Seen], now: Mapping[str, float], weigh: Weigh) -> float:
    """By how much the entropy drops on average, with each answer believed as far as answers are."""
    likelihoods = {name: _answers(question, causes().get(name)) for name in now}
    expected = 0.0
    for at in range(len(question.answers)):
        chance = sum(p * likelihoods[name][at] for name, p in now.items())
        expected += chance * entropy(weigh((*seen, *_told(question, at))).values())
    return entropy(now.values()) - expected


def _told(question: Question, at: int) -> tuple[Seen, ...]:
    """What an answer says: its own finding is there, those of the others are not."""
    own = question.answers[at][1]
    names = sorted({name for _, name in question.answers if name})
    return tuple(Seen(findings()[name], "answer", "", TRUST["answer"], name == own) for name in names)


def _answers(question: Question, cause: KnownCause | None) -> list[float]:
    """How likely each answer is when this is the cause."""
    evidence = cause.evidence if cause else {}
    chances = [evidence.get(f, findings()[f].background) if f else None for _, f in question.answers]
    rest = max(0.05, 1 - sum(c for c in chances if c is not None))
    filled = [rest if c is None else c for c in chances]
    return [c / sum(filled) for c in filled]
