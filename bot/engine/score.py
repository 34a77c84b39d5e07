"""The scoring: how much each finding speaks for or against each cause.

A single fault is assumed. The weight of a finding is the logarithm of the likelihood ratio, ln P(f|cause)/P(f),
times the trust in its source; findings that restate one fact share a group and count whole, a third, 0.15.
Good (1950), Probability and the Weighing of Evidence, calls this the weight of evidence.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.model import TRUST, Collected, Evidence, Finding
from knowledge.causes import KnownCause
from knowledge.findings import FindingKind

CAP = math.log(50)
DECISIVE = math.log(1000)
"""`proves` and `rules_out` are strong, not infinite: a contradiction shows as a conflict."""
DISCOUNTS = (1.0, 1 / 3, 0.15)
UNKNOWN = "unknown"
UNKNOWN_PRIOR = 6.0
"""The weight of "none of these": what evidence must outweigh before an answer is given."""
CARRIED, CIRCUMSTANTIAL = 0.15, 0.34
"""What divides all scores, fitted together with the doubts of `doubt.py` so that confidences mean what they say: where
the leading cause is carried by a plain statement, words of the server's own log or several findings, answers were right
far oftener than their scores said; where one circumstance speaks for it, hardly oftener."""
SLIGHT, TELLING, SEVERAL = 0.25, 2.0, 3
"""A weight that counts as speaking for a cause, one that tells by itself, and how many findings are several: what one
person says is one, and circumstances without any that tells are none."""


@dataclass(frozen=True, slots=True)
class Score:
    """One cause's standing."""

    cause: KnownCause
    score: float
    evidence: tuple[Evidence, ...]
    """For and against, the weightiest first."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One finding as evidence: present or absent, with its trust."""

    kind: FindingKind
    source: str
    text: str
    trust: float
    present: bool
    composed: bool = False


def gather(collected: Iterable[Collected], kinds: Mapping[str, FindingKind]) -> tuple[Seen, ...]:
    """All that was seen, the most trusted sighting of each finding, and what was looked for in vain."""
    best: dict[str, Finding] = {}
    looked_for: set[str] = set()
    denied: set[str] = set()
    for part in collected:
        looked_for |= part.looked_for
        denied |= part.denied
        for finding in part.findings:
            if finding.id not in best or finding.trust > best[finding.id].trust:
                best[finding.id] = finding
    present = [Seen(kinds[f.id], f.source, f.text, f.trust, True, f.composed) for f in best.values()]
    absent = [Seen(kinds[name], "absent", kinds[name].text, 1.0, False) for name in sorted(looked_for - best.keys())]
    said = sorted(denied - looked_for - best.keys())
    return (
        *present,
        *absent,
        *(Seen(kinds[name], "answer", kinds[name].text, TRUST["answer"], False) for name in said),
    )


def weight(cause: KnownCause, seen: Seen) -> float:
    """The weight of one finding for one cause, before its group's discount, in natural logarithms."""
    name, background = seen.kind.id, seen.kind.background
    if seen.present and name in cause.proves:
        return DECISIVE * seen.trust
    if seen.present and name in cause.rules_out:
        return -DECISIVE * seen.trust
    if name not in cause.evidence:
        return 0.0
    likelihood = cause.evidence[name]
    ratio = likelihood / background if seen.present else (1 - likelihood) / (1 - background)
    return max(-CAP, min(CAP, math.log(ratio))) * seen.trust


def score(cause: KnownCause, everything: Sequence[Seen]) -> Score:
    """A cause's score: its prior and all weights, discounted by group."""
    groups: dict[str, list[tuple[float, Seen]]] = defaultdict(list)
    for seen in everything:
        name = seen.kind.id
        speaks = name in cause.evidence or name in cause.proves or name in cause.rules_out
        if speaks and (value := weight(cause, seen)):
            groups[seen.kind.group].append((value, seen))
    evidence = [item for group in groups.values() for item in _discounted(group)]
    evidence.sort(key=lambda item: (-abs(item.weight), item.finding))
    return Score(cause, math.log(cause.prior) + sum(item.weight for item in evidence), tuple(evidence))


def _discounted(group: list[tuple[float, Seen]]) -> Iterable[Evidence]:
    group.sort(key=lambda pair: (-abs(pair[0]), pair[1].kind.id))
    for (value, seen), discount in zip(group, DISCOUNTS, strict=False):
        text = seen.text if seen.present else f"Looked for and not found: {seen.text}"
        yield Evidence(finding=seen.kind.id, source=seen.source, text=text, weight=value * discount)


def temperature(leading: Score) -> float:
    """How far the scores are to be believed, by what the leading cause rests on."""
    speaking = [e for e in leading.evidence if e.weight > SLIGHT and e.source != "answer"]
    plain = any(e.weight > CAP or (e.source == "log" and e.finding.startswith("says.")) for e in speaking)
    several = len(speaking) >= SEVERAL and any(e.source != "report" and e.weight > TELLING for e in speaking)
    return CARRIED if plain or several else CIRCUMSTANTIAL


def confidences(scores: Mapping[str, float], temperature: float = CARRIED) -> dict[str, float]:
    """Probabilities that sum to one, `unknown` among them."""
    tempered = {name: value / temperature for name, value in {**scores, UNKNOWN: math.log(UNKNOWN_PRIOR)}.items()}
    top = max(tempered.values())
    raw = {name: math.exp(value - top) for name, value in tempered.items()}
    total = sum(raw.values())
    return {name: value / total for name, value in raw.items()}
