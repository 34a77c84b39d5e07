"""The one question or test that would tell most, with what can be answered by pressing it.

Everybody in the channel reads it. Of the requests between which a log leaves it open it shows the times alone, to those
who send requests also the paths that several callers ask for: nothing there tells who else was refused. Whose they are
stands in the evidence, where an engineer can choose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import tzinfo

from bot import wording
from bot.model import Candidate, Diagnosis, NextStep
from bot.reading.answered import OF_WHOSE
from handlers.blocks.message import Block
from handlers.blocks.text import Piece, actions, bold, button, context, piece, pieces, quiet, rich, section

REPLY, WHEN, WHOSE, NOW = "case_reply", "case_when", "case_whose", "case_now"
CANNOT = "I cannot tell"
_TYPED = "Write it here in the thread, or press the time when it failed."
_RETRIED = "Write it here in the thread. If you are not sure, try once more and press this at once."


def question(case_id: str, diagnosis: Diagnosis, zone: tzinfo) -> Iterator[tuple[int, Block]]:
    """The question and its buttons; times are in the reporter's zone."""
    step = diagnosis.next_step
    if step is None:
        return
    heading = "One question: " if step.kind == "question" else "To find out: "
    yield 2, rich(section(bold(heading), *pieces(step.text), quiet(f" {step.why}")))
    if step.id in OF_WHOSE:
        yield from _whose(case_id, step, diagnosis, zone)
    elif step.answers:
        labels = enumerate((*step.answers, CANNOT))
        yield 2, actions(*(_numbered(label, REPLY, case_id, step.id, at) for at, label in labels))


def choices(case_id: str, diagnosis: Diagnosis) -> Iterator[tuple[int, Block]]:
    """For engineers: whose requests those are, each with a button that says that it is the reporter's."""
    among = diagnosis.next_step.among if diagnosis.next_step else ()
    if among:
        yield 1, rich(section(bold("Whose request is it?"), piece(" The report fits each of these.")))
    for at, one in enumerate(among):
        yield 1, rich(section(piece(f"{wording.moment(one.at)} · {wording.caller(one)}", 300)))
        yield 1, actions(_numbered("It is this one", WHOSE, case_id, offered(among), at))


def offered(among: tuple[Candidate, ...]) -> str:
    """A mark of those requests, to know them by when one is chosen: another look may find others. It tells no name."""
    times = " ".join(f"{one.at.timestamp():.3f}" for one in among)
    return hashlib.sha256(times.encode()).hexdigest()[:12]


def _whose(case_id: str, step: NextStep, diagnosis: Diagnosis, zone: tzinfo) -> Iterator[tuple[int, Block]]:
    of_requests = diagnosis.role in ("developer", "owner")
    labels: dict[str, int] = {}
    for at, one in enumerate(step.among):
        labels.setdefault(_label(one, diagnosis, zone, request=of_requests and one.shared), at)
    yield 2, context(_TYPED if labels else _RETRIED)
    pressed = (_numbered(label, WHEN, case_id, offered(step.among), at) for label, at in labels.items())
    retried = button("I tried again, it failed just now", NOW, case_id)
    yield 2, actions(*pressed, retried, _numbered(CANNOT, REPLY, case_id, step.id, len(step.answers)))


def _label(one: Candidate, diagnosis: Diagnosis, zone: tzinfo, *, request: bool) -> str:
    at, near = one.at.astimezone(zone), diagnosis.report.posted_at.astimezone(zone)
    day = "" if at.date() == near.date() else f"{at.day} {at:%b} "
    told = f"{day}{at:%H:%M:%S %Z}"
    return f"{told} · {_request(one)}" if request else told


def _request(one: Candidate) -> str:
    return " ".join(filter(None, (one.method, one.path)))


def _numbered(label: str, action: str, case_id: str, of: str, at: int) -> Piece:
    """It says what it answers, a question by its id or a mark of what was offered: when pressed, that may be past."""
    return button(label, f"{action}:{at}", f"{case_id}:{of}:{at}")
