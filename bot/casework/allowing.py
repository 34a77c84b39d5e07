"""An engineer allows a host that services.yaml does not name to be asked, for one case."""

from __future__ import annotations

from dataclasses import replace

from bot import audit, consent
from bot.cases import Case
from bot.casework import answer, private
from bot.casework.desk import Desk
from bot.jobs import Job


async def allow(desk: Desk, job: Job, case: Case) -> Case | None:
    """Let the case's report be asked there, and look again. Whoever may not is told so; nothing changes then."""
    host = job.about
    if not await desk.access.is_engineer(job.user):
        await private.tell(desk, job, desk.pages.engineers_only(f"let me ask {host}"))
        return None
    if host not in consent.hosts(case.report):
        return None
    await audit.record(desk.redis, team=case.team, user=job.user, action="allow", case=case.id, about=host)
    allowed = tuple(dict.fromkeys((*case.allowed, host)))
    return await answer.give(desk, replace(case, state="open", allowed=allowed), case.report)
