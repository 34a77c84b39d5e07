"""When nobody in Slack acknowledges, the receivers of services.yaml's `handover` are told, and told of the end."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot import jobs, wording
from bot.casework.desk import Desk
from bot.display import one_line, scrubbed
from bot.incidents.record import KEPT_S, Record
from bot.jobs import Job
from bot.paging.errand import Errand, digest
from bot.paging.interface import Event, PagingError, Target
from bot.paging.send import send
from bot.spikes.wording import dated
from bot.store import key

log = logging.getLogger(__name__)


async def begin(desk: Desk, job: Job, now: Record) -> None:
    """Have every receiver told; under the same key at each escalation, so that it is one alert to them."""
    for target in _targets(desk, now):
        await _later(desk, job, now, Errand("trigger", digest(target)))


async def end(desk: Desk, job: Job, now: Record) -> None:
    """Have those told that it is over who were told of it."""
    for target in _targets(desk, now):
        if await desk.redis.exists(_told(now, target)):
            await _later(desk, job, now, Errand("resolve", digest(target)))


async def summon(desk: Desk, job: Job, now: Record) -> None:
    """Do one try, unless the incident has gone on meanwhile."""
    errand = Errand.of(job.about)
    target, begins = errand.receiver(_targets(desk, now)), errand.kind == "trigger"
    if target is None or begins == now.quiet(job.at):
        return
    if begins:  # before it is sent: what is begun twice is ended all the same
        await desk.redis.set(_told(now, target), "1", ex=KEPT_S)
    try:
        await send(target, _event(now, errand, job.at))
    except PagingError as error:
        following = errand.again(error)
        log.warning("incident %s: %s; %s", now.id, error, f"again in {following[1]:.0f} s" if following else "given up")
        if following:
            await _later(desk, job, now, *following)


def _event(now: Record, errand: Errand, at: datetime) -> Event:
    told = now.told
    parts = [("since", dated(told.onset))]
    parts += [("401s", f"{told.observed} vs {told.expected:.1f} expected")]
    if now.diagnosis is not None and now.diagnosis.known:
        parts += [("likely cause", wording.sentence(now.diagnosis, "owner"))]
    parts += [("changed", f"{change.kind} {change.text}".strip()) for change in told.changes[:3]]
    return Event(
        kind=errand.kind,
        id=f"locksmith-{now.id}.{errand.kind}",
        key=f"locksmith-{now.id}",
        subject="incident",
        at=at,
        title=scrubbed(one_line(told.first_line if errand.kind == "trigger" else f"Over: {told.first_line}")),
        source=told.service,
        details=tuple((name, scrubbed(value)) for name, value in parts),
    )


async def _later(desk: Desk, job: Job, now: Record, errand: Errand, wait_s: float = 0.0) -> None:
    due = datetime.now(UTC) + timedelta(seconds=wait_s)
    sought = replace(job, id=f"summon:{now.id}:{errand}", kind="summon", about=str(errand), told=None, at=due)
    await jobs.later(desk.redis, sought, due)


def _targets(desk: Desk, now: Record) -> tuple[Target, ...]:
    service = desk.service(now.told.service)
    return service.handover if service else ()


def _told(now: Record, target: Target) -> str:
    return key("summoned", now.id, digest(target))
