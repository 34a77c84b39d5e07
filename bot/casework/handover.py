"""A case is given to the people who own the service."""

from __future__ import annotations

from dataclasses import replace

from bot import reply
from bot.cases import Case
from bot.casework.answer import now
from bot.casework.desk import Desk
from bot.jobs import Job
from bot.reply import Place


async def hand_over(desk: Desk, job: Job, case: Case) -> Case | None:
    """Call the service's owners into the thread."""
    page = desk.pages.handover(case.id, case.diagnosis, desk.owners(case.diagnosis), job.user)
    place = Place(case.channel, case.thread_ts)
    # One call for help an answer: pressing the button twice calls nobody twice.
    name = f"handover-{case.revision}"
    await reply.post_once(desk.slack, desk.redis, place, page, case=case.id, name=name)
    return replace(case, state="handed_over", updated=now())
