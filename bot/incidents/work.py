"""What a worker does with news on an incident and with what people press. Any step may be repeated."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from bot import audit, jobs, reply
from bot.casework import answer, private, sharing
from bot.casework.desk import Desk
from bot.codec import UnreadableError
from bot.incidents import belonging, chart, paging, record, sample, silence
from bot.incidents.record import Record, moment
from bot.jobs import Job, Kind
from bot.model import Diagnosis, Report
from bot.reply import Place
from bot.slack import RefusedError, UnclearError

ESCALATE_AFTER = (timedelta(minutes=10), timedelta(minutes=30))
"""After the opening; whoever is on call is called again when nobody has acknowledged by then."""
SNOOZES = {"1h": timedelta(hours=1), "4h": timedelta(hours=4)}
SHOW_AGAIN = timedelta(minutes=1)
"""How long Slack is left alone after it could not be reached for as long as `reply` has patience."""

log = logging.getLogger(__name__)


async def handle(desk: Desk, job: Job) -> Record | None:
    """Do the job; the incident as it is afterwards, or None where nothing changed."""
    if job.noticed is not None:
        await silence.say(desk, job.noticed)
        return None
    try:
        known = await record.get(desk.redis, job.case)
    except UnreadableError as error:
        log.error("incident %s cannot be read (%s)", job.case, error)
        known = None
    if job.kind == "told":
        return await _told(desk, job, known)
    if known is None or (job.kind in PRESSED and not await _may(desk, job, known)):
        return None
    return await DOING[job.kind](desk, job, known)


async def _may(desk: Desk, job: Job, now: Record) -> bool:
    """Whether whoever pressed a button may run the incident; told so where they may not, and kept where they may."""
    if await desk.access.may_run(job.user, now.told.service):
        await audit.record(desk.redis, team=now.team, user=job.user, action=job.kind, about=now.id)
        return True
    await private.tell(desk, job, desk.pages.not_on_call())
    return False


async def _told(desk: Desk, job: Job, known: Record | None) -> Record | None:
    told = job.told
    assert told is not None
    if known is not None and told.at < known.told.at:
        return None
    service = desk.service(told.service)
    channel = (service.incidents_room if service else None) or desk.incidents_channel
    now = known or Record(id=told.incident, team=desk.slack.team, channel=channel, told=told, opened=datetime.now(UTC))
    before, now = now.told, replace(now, told=told)
    if told.state == "closed" and now.state == "open":
        now = replace(now, state="over", ended=moment(told.at))
        await _ended(desk, job, now)
    elif now.state == "open":
        now = await belonging.gather(desk, now)
    now = await _show(desk, now)
    if known is None:
        await _escalate_later(desk, now, 0)
    elif told.node != before.node:
        await _say(desk, now, desk.pages.incident_moved(now), f"moved-{told.at}")
    if now.diagnosis is None and told.samples:
        # A job of its own, so that what is pressed meanwhile finds the incident.
        await jobs.behind(desk.redis, _own("reason", now, moment(told.at)), once=f"reason:{now.id}:{told.at}")
    return now


async def _reason(desk: Desk, job: Job, now: Record) -> Record | None:
    return None if now.diagnosis else await _show(desk, replace(now, diagnosis=await _why(desk, now)))


async def _why(desk: Desk, now: Record) -> Diagnosis | None:
    async def look(report: Report) -> Diagnosis:
        return await desk.investigate(report, lambda _: None, ())

    found = await sample.diagnose(now.told.samples, desk.service(now.told.service), look)
    return answer.kept(found) if found else None


async def _show(desk: Desk, now: Record) -> Record:
    """Post or edit the incident's one message. Where Slack does not let us, it is still kept, and seen in Home.

    While Slack is away it is kept as well, so that nothing that happened is lost, and shown when Slack is back.
    """
    if not now.channel:
        return now
    # In counts of parts of the traffic there is no secret: where Slack does not tell who reads them, they are shown.
    inside, on_call = await sharing.shared(desk, now.channel) is not True, _called(desk, now)
    try:
        if now.ts is None:
            place = Place(now.channel)
            posted = await reply.post_once(
                desk.slack,
                desk.redis,
                place,
                desk.pages.incident(now, on_call, inside=inside),
                case=now.id,
                name="incident",
            )
            now = replace(now, channel=posted.channel, ts=posted.ts)
        await chart.show(desk, now, partial(desk.pages.incident, now, on_call, inside=inside))
    except RefusedError as error:
        log.error("incident %s: Slack refused for good (%s) in %s", now.id, error.code, now.channel)
    except UnclearError as error:
        log.warning("incident %s: Slack is away (%s); shown later", now.id, error)
        await jobs.later(desk.redis, _own("show", now, now.opened), datetime.now(UTC) + SHOW_AGAIN)
    return now


async def _show_again(desk: Desk, job: Job, now: Record) -> Record:
    return await _show(desk, now)


def _called(desk: Desk, now: Record) -> tuple[str, ...]:
    service = desk.service(now.told.service)
    return (service.on_call or service.owner) if service else ()


async def _say(desk: Desk, now: Record, page: reply.Message, name: str) -> None:
    """Something that is worth a message of its own, in the incident's thread."""
    if now.ts is None:
        return
    try:
        await reply.post_once(desk.slack, desk.redis, Place(now.channel, now.ts), page, case=now.id, name=name)
    except RefusedError as error:
        log.error("incident %s: Slack refused for good (%s) in its thread", now.id, error.code)


async def _escalate_later(desk: Desk, now: Record, step: int) -> None:
    if step < len(ESCALATE_AFTER):
        due = now.opened + ESCALATE_AFTER[step]
        await jobs.later(desk.redis, _own("escalate", now, due, str(step)), due)


async def _escalate(desk: Desk, job: Job, now: Record) -> None:
    await _escalate_later(desk, now, int(job.about) + 1)
    if not now.quiet(datetime.now(UTC)):
        await _call(desk, job, now, f"escalation-{job.about}")


async def _wake(desk: Desk, job: Job, now: Record) -> None:
    """The snooze is over; if the incident is not, that is said once."""
    if now.snoozed_until == job.at and not now.quiet(job.at):
        await _call(desk, job, now, f"awake-{job.at:%d%H%M}")


async def _call(desk: Desk, job: Job, now: Record, name: str) -> None:
    await paging.begin(desk, job, now)
    await _say(desk, now, desk.pages.incident_calls(now, _called(desk, now)), name)


async def _acknowledge(desk: Desk, job: Job, now: Record) -> Record | None:
    if now.state != "open" or now.acknowledged_by:
        return None
    now = replace(now, acknowledged_by=job.user)
    await paging.follow(desk, job, now, "acknowledge")
    return await _show(desk, now)


async def _snooze(desk: Desk, job: Job, now: Record) -> Record | None:
    if now.state != "open":
        return None
    until = job.at + SNOOZES[job.about]
    await jobs.later(desk.redis, _own("wake", now, until), until)
    return await _show(desk, replace(now, snoozed_until=until))


async def _resolve(desk: Desk, job: Job, now: Record) -> Record | None:
    if now.state != "open":
        return None
    now = replace(now, state="resolved", resolved_by=job.user, ended=job.at)
    await _ended(desk, job, now)
    return await _show(desk, now)


async def _ended(desk: Desk, job: Job, now: Record) -> None:
    await belonging.end(desk, now)
    await paging.follow(desk, job, now, "resolve")


async def _useless(desk: Desk, job: Job, now: Record) -> Record | None:
    return None if now.useless else await _show(desk, replace(now, useless=True))


DOING: Mapping[Kind, Callable[[Desk, Job, Record], Awaitable[Record | None]]] = {
    "show": _show_again,
    "escalate": _escalate,
    "reason": _reason,
    "summon": paging.summon,
    "wake": _wake,
    "acknowledge": _acknowledge,
    "snooze": _snooze,
    "resolve": _resolve,
    "useless": _useless,
}
KINDS = frozenset({"told", "noticed", *DOING})
PRESSED: frozenset[Kind] = frozenset({"acknowledge", "snooze", "resolve", "useless"})


def _own(kind: Kind, now: Record, at: datetime, about: str = "") -> Job:
    return jobs.unasked(now, kind, f"{kind}:{now.id}:{at.timestamp():.0f}", at, word=about)
