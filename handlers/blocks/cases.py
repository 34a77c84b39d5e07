"""One case, and a list of cases, for one person."""

from __future__ import annotations

from collections.abc import Sequence

from bot import wording
from bot.cases import Case
from handlers.blocks.message import Block, Message
from handlers.blocks.text import Piece, bold, context, fallback, fit, header, items, piece, quiet, rich, section
from handlers.blocks.told import to

_SHOWN = 25
STATES = {
    "open": "answered, not confirmed",
    "waiting": "waiting for the reporter",
    "solved": "solved",
    "handed_over": "handed over",
}


def headline(case: Case) -> str:
    """What the case comes down to, in one sentence."""
    return wording.sentence(case.diagnosis) if case.diagnosis else "There is no answer yet."


def state(case: Case) -> str:
    """The case's state as people say it."""
    return STATES.get(case.state, case.state.replace("_", " "))


def case_page(case: Case, *, link: str, inside: bool) -> Message:
    """Where the case stands; `inside`: for an engineer of its service."""
    diagnosis = case.diagnosis
    report = diagnosis.report if diagnosis else case.report
    facts = [
        ("State", state(case)),
        ("Answers given", str(case.revision)),
        ("Reported", wording.moment(case.created)),
        ("Failed", wording.moment(report.at) if report.at else "not known"),
        ("Request", " ".join(filter(None, (report.method, report.url or report.path))) or "not known"),
        ("Service", (diagnosis.service if diagnosis else None) or "none of services.yaml"),
    ]
    if inside:
        facts += [("Request ids", ", ".join(report.ids[:5])), ("Allowed to be asked", ", ".join(case.allowed))]
    lines = [[bold(f"{name}: "), piece(value, 300)] for name, value in facts if value]
    parts: list[tuple[int, Block | None]] = [
        (0, rich(section(bold(headline(case), 700)))),
        (0, rich(*items([*lines, *([[to(link)]] if link else [])]))),
        (0, context(f"Case {case.id}")),
    ]
    return Message(fallback(headline(case), case_id=case.id), fit(parts))


def cases_page(cases: Sequence[Case], *, engineer: bool) -> Message:
    """The open cases, the latest first."""
    title = "Open cases" if engineer else "Your open cases"
    if not cases:
        return Message(fallback(f"{title}: none."), [rich(section(piece(f"{title}: none. All doors are unlocked.")))])
    parts: list[tuple[int, Block | None]] = [(0, header(title)), (0, rich(*items(map(_row, cases[:_SHOWN]))))]
    if len(cases) > _SHOWN:
        parts.append((1, context(f"{len(cases) - _SHOWN} more")))
    return Message(fallback(f"{title}: {len(cases)}."), fit(parts))


def _row(case: Case) -> list[Piece]:
    about = case.report.host or case.report.path or "no address"
    top = case.diagnosis.causes[0].title if case.diagnosis and case.diagnosis.known and case.diagnosis.causes else ""
    return [
        bold(case.id),
        piece(f" {about}", 120),
        piece(f" · {top or 'not known yet'}", 120),
        quiet(f" ({state(case)})"),
    ]
