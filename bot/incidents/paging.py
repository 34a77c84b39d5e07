"""When nobody in Slack acknowledges, the receivers of services.yaml's `handover` are told; then what becomes of it.

All events on an incident bear one key. What is triggered again under the key of an open alert calls nobody: PagerDuty
adds it to the alert's log, Opsgenie counts it, and a webhook's receiver knows it by its id. So it is triggered once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot import jobs, wording
from bot.casework.desk import Desk
from bot.display import one_line, scrubbed
from bot.incidents.record import KEPT_S, Record
from bot.jobs import Job
from bot.paging.errand import Errand, digest
from bot.paging.interface import Event, EventKind, PagingError, Target
from bot.paging.send import send
from bot.spikes.wording import dated
from bot.store import key

SENT, TAKEN = "sent", "taken"
SAID: Mapping[EventKind, str] = {"trigger": "", "acknowledge": "Acknowledged: ", "resolve": "Over: "}

log = logging.getLogger(__name__)


async def begin(desk: Desk, job: Job, now: Record) -> None:
    """Tell those who were not told yet, before anything else: where Slack is away, nobody else calls people."""
    errands = (Errand("trigger", digest(target)) for target in _targets(desk, now))
    await asyncio.gather(*(summon(desk, replace(job, about=str(errand)), now) for errand in errands))


async def follow(desk: Desk, job: Job, now: Record, kind: EventKind) -> None:
    """Have those told that somebody has it, or that it is over, who may have been told of it."""
    for target in _targets(desk, now):
        if await desk.redis.exists(_mark(now, digest(target))):
            await _later(desk, job, now, Errand(kind, digest(target)))


async def summon(desk: Desk, job: Job, now: Record) -> None:
    """Do one try, unless the incident has gone on meanwhile, or it was done."""
    errand = Errand.of(job.about)
    target, begins, mark = errand.receiver(_targets(desk, now)), errand.kind == "trigger", _mark(now, errand.target)
    done = await desk.redis.get(mark) == (TAKEN if begins else None)
    if target is None or done or not _wanted(errand.kind, now):
        return
    if begins:  # before it is sent: what may have begun is ended
        await desk.redis.set(mark, SENT, ex=KEPT_S)
    try:
        await send(target, _event(now, errand.kind, job.at))
    except PagingError as error:
        following = errand.again(error)
        log.warning("incident %s: %s; %s", now.id, error, f"again in {following[1]:.0f} s" if following else "given up")
        if following:
            await _later(desk, job, now, *following)
        return
    if begins:
        await desk.redis.set(mark, TAKEN, ex=KEPT_S)
    elif errand.kind == "resolve":
        await desk.redis.delete(mark)


def _wanted(kind: EventKind, now: Record) -> bool:
    """Whether an event still says how the incident stands: its end is told whatever was to be told before."""
    if kind == "resolve":
        return now.state != "open"
    return not now.quiet(datetime.now(UTC)) if kind == "trigger" else now.state == "open"


def _event(now: Record, kind: EventKind, at: datetime) -> Event:
    told = now.told
    parts = [("since", dated(told.onset))]
    parts += [("401s", f"{told.observed} vs {told.expected:.1f} expected")]
    if now.diagnosis is not None and now.diagnosis.known:
        parts += [("likely cause", wording.sentence(now.diagnosis, "owner"))]
    parts += [("changed", f"{change.kind} {change.text}".strip()) for change in told.changes[:3]]
    return Event(
        kind=kind,
        id=f"locksmith-{now.id}.{kind}",
        key=f"locksmith-{now.id}",
        subject="incident",
        at=at,
        title=scrubbed(one_line(f"{SAID[kind]}{told.first_line}")),
        source=told.service,
        details=tuple((name, scrubbed(value)) for name, value in parts),
    )


async def _later(desk: Desk, job: Job, now: Record, errand: Errand, wait_s: float = 0.0) -> None:
    """The same errand of the same job is one job, however often a crash has it recorded."""
    due = datetime.now(UTC) + timedelta(seconds=wait_s)
    sought = replace(job, id=f"summon:{now.id}:{errand}", kind="summon", about=str(errand), told=None)
    await jobs.later(desk.redis, sought, due)


def _targets(desk: Desk, now: Record) -> tuple[Target, ...]:
    service = desk.service(now.told.service)
    return service.handover if service else ()


def _mark(now: Record, receiver: str) -> str:
    """Where it is kept how far a receiver was told of the incident; nothing before, and after its end."""
    return key("summoned", now.id, receiver)
