"""`case <id>`: where a case stands and where its thread is; `case <id> was <cause>`: what it turned out to be."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from bot import links, outcomes
from bot.cases import Case
from handlers.blocks.cases import case_page
from handlers.blocks.message import Message
from handlers.blocks.told import engineers_only, noted, unknown_case, unknown_cause
from handlers.commands.asked import Asked
from knowledge.causes import causes


async def answer(asked: Asked) -> Message:
    """The page."""
    case_id, _, rest = asked.words.partition(" ")
    case = await replace(asked, words=case_id).case()
    if case is None:
        return unknown_case(case_id, "case")
    inside = await asked.sees(case.service)
    if was := rest.removeprefix("was").strip():
        return await _correct(asked, case, was) if inside else engineers_only("say what a case was")
    link = await links.to_case(asked.office.slack, asked.office.redis, case)
    return case_page(case, link=link, inside=inside)


async def _correct(asked: Asked, case: Case, was: str) -> Message:
    known, name = causes(), "_".join(was.lower().split())
    near = [name] if name in known else get_close_matches(name, known, 1)
    if not near:
        return unknown_cause()
    await outcomes.correct(asked.office.redis, case, near[0], asked.user)
    return noted(case.id, known[near[0]].title)
