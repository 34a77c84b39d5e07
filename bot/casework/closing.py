"""The reporter or a colleague says that it works."""

from __future__ import annotations

from dataclasses import replace

from bot import reply
from bot.cases import Case
from bot.casework.answer import now
from bot.casework.desk import Desk
from bot.jobs import Job


async def solve(desk: Desk, job: Job, case: Case) -> Case | None:
    """Close the case, and say who says that it works."""
    if case.reply_ts is None or case.diagnosis is None:
        return None
    who = "the person who reported it" if job.user == case.reporter else "a colleague"
    page = desk.pages.solved(case.id, case.diagnosis, f"It works now, says {who}.")
    await reply.edit(desk.slack, case.channel, case.reply_ts, page)
    return replace(case, state="solved", updated=now())
