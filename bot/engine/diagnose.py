"""Findings in, diagnosis out: pure, and the same for the same input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.engine.doubt import doubted
from bot.engine.facts import Facts, facts
from bot.engine.learned import FINDING, FLOOR, Learned
from bot.engine.likeness import reads_like, shown
from bot.engine.question import asked, best
from bot.engine.score import UNKNOWN, Score, gather
from bot.engine.steps import concrete
from bot.model import Cause, Collected, Diagnosis, Entry, Exchange, Report, joined
from bot.roles import role
from bot.services import Service
from knowledge.findings import findings
from knowledge.questions import for_users, questions

ANSWER_FROM = 0.35
"""Below this confidence the bot says that it does not know yet."""
SHOWN = 6
RULED_OUT_BELOW = -2.0
CERTAIN = 0.9


def diagnose(
    report: Report,
    collected: Iterable[Collected],
    *,
    service: Service | None = None,
    log_lines: Sequence[Entry] = (),
    probes: Sequence[Exchange] = (),
    learned: Learned | None = None,
) -> Diagnosis:
    """Rank the causes of one report by what the collectors brought, and by what was `learned` at its service."""
    learned = learned or Learned()
    parts = tuple(collected)
    seen = gather(parts, findings())
    told = joined(*parts)
    words = reads_like(report, log_lines, told.beside)
    answer = doubted(seen, learned, told.tie.share, words)
    scores, confidence = answer.scores, answer.confidence
    top = confidence[scores[0].cause.id]
    carried = any(e.weight > 0 and e.finding != FINDING for e in scores[0].evidence)
    known = top >= ANSWER_FROM and top > confidence[UNKNOWN] and carried
    step, notes, reader = None, told.notes, role(report)
    askable = for_users() if reader in ("visitor", "app") else questions()
    before = dict(report.answered)
    notes = (told.tie.note, *notes) if told.tie.ask and top < CERTAIN else notes
    if told.tie.ask and told.tie.ask not in before and top < CERTAIN:
        step = asked(askable[told.tie.ask], told.tie.among)
    elif not known or top < CERTAIN:
        step = best(
            (q for q in askable.values() if q.id not in before),
            seen,
            lambda evidence: doubted(evidence, learned, told.tie.share, words).confidence,
        )
        step = step or (None if known else asked(askable["shown"]))
    seen_here = told.findings
    case = facts(report, service, seen_here, log_lines, probes)
    return Diagnosis(
        report=report,
        causes=tuple(_cause(shown(s, words.whole), confidence[s.cause.id], case) for s in scores[:SHOWN]),
        known=known,
        ruled_out=tuple(_ruled_out(scores[SHOWN:])),
        next_step=step,
        log_lines=tuple(log_lines),
        probes=tuple(probes),
        notes=tuple(dict.fromkeys(notes)),
        service=service.name if service else None,
        role=reader,
        findings=seen_here,
        facts=tuple(sorted(case.values.items())),
        standing=tuple((name, share) for name, share in confidence.items() if share >= FLOOR),
        temperature=learned.temperature,
    )


def _cause(scored: Score, confidence: float, case: Facts) -> Cause:
    known = scored.cause
    return Cause(
        id=known.id,
        title=known.title,
        confidence=confidence,
        owner=known.owner,
        evidence=tuple(e for e in scored.evidence if e.weight > 0),
        against=tuple(e for e in scored.evidence if e.weight < 0),
        fix=concrete(known, case),
    )


def _ruled_out(scores: Iterable[Score]) -> Iterable[tuple[str, str]]:
    for scored in scores:
        against = next((e for e in scored.evidence if e.weight < 0), None)
        if against and against.weight <= RULED_OUT_BELOW and scored.score < 0:
            yield scored.cause.id, against.text
