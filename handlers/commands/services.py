"""`services`: what services.yaml says of the services whose engineer the asker is."""

from __future__ import annotations

from handlers.blocks.message import Message
from handlers.blocks.services import services_page
from handlers.commands.asked import Asked


async def answer(asked: Asked) -> Message:
    """The page."""
    seen = await asked.office.access.seen_by(asked.user)
    return services_page([service for service in asked.office.services if service.name in seen])
