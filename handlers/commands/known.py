"""Said to whoever asks for a diagnosis of a message that is a case already."""

from __future__ import annotations

from bot import links
from handlers.blocks.message import Message
from handlers.blocks.told import known_already
from handlers.commands.asked import Asked


async def answer(asked: Asked) -> Message:
    """The page, with the way to the answer."""
    case = await asked.case()
    link = await links.to_case(asked.office.slack, asked.office.redis, case) if case else ""
    return known_already(asked.words, link)
