"""The answer in the thread: for everybody in the channel, so it holds no log line and no other people's data.

First a warning if a secret was posted, then the sentence that the person needs, what to do now, how sure and why,
what else it could be, and the one question that would tell more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, tzinfo

from bot import wording
from bot.advice import advice
from bot.display import cut, one_line
from bot.joining import ALONE, Joined
from bot.model import Cause, Diagnosis, Evidence, Role
from handlers.blocks.message import Block, Message
from handlers.blocks.question import question
from handlers.blocks.text import (
    BREAK,
    Piece,
    actions,
    bold,
    button,
    context,
    fallback,
    fit,
    items,
    piece,
    pieces,
    quiet,
    rich,
    section,
)
from handlers.blocks.warning import expired, warned, warning

_EXAMPLE = "POST https://api.example.com/v1/orders answered 401 at 14:05 UTC, request id 7f3c2a"
_EXAMPLES: Mapping[Role, str] = {
    "visitor": "https://shop.example.com/account says 401 since 14:05, Berlin time",
    "app": "the orders app said 401 at 14:05, Berlin time, when I opened order 881",
}
_WHICH: Mapping[Role, str] = {"visitor": "Which page is it, by its address?", "app": "Which app or service is it?"}
_SHOWN = "What does it show, to the letter, with every number or code?"
_REASONS = 4
_TELLING = 0.15
"""A reason is told when it weighs at least this share of the strongest."""
_STEPS = 6
_WORTH = 0.1
"""A guess that is less likely leads nobody anywhere."""
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9.-]+")
_MEANWHILE = 3


def answer(
    case_id: str, diagnosis: Diagnosis, *, joined: Joined = ALONE, allow: str = "", zone: tzinfo = UTC
) -> Message:
    """The answer to a report; `joined`: whoever else reports the same.

    `allow`: the host that nobody listed, for an engineer to allow its being asked; `zone`: the reporter's.
    """
    top = _top(diagnosis)
    parts: list[tuple[int, Block | None]] = [
        (0, warning(diagnosis.report)),
        (0, _headline(diagnosis, joined)),
        (0, _steps(diagnosis)),
        (3, _reasons(top) if top else _unknown(diagnosis)),
        (4, _alternatives(diagnosis) if top else None),
        *(() if top and top.confidence >= wording.SURE else question(case_id, diagnosis, zone)),
        *_consent(case_id, allow),
        (1, _buttons(case_id, solvable=top is not None, joined=joined.others > 0)),
        (5, _notes(diagnosis, told=allow)),
        (2, expired(diagnosis.report)),
        (2, _foot(case_id, diagnosis)),
    ]
    return Message(fallback(warned(diagnosis.report), wording.sentence(diagnosis), case_id=case_id), fit(parts))


def conclusion(case_id: str, diagnosis: Diagnosis) -> Message:
    """The answer once more, for one person and without buttons."""
    top = _top(diagnosis)
    parts: list[tuple[int, Block | None]] = [
        (0, _headline(diagnosis, ALONE)),
        (1, _steps(diagnosis)),
        (0, _reasons(top) if top else _unknown(diagnosis)),
        (2, _alternatives(diagnosis) if top else None),
        (5, _notes(diagnosis)),
        (2, _foot(case_id, diagnosis)),
    ]
    return Message(fallback(wording.sentence(diagnosis), case_id=case_id), fit(parts))


def cannot_finish(case_id: str) -> Message:
    """When the work failed for good: said plainly, with a way on."""
    told = "I could not finish this. Your report is kept; try again, or hand it over to a person."
    row = actions(_button("Check again", "again", case_id), _button("Hand over", "handover", case_id))
    return Message(fallback(told, case_id=case_id), [rich(section(bold(told))), row, context(f"Case {case_id}")])


def ask(case_id: str, diagnosis: Diagnosis) -> Message:
    """When nothing usable was given: one question, one example."""
    missing, example = _missing(diagnosis), _EXAMPLES.get(diagnosis.role, _EXAMPLE)
    body = rich(section(piece("I can look into this. "), bold(missing), BREAK, quiet(f"For example: {example}")))
    blocks = fit(
        [
            (0, warning(diagnosis.report)),
            (0, body),
            (2, expired(diagnosis.report)),
            (1, context("Answer here in the thread.", f"Case {case_id}")),
        ]
    )
    return Message(fallback(warned(diagnosis.report), f"I can look into this. {missing}", case_id=case_id), blocks)


def solved(case_id: str, diagnosis: Diagnosis, proof: str) -> Message:
    """The case is closed; `proof` is what showed it, in one sentence."""
    cause = diagnosis.causes[0].title if diagnosis.known and diagnosis.causes else ""
    line = [bold("✓ Solved. "), piece(proof), *([BREAK, piece("It was: "), piece(cause)] if cause else [])]
    row = actions(_button("Still failing", "failing", case_id))
    blocks = fit([(0, warning(diagnosis.report)), (0, rich(section(*line))), (1, row), (1, _foot(case_id, diagnosis))])
    return Message(fallback(warned(diagnosis.report), "Solved.", proof, case_id=case_id), blocks)


def _top(diagnosis: Diagnosis) -> Cause | None:
    return diagnosis.causes[0] if diagnosis.causes and diagnosis.known else None


def _headline(diagnosis: Diagnosis, joined: Joined) -> Block:
    line = [bold(wording.sentence(diagnosis), 700)]
    if joined.others > 0:
        line += [BREAK, piece(_company(joined, diagnosis))]
    return rich(section(*line))


def _company(joined: Joined, diagnosis: Diagnosis) -> str:
    who = "1 other person has reported" if joined.others == 1 else f"{joined.others} others have reported"
    since = f" since {wording.moment(joined.since, diagnosis.report.posted_at)}" if joined.since else ""
    first = f", first in case {joined.first}" if joined.first else ""
    return f"{who} the same{since}{first}."


def _steps(diagnosis: Diagnosis) -> Block | None:
    """What to do now. Whoever uses a page or an app is spared most of what others have to do."""
    spared = diagnosis.role in ("visitor", "app")
    elements: list[Piece] = []
    for place, one in enumerate(advice(diagnosis)):
        meanwhile = place > 0 and (spared or one.audience == "caller")
        elements += _titled(one.title, one.steps[: _MEANWHILE if meanwhile else _STEPS])
    return rich(*elements) if elements else None


def _titled(heading: str, steps: Sequence[str]) -> list[Piece]:
    return [section(bold(heading)), *items(map(pieces, steps), numbered=len(steps) > 1)] if steps else []


def _reasons(cause: Cause) -> Block:
    sure = f"{wording.certainty(cause.confidence)} ({wording.percent(cause.confidence)})"
    ranked = sorted((e for e in cause.evidence if e.weight > 0), key=lambda e: -e.weight)[:_REASONS]
    reasons = [e for e in ranked if e.weight >= _TELLING * ranked[0].weight]
    if not reasons:
        return rich(section(bold(sure)))
    return rich(section(bold(sure), piece(", because")), *items(map(_reason, reasons)))


def _reason(evidence: Evidence) -> list[Piece]:
    source = wording.source(evidence)
    said = piece(wording.public(evidence), 240)
    return [said] if evidence.source == "absent" else [quiet(f"{source[:1].upper()}{source[1:]}: "), said]


def _unknown(diagnosis: Diagnosis) -> Block:
    """What was done in vain, what it is not, and the best guesses."""
    lines = [section(piece(wording.looked_at(diagnosis)))]
    if guesses := [cause for cause in diagnosis.causes[:3] if cause.confidence >= _WORTH]:
        lines += [section(bold("My best guesses")), *items([_guess(cause, diagnosis) for cause in guesses])]
    excluded = [wording.title(cause_id) for cause_id, _ in diagnosis.ruled_out[:5] if cause_id != wording.UNTOLD]
    if excluded and diagnosis.role in ("developer", "owner"):
        lines += [section(bold("I ruled out")), *items([[piece(name, 120)] for name in excluded])]
    return rich(*lines)


def _alternatives(diagnosis: Diagnosis) -> Block | None:
    rest = wording.others(diagnosis.causes)[:2]
    return (
        rich(section(bold("It could also be")), *items([_guess(cause, diagnosis) for cause in rest])) if rest else None
    )


def _guess(cause: Cause, diagnosis: Diagnosis) -> list[Piece]:
    return [piece(wording.guess(cause, diagnosis.role), 140), quiet(f" ({wording.percent(cause.confidence)})")]


def _consent(case_id: str, host: str) -> Iterable[tuple[int, Block | None]]:
    """The button with which an engineer agrees to a host that services.yaml does not name."""
    if not _HOST.fullmatch(host):
        return
    told = (
        "I did not ask the endpoint: no service of mine lists its host. A support engineer can allow it for this case."
    )
    yield 2, context(told)
    yield 2, actions(button(f"Allow asking {cut(host, 60)}", "case_allow", f"{case_id}:{host}"))


def _buttons(case_id: str, *, solvable: bool, joined: bool) -> Block:
    return actions(
        _button("It works now", "works", case_id, "primary" if solvable else None),
        *([_button("Solved for all", "over", case_id)] if joined else []),
        _button("Still failing", "failing", case_id),
        _button("Check again", "again", case_id),
        _button("Show evidence", "evidence", case_id),
        _button("Hand over", "handover", case_id),
    )


def _button(label: str, action: str, case_id: str, style: str | None = None) -> Piece:
    return button(label, f"case_{action}", case_id, style)


def _notes(diagnosis: Diagnosis, *, told: str = "") -> Block | None:
    """The notes for everybody; none on the host `told`, beside whose button it stands already."""
    notes = [note for note in wording.public_notes(diagnosis.notes) if not told or told not in note][:3]
    return context(*notes, limit=200) if notes else None


def _foot(case_id: str, diagnosis: Diagnosis) -> Block:
    report = diagnosis.report
    what = " ".join(filter(None, (report.method, report.path)))
    about = "about " if report.at_precision_s and report.at_precision_s > 1 else ""
    when = f"failed {about}{wording.moment(report.at, report.posted_at)}" if report.at else ""
    parts = (f"Case {case_id}", diagnosis.service or report.host or "", cut(one_line(what), 120), when)
    return context(*filter(None, parts))


def _missing(diagnosis: Diagnosis) -> str:
    report, step = diagnosis.report, diagnosis.next_step
    if not (report.url or report.path or report.host):
        return _WHICH.get(diagnosis.role, "Which address answered 401?")
    if report.at is None:
        return "When did it happen, as exactly as you can tell?"
    if step is not None and step.kind == "question":
        return step.text
    own = "What is the request id, or can you paste the answer with its headers?"
    return _SHOWN if diagnosis.role in ("visitor", "app") else own
