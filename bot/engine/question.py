"""The one question or test that would tell most: expected drop in entropy over its cost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from bot.model import Candidate, NextStep
from knowledge.causes import KnownCause
from knowledge.findings import FindingKind
from knowledge.questions import Question


def best(
    candidates: Iterable[Question],
    confidences: Mapping[str, float],
    causes: Mapping[str, KnownCause],
    kinds: Mapping[str, FindingKind],
    known: frozenset[str],
) -> NextStep | None:
    """The question that tells most a unit of cost; None when none tells anything. `known`: findings already settled."""
    open_questions = [q for q in candidates if q.answers and not known & {f for _, f in q.answers if f}]
    ranked = sorted(open_questions, key=lambda q: (-_gain(q, confidences, causes, kinds) / q.cost, q.id))
    if not ranked or _gain(ranked[0], confidences, causes, kinds) < 0.02:
        return None
    return asked(ranked[0])


def asked(question: Question, among: tuple[Candidate, ...] = ()) -> NextStep:
    """The question as it is put to somebody."""
    answers = tuple(text for text, _ in question.answers)
    return NextStep(
        kind=question.kind, text=question.text, why=question.why, answers=answers, id=question.id, among=among
    )


def entropy(probabilities: Iterable[float]) -> float:
    """Shannon's entropy in nats."""
    return -sum(p * math.log(p) for p in probabilities if p > 0)


def _gain(
    question: Question,
    confidences: Mapping[str, float],
    causes: Mapping[str, KnownCause],
    kinds: Mapping[str, FindingKind],
) -> float:
    expected = 0.0
    likelihoods = {name: _answers(question, causes.get(name), kinds) for name in confidences}
    for index in range(len(question.answers)):
        joint = [p * likelihoods[name][index] for name, p in confidences.items()]
        chance = sum(joint)
        if chance > 0:
            expected += chance * entropy(p / chance for p in joint)
    return entropy(confidences.values()) - expected


def _answers(question: Question, cause: KnownCause | None, kinds: Mapping[str, FindingKind]) -> list[float]:
    """How likely each answer is when this is the cause."""
    evidence = cause.evidence if cause else {}
    chances = [evidence.get(f, kinds[f].background) if f else None for _, f in question.answers]
    rest = max(0.05, 1 - sum(c for c in chances if c is not None))
    filled = [rest if c is None else c for c in chances]
    return [c / sum(filled) for c in filled]
