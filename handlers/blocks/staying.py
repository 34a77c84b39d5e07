"""What is said after the answer: doubts, reminders, news, and the quiet end."""

from __future__ import annotations

from collections.abc import Sequence

from bot import wording
from bot.model import Diagnosis
from handlers.blocks.mentions import called, mention
from handlers.blocks.message import Message
from handlers.blocks.text import actions, bold, button, context, fallback, fit, piece, rich, section
from handlers.blocks.warning import warning


def doubted(case_id: str, diagnosis: Diagnosis, seen: str) -> Message:
    """Somebody said that it works, and what was seen speaks against it."""
    told = f"Said to work, but refused since. {seen}."
    line = section(bold("Said to work, but refused since. "), piece(f"{seen}."))
    row = actions(
        button("Still failing", "case_failing", case_id),
        button("It works now", "case_works", case_id),
        button("Show evidence", "case_evidence", case_id),
        button("Hand over", "case_handover", case_id),
    )
    about = rich(section(piece(wording.sentence(diagnosis), 700)))
    parts = [
        (0, warning(diagnosis.report)),
        (0, rich(line)),
        (2, about),
        (1, row),
        (1, context(f"Case {case_id}")),
    ]
    return Message(fallback(told, case_id=case_id), fit(parts))


def closed(case_id: str, diagnosis: Diagnosis) -> Message:
    """Nobody said anything more; how to open it again."""
    told = "Closed, as nobody said anything more. Reply here and I look again."
    row = actions(button("Still failing", "case_failing", case_id), button("It works now", "case_works", case_id))
    last = rich(section(piece("My last answer: "), piece(wording.sentence(diagnosis), 700)))
    parts = [
        (0, warning(diagnosis.report)),
        (0, rich(section(bold(told)))),
        (2, last),
        (1, row),
        (1, context(f"Case {case_id}")),
    ]
    return Message(fallback(told, case_id=case_id), fit(parts))


def news(case_id: str, text: str, *, user: str = "") -> Message:
    """News in the thread, of which the user is told."""
    line = section(*called([user]), piece(text))
    return Message(mention([user]) + fallback(text, case_id=case_id), [rich(line), context(f"Case {case_id}")])


def reminder(case_id: str, diagnosis: Diagnosis, user: str) -> Message:
    """The reporter is reminded of the question."""
    step = diagnosis.next_step
    asked = step.text if step and step.kind == "question" else "I need to know more to say why this is refused."
    why = "An answer would make me surer." if diagnosis.known else "I cannot go on without an answer."
    told = f"Is this still a problem? {why}"
    line = section(*called([user]), bold(f"{told} "), piece(asked))
    end = context("I ask only once, and close this if I hear nothing.", f"Case {case_id}")
    return Message(mention([user]) + fallback(told, asked, case_id=case_id), [rich(line), end])


def owners_reminder(case_id: str, diagnosis: Diagnosis | None, owners: Sequence[str]) -> Message:
    """The owners are reminded of what they were given."""
    told = "This was handed to you a working day ago and is still open."
    about = wording.sentence(diagnosis) if diagnosis else ""
    line = section(*called(owners), bold(f"{told} "), *([piece(about, 700)] if about else []))
    row = actions(button("It works now", "case_works", case_id), button("Show evidence", "case_evidence", case_id))
    end = context("I remind you only once.", f"Case {case_id}")
    return Message(mention(owners) + fallback(told, about, case_id=case_id), [rich(line), row, end])
