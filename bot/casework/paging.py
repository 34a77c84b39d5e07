"""People on call are told of a hand-over, and that it is over: as jobs, so that a crash loses nothing.

A receiver that is down is tried again with growing pauses; every try bears the same keys, so that none counts twice.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from bot import bundle, jobs, links, outcomes, reply, wording
from bot.cases import IDLE_S, Case
from bot.casework.answer import now
from bot.casework.desk import Desk
from bot.display import one_line, scrubbed
from bot.jobs import Job
from bot.paging.errand import Errand, digest
from bot.paging.interface import Event, PagingError, Target
from bot.paging.send import send
from bot.reply import Place
from bot.store import key

log = logging.getLogger(__name__)


async def begin(desk: Desk, job: Job, case: Case) -> None:
    """Have every receiver of the service told of the hand-over, once an answer."""
    for target in _targets(desk, case):
        told = _told(case, target)
        if await desk.redis.get(told) != str(case.revision):
            await _later(desk, job, Errand("trigger", digest(target), case.revision))
            await desk.redis.set(told, str(case.revision), ex=IDLE_S)


async def end(desk: Desk, job: Job, case: Case) -> None:
    """Have those told that the case is solved who were told of it."""
    for target in _targets(desk, case):
        if await desk.redis.exists(_told(case, target)):
            await _later(desk, job, Errand("resolve", digest(target), case.revision))


async def tell(desk: Desk, job: Job, case: Case) -> Case | None:
    """Do one try of an errand, unless the case has gone on meanwhile. The case stays as it is."""
    errand = Errand.of(job.about)
    target = errand.receiver(_targets(desk, case))
    if target is None or (errand.kind == "trigger") == (case.state == "solved"):
        return None
    try:
        await send(target, await _event(desk, job, case, errand))
    except PagingError as error:
        await _failed(desk, job, case, target, error)
    else:
        if errand.kind == "resolve":
            await desk.redis.delete(_told(case, target))
    return None


async def lose(desk: Desk, job: Job, case: Case) -> None:
    """Say in the thread that an errand failed in a way that nobody foresaw."""
    errand = Errand.of(job.about)
    target = errand.receiver(_targets(desk, case))
    if target and errand.kind == "trigger":
        await _say(desk, case, errand, target)


async def _failed(desk: Desk, job: Job, case: Case, target: Target, error: PagingError) -> None:
    errand = Errand.of(job.about)
    if following := errand.again(error):
        log.warning("case %s: %s; again in %.0f s", case.id, error, following[1])
        await _later(desk, job, *following)
        return
    log.error("case %s: %s", case.id, error)
    if errand.kind == "trigger":
        await _say(desk, case, errand, target)


async def _say(desk: Desk, case: Case, errand: Errand, target: Target) -> None:
    page = desk.pages.not_paged(case.id, target.kind)
    place, name = Place(case.channel, case.thread_ts), f"not-paged-{errand.revision}-{errand.target}"
    await reply.post_once(desk.slack, desk.redis, place, page, case=case.id, name=name)


async def _event(desk: Desk, job: Job, case: Case, errand: Errand) -> Event:
    told = wording.sentence(case.diagnosis, "owner") if case.diagnosis else wording.UNKNOWN
    about = f"locksmith-{outcomes.name(case)}"
    return Event(
        kind=errand.kind,
        id=f"{about}.{errand.kind}.{errand.revision}",
        key=about,
        subject="handover",
        at=job.at,
        title=scrubbed(one_line(told if errand.kind == "trigger" else f"Solved: {told}")),
        source=case.service or "unknown",
        details=tuple((name, scrubbed(value)) for name, value in bundle.details(case)),
        link=await links.to_case(desk.slack, desk.redis, case),
    )


async def _later(desk: Desk, job: Job, errand: Errand, pause_s: float = 0.0) -> None:
    """The same errand of the same job is one job, however often a crash has it recorded."""
    sought = replace(job, id=f"page:{job.case}:{errand}", kind="page", about=str(errand))
    await jobs.later(desk.redis, sought, now() + timedelta(seconds=pause_s))


def _targets(desk: Desk, case: Case) -> tuple[Target, ...]:
    service = desk.service(case.service)
    return service.handover if service else ()


def _told(case: Case, target: Target) -> str:
    """Where it is kept which answer the receiver was told of last, as long as it was not told that it is over."""
    return key("paged", outcomes.name(case), digest(target))
