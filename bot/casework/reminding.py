"""Who has to do the next step is reminded of it, once a case, in the thread."""

from __future__ import annotations

from bot import reply
from bot.cases import Case
from bot.casework.desk import Desk
from bot.jobs import Job
from bot.reply import Place


async def remind(desk: Desk, job: Job, case: Case) -> Case | None:
    """Remind the reporter of our question, or the owners of a case that was given to them."""
    place = Place(case.channel, case.thread_ts)
    if case.state == "handed_over":
        page = desk.pages.owners_reminder(case.id, case.diagnosis, desk.owners(case.diagnosis))
        await reply.post_once(desk.slack, desk.redis, place, page, case=case.id, name="owners-reminder")
    elif case.diagnosis is not None:
        page = desk.pages.reminder(case.id, case.diagnosis, case.reporter)
        await reply.post_once(desk.slack, desk.redis, place, page, case=case.id, name="reminder")
    return None
