"""What confirmed cases change: how often each cause is expected at a service, and how far all scores are believed.

Expected frequencies are a Dirichlet posterior's mean: the causes' own priors count as forty cases, each confirmed one
as one. A calibrated probability answers to changed frequencies by their ratio (Saerens, Latinne, Decaestecker 2002,
"Adjusting the Outputs of a Classifier to New a Priori Probabilities"). The temperature is one number for a deployment
(Guo, Pleiss, Sun, Weinberger 2017, "On Calibration of Modern Neural Networks"), by maximum likelihood.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.engine.score import Score
from bot.model import Evidence

PSEUDO_CASES = 40.0
"""How many confirmed cases the priors of knowledge/ are worth."""
ENOUGH = 30
"""Confirmed cases from which on a temperature is fitted."""
COLDEST, HOTTEST = 0.5, 3.0
FLOOR = 0.001
"""The confidence of a cause that an answer gave less than this."""
FINDING = "history.confirmed_before"
_STEPS = 20
_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, slots=True)
class Learned:
    """What is known from confirmed cases; as it is made without arguments it changes nothing."""

    seen: Mapping[str, int] = field(default_factory=dict)
    """How many confirmed cases of the service had which cause."""
    temperature: float = 1.0
    """What divides all scores besides the engine's own temperature."""


@dataclass(frozen=True, slots=True)
class Told:
    """The confidences of one answer, and what turned out to be true."""

    confidences: tuple[tuple[str, float], ...]
    """(cause id, confidence) of every cause with `FLOOR` or more, `unknown` among them."""
    temperature: float
    """The one in force when it was told."""
    true: str


def priors(base: Mapping[str, float], seen: Mapping[str, int]) -> dict[str, float]:
    """The relative weights of the causes after these confirmed cases, with the sum of `base`; equal to it without."""
    counts = {name: seen.get(name, 0) for name in base}
    total, whole = sum(counts.values()), sum(base.values())
    if not total:
        return dict(base)
    known = PSEUDO_CASES + total
    return {name: (PSEUDO_CASES * base[name] + whole * counts[name]) / known for name in base}


def expecting(scores: Sequence[Score], learned: Learned, temperature: float) -> tuple[Score, ...]:
    """The scores as changed by what was confirmed at the service, best first.

    The ratio of frequencies is multiplied by the temperature that will divide it again: unlike evidence, counted
    cases need no correction for what they have in common.
    """
    base = {scored.cause.id: scored.cause.prior for scored in scores}
    now = priors(base, learned.seen)
    total = sum(learned.seen.get(name, 0) for name in base)
    if not total:
        return tuple(scores)
    shifted = [
        _shifted(scored, temperature * math.log(now[scored.cause.id] / scored.cause.prior), learned.seen, total)
        for scored in scores
    ]
    return tuple(sorted(shifted, key=lambda s: (-s.score, s.cause.id)))


def _shifted(scored: Score, weight: float, seen: Mapping[str, int], total: int) -> Score:
    """The shift is shown as evidence where the cause was seen; that others were seen instead is no sign of its own."""
    times = seen.get(scored.cause.id, 0)
    evidence = scored.evidence
    if times:
        often = "once" if times == 1 else f"{times} times"
        text = f"Seen {often} at this service, of {total} confirmed case{'' if total == 1 else 's'}"
        evidence = (*evidence, Evidence(finding=FINDING, source="history", text=text, weight=weight))
    ranked = sorted(evidence, key=lambda item: (-abs(item.weight), item.finding))
    return replace(scored, score=scored.score + weight, evidence=tuple(ranked))


def fitted(told: Sequence[Told]) -> float:
    """The temperature under which these answers were likeliest; 1 as long as there are too few to say.

    The likelihood is concave in the temperature's inverse, so that a golden-section search finds its one maximum.
    """
    if len(told) < ENOUGH:
        return 1.0
    low, high = 1 / HOTTEST, 1 / COLDEST
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = likelihood(told, 1 / left), likelihood(told, 1 / right)
    for _ in range(_STEPS):
        if at_left < at_right:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = likelihood(told, 1 / right)
        else:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = likelihood(told, 1 / left)
    return 2 / (low + high)


def likelihood(told: Sequence[Told], temperature: float) -> float:
    """The logarithm of how likely the truth was, had the answers been told with this temperature."""
    return sum(_log_likelihood(one, one.temperature / temperature) for one in told)


def _log_likelihood(told: Told, power: float) -> float:
    shares = dict(told.confidences)
    shares.setdefault(told.true, FLOOR)
    powered = {name: power * math.log(max(share, FLOOR)) for name, share in shares.items()}
    top = max(powered.values())
    return powered[told.true] - top - math.log(sum(math.exp(value - top) for value in powered.values()))
