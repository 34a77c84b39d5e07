"""`stats`: how often the first answer was right, and how long it took."""

from __future__ import annotations

from bot import stats
from handlers.blocks.message import Message
from handlers.blocks.stats import stats_message
from handlers.commands.asked import Asked


async def answer(asked: Asked) -> Message:
    """The page."""
    return stats_message(await stats.read(asked.office.redis, asked.job.team))
