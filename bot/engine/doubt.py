"""How sure an answer is, given that its evidence may be of another request than the failing one.

Lines that were found may be another caller's; what the service answers now, or how a pasted request looks, may not be
what was refused then. That is no matter of how much such evidence weighs if it is the failing request's, so that no
weight can make up for it: an answer that rests on it is no surer than that it is, one that stands without it is.
(Jeffrey 1965, The Logic of Decision: conditioning on evidence that is itself uncertain.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.engine.learned import Learned, expecting
from bot.engine.score import CAP, SLIGHT, UNKNOWN, Score, Seen, confidences, score, temperature
from bot.model import Evidence
from knowledge.causes import causes

EVERYBODYS = frozenset(
    {"log.everyone_refused_since", "log.restart_before", "log.alternates", "log.process_dependent", "log.only_success"}
    | {"log.no_line", "log.start_emptied", "says.idp_unreachable", "says.credential_store_missing"}
    | {"says.configuration_fault"}
)
"""What logs tell of the service rather than of one request."""
ASIDE = 0.78
"""How likely an answer is right that is led by what is seen of another request than the refused one. Of 26 that were
given with 0.8 or more all 20 were right on cases that the weights were fitted on, and two of six on others."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The causes by their scores, the best first, and their confidences with that of `unknown`."""

    scores: tuple[Score, ...]
    confidence: Mapping[str, float]


def weighed(seen: Sequence[Seen], learned: Learned) -> Weighed:
    """What this evidence says if all of it is so."""
    scores = sorted((score(c, seen) for c in causes().values()), key=lambda s: (-s.score, s.cause.id))
    own = temperature(scores[0])
    scores = list(expecting(scores, learned, own))
    return Weighed(tuple(scores), confidences({s.cause.id: s.score for s in scores}, own * learned.temperature))


def doubted(seen: Sequence[Seen], learned: Learned, tied: float) -> Weighed:
    """The same with what may not be so: `tied` is how likely the lines are of the reporter's own request.

    Doubt makes nothing surer than all of the evidence did: what it takes away goes to `unknown`.
    """
    whole = weighed(seen, learned)
    return _aside(whole if tied >= 1 else _untied(whole, seen, learned, tied), seen, learned)


def _untied(whole: Weighed, seen: Sequence[Seen], learned: Learned, tied: float) -> Weighed:
    rest = weighed([s for s in seen if s.source != "log" or s.kind.id in EVERYBODYS], learned).confidence
    confidence = {n: tied * p + (1 - tied) * min(p, rest[n]) for n, p in whole.confidence.items()}
    confidence[UNKNOWN] += 1 - sum(confidence.values())
    ranked = sorted(whole.scores, key=lambda s: (-confidence[s.cause.id], -s.score, s.cause.id))
    return Weighed(tuple(ranked), confidence)


def _aside(answer: Weighed, seen: Sequence[Seen], learned: Learned) -> Weighed:
    """The same where what leads may not be of the refused request; the order stays."""
    best, *others = (s.cause.id for s in answer.scores)
    speaking = [e for e in answer.scores[0].evidence if e.weight > SLIGHT]
    lead = speaking[0] if speaking else None
    if lead is None or not _of_another(lead) or any(e.source == "log" for e in speaking):
        return answer
    group = next(s.kind.group for s in seen if s.kind.id == lead.finding)
    rest = weighed([s for s in seen if s.kind.group != group], learned).confidence
    whole = answer.confidence
    doubtful = ASIDE * whole[best] + (1 - ASIDE) * min(whole[best], rest[best])
    share = max(doubtful, *(whole[name] for name in others))
    return Weighed(answer.scores, {**whole, best: share, UNKNOWN: whole[UNKNOWN] + whole[best] - share})


def _of_another(lead: Evidence) -> bool:
    """What the endpoint answers now, or what is inferred from a pasted request and settles nothing by itself."""
    inferred = lead.finding.startswith("request.") and lead.source != "log" and lead.weight <= CAP
    return lead.source == "probe" or inferred
