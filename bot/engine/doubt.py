"""How sure an answer is, given that the lines that were found may be another caller's.

That is no matter of how much they weigh if they are the reporter's, so that no weight can make up for it: an answer
that rests on them is no surer than that they are, one that stands without them is. (Jeffrey 1965, The Logic of
Decision: conditioning on evidence that is itself uncertain.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.engine.learned import Learned, expecting
from bot.engine.score import UNKNOWN, Score, Seen, confidences, score, temperature
from knowledge.causes import causes

EVERYBODYS = frozenset(
    {"log.everyone_refused_since", "log.restart_before", "log.alternates", "log.process_dependent", "log.only_success"}
    | {"log.no_line", "says.idp_unreachable", "says.credential_store_missing"}
    | {"says.configuration_fault"}
)
"""What logs tell of the service rather than of one request."""


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
    if tied >= 1:
        return whole
    rest = weighed([s for s in seen if s.source != "log" or s.kind.id in EVERYBODYS], learned).confidence
    confidence = {n: tied * p + (1 - tied) * min(p, rest[n]) for n, p in whole.confidence.items()}
    confidence[UNKNOWN] += 1 - sum(confidence.values())
    ranked = sorted(whole.scores, key=lambda s: (-confidence[s.cause.id], -s.score, s.cause.id))
    return Weighed(tuple(ranked), confidence)
