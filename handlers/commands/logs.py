"""`logs <id>`: the lines of a request, from the logs of the services whose engineer the asker is."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot.logs.interface import Found
from bot.logs.search import find
from bot.logs.story import Asked as Sought
from bot.logs.story import story
from bot.reading.summary import query
from bot.services import named
from handlers.blocks.lines import lines_page
from handlers.blocks.message import Message
from handlers.blocks.told import engineers_only, say_which, unknown_case
from handlers.commands.asked import CASE_ID, Asked

SECONDS = 20.0


async def answer(asked: Asked) -> Message:
    """The page."""
    if not asked.words:
        return say_which("a request id or a case", "logs 7f3c2a90bd41")
    if CASE_ID.fullmatch(asked.words) and (case := await asked.case()) is not None:
        name = case.service
        if not await asked.sees(name):
            return engineers_only("see these logs")
        service = named(asked.office.services, name)
        paths = (*asked.office.logs, *(service.logs if service else ()))
        stores = service.stores if service else ()
        found: Found = await asyncio.to_thread(find, query(case.report), paths, stores, seconds=SECONDS)
        return lines_page(f"case {case.id}", found.request, found.notes)
    if CASE_ID.fullmatch(asked.words) and not any(char.isdigit() for char in asked.words):
        return unknown_case(asked.words)
    seen = await asked.office.access.seen_by(asked.user)
    services = [s for s in asked.office.services if s.name in seen]
    shared = asked.office.logs if await asked.sees(None) else ()
    paths = (*shared, *(path for s in services for path in s.logs))
    stores = tuple(store for s in services for store in s.stores)
    sought = Sought(now=datetime.now(UTC), request_id=asked.words)
    told = await asyncio.to_thread(story, sought, paths, stores, seconds=SECONDS)
    return lines_page(asked.words, told.lines, told.notes)
