"""`cases`: what is open. Everybody sees what they reported, engineers also what their services' people did."""

from __future__ import annotations

from bot import cases
from bot.cases import Case
from handlers.blocks.cases import cases_page
from handlers.blocks.message import Message
from handlers.commands.asked import Asked

LOOKED_AT = 200


async def answer(asked: Asked) -> Message:
    """The page."""
    recent = await cases.recent(asked.office.redis, asked.job.team, LOOKED_AT)
    return cases_page([case for case in recent if await _shown(asked, case)], engineer=asked.engineer)


async def _shown(asked: Asked, case: Case) -> bool:
    return case.reporter == asked.user or await asked.sees(case.service)
