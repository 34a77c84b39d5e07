"""`why <case>`: the conclusion for everybody who may know of the case, what it rests on for its service's engineers."""

from __future__ import annotations

from handlers.blocks.answer import conclusion
from handlers.blocks.evidence import evidence_message
from handlers.blocks.message import Message
from handlers.blocks.told import no_answer_yet, unknown_case
from handlers.commands.asked import Asked


async def answer(asked: Asked) -> Message:
    """The page."""
    case = await asked.case()
    if case is None:
        return unknown_case(asked.words)
    if case.diagnosis is None:
        return no_answer_yet(case.id)
    if await asked.sees(case.service):
        return evidence_message(case.id, case.diagnosis)
    return conclusion(case.id, case.diagnosis)
