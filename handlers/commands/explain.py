"""`explain <cause>`: what a cause means and how it is mended."""

from __future__ import annotations

from difflib import get_close_matches

from handlers.blocks.cause import explain, overview
from handlers.blocks.message import Message
from handlers.commands.asked import Asked
from knowledge.causes import causes


async def answer(asked: Asked) -> Message:
    """The page."""
    return page(asked.words)


def page(words: str) -> Message:
    """The cause of that name or nearly so; all of them by name where none is."""
    known = causes()
    name = "_".join(words.lower().split())
    near = [name] if name in known else get_close_matches(name, known, 1)
    return explain(known[near[0]]) if near else overview(known.values())
