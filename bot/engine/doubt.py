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
from bot.engine.likeness import Read, pooled
from bot.engine.score import CAP, SLIGHT, UNKNOWN, Score, Seen, confidences, score, temperature
from bot.model import Evidence
from knowledge.causes import causes
from knowledge.likeness import Wording

EVERYBODYS = frozenset(
    {"log.everyone_refused_since", "log.restart_before", "log.alternates", "log.process_dependent", "log.only_success"}
    | {"log.instance_dependent", "log.no_line", "log.start_emptied", "log.setting_changed", "log.stamps_apart"}
    | {"says.idp_unreachable", "says.credential_store_missing", "says.configuration_fault"}
)
"""What logs tell of the service rather than of one request."""
ELSEWHERE, COMPOSED = 0.78, 0.7
"""How likely what leads is what it seems, where it does not settle the matter by itself: when it is seen of another
request than the refused one, and when it is put together from single words. Fitted with the temperatures of `score.py`:
of such answers that were sure, nearly all were right on cases that the weights were fitted on, and hardly half on
others, which were chosen to be hard; the shares lie between."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The causes by their scores, the best first, and their confidences with that of `unknown`."""

    scores: tuple[Score, ...]
    confidence: Mapping[str, float]


def weighed(seen: Sequence[Seen], learned: Learned, read: Wording) -> Weighed:
    """What this evidence and the words say if all of it is so."""
    like = read.likeness(s.kind.id for s in seen if s.present)
    scores = sorted((score(c, seen) for c in causes().values()), key=lambda s: (-s.score, s.cause.id))
    own = temperature(scores[0])
    expected = expecting(scores, learned, own)
    confidence = pooled(confidences({s.cause.id: s.score for s in expected}, own * learned.temperature), like)
    return _ranked(expected, confidence)


def _ranked(scores: Sequence[Score], confidence: Mapping[str, float]) -> Weighed:
    return Weighed(tuple(sorted(scores, key=lambda s: (-confidence[s.cause.id], -s.score, s.cause.id))), confidence)


def doubted(seen: Sequence[Seen], learned: Learned, tied: float, words: Read) -> Weighed:
    """The same with what may not be so: `tied` is how likely the lines are of the reporter's own request.

    Doubt makes nothing surer than all of the evidence did: what it takes away goes to `unknown`.
    """
    whole = weighed(seen, learned, words.whole)
    return _led(whole if tied >= 1 else _untied(whole, seen, learned, tied, words.own), seen, learned, words.whole)


def _untied(whole: Weighed, seen: Sequence[Seen], learned: Learned, tied: float, own: Wording) -> Weighed:
    rest = weighed([s for s in seen if s.source != "log" or s.kind.id in EVERYBODYS], learned, own).confidence
    confidence = {n: tied * p + (1 - tied) * min(p, rest[n]) for n, p in whole.confidence.items()}
    confidence[UNKNOWN] += 1 - sum(confidence.values())
    return _ranked(whole.scores, confidence)


def _led(answer: Weighed, seen: Sequence[Seen], learned: Learned, read: Wording) -> Weighed:
    """The same where what leads may not be what it seems; the order stays."""
    best, *others = (s.cause.id for s in answer.scores)
    speaking = [e for e in answer.scores[0].evidence if e.weight > SLIGHT]
    lead = next((s for s in seen if speaking and s.present and s.kind.id == speaking[0].finding), None)
    if lead is None or (sure := _sure(lead, speaking)) >= 1:
        return answer
    rest = weighed([s for s in seen if s.kind.group != lead.kind.group], learned, read).confidence
    whole = answer.confidence
    share = max(sure * whole[best] + (1 - sure) * min(whole[best], rest[best]), *(whole[name] for name in others))
    return Weighed(answer.scores, {**whole, best: share, UNKNOWN: whole[UNKNOWN] + whole[best] - share})


def _sure(lead: Seen, speaking: Sequence[Evidence]) -> float:
    """How likely what leads is what it seems; what settles the matter, and the refused request's own marks, are."""
    if speaking[0].weight > CAP:
        return 1.0
    inferred = lead.kind.id.startswith("request.") and lead.source != "log"
    if lead.source == "probe" or inferred:
        return 1.0 if any(e.source == "log" for e in speaking) else ELSEWHERE
    return COMPOSED if lead.composed else 1.0
