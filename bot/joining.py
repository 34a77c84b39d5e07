"""Cases that are the same incident: counted together while they come, and all told when it is over.

Reports are of one incident when the same cause was found at the same service, and it is one that its callers cannot
mend: five expired tokens in an hour are five cases, five tokens signed with a key that the service lost are one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from redis.asyncio import Redis

from bot import cases, jobs
from bot.cases import ENDED, IDLE_S, Case
from bot.codec import UnreadableError
from bot.jobs import Job
from bot.logs.names import route as template
from bot.spikes.templates import Templates
from bot.store import key

WINDOW = timedelta(hours=2)
"""Reports that lie farther apart are counted anew: people report an outage within minutes to an hour."""
KEPT = timedelta(days=1)
"""For so long somebody is told of the end."""
MOST = 500
"""Cases of one incident that are kept; the newest."""
EVERY, APART = timedelta(minutes=1), timedelta(seconds=3)
"""A case's message says at most so often that more people joined; and the messages of many cases follow one another so,
since Slack takes some fifty edits a minute and answers come first."""
OPEN_MOST = 300
"""Open cases of a workspace that are looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Whoever else reports the same."""

    others: int = 0
    """People, not reports."""
    first: str = ""
    """The case that was first; empty for the first one itself."""
    since: datetime | None = None
    """When the first report came."""


LIKELY = 0.5
"""Cases that share no more than a guess are not one incident."""
ALONE = Joined()


class Member(NamedTuple):
    """A case of an incident."""

    case: str
    reporter: str
    at: float
    """When it came, in seconds since 1970."""


async def join(redis: Redis, case: Case, now: datetime) -> Joined:
    """Count the case among those of its incident, and have the others' messages count it soon; safe to repeat."""
    group, at = _group(case), case.created.timestamp()
    if not group:
        return ALONE
    async with redis.pipeline() as pipe:
        pipe.zadd(group, {f"{case.id}:{case.reporter}": at})
        pipe.zremrangebyscore(group, "-inf", at - KEPT.total_seconds())
        pipe.zremrangebyrank(group, 0, -MOST - 1)
        pipe.expire(group, IDLE_S)
        await pipe.execute()
    members = await _members(redis, group, case)
    others = [member for member in members if member.case != case.id]
    follow = ((_follow(case.team, other), now + EVERY + place * APART) for place, other in enumerate(others))
    await jobs.soon(redis, follow)
    return _joined(case, members)


async def company(redis: Redis, case: Case) -> Joined:
    """Whoever else reports the same by now."""
    group = _group(case)
    return _joined(case, await _members(redis, group, case)) if group else ALONE


async def _members(redis: Redis, group: str, case: Case) -> list[Member]:
    """The cases that came about when this one did, the first one first."""
    at, far = case.created.timestamp(), WINDOW.total_seconds()
    found: Any = await redis.zrangebyscore(group, at - far, at + far, withscores=True)
    named = ((str(member).partition(":"), float(since)) for member, since in found)
    return [Member(case, reporter, since) for (case, _, reporter), since in named]


def _joined(case: Case, members: list[Member]) -> Joined:
    others = {member.reporter for member in members} - {case.reporter}
    if not others:
        return ALONE
    first, since = members[0].case, datetime.fromtimestamp(members[0].at, UTC)
    return Joined(others=len(others), first="" if first == case.id else first, since=since)


def _follow(team: str, member: Member) -> Job:
    """The job by which a case's message follows; always the same one, so that it waits only once."""
    return Job(
        id=f"joined:{member.case}",
        kind="joined",
        case=member.case,
        team=team,
        channel="",
        thread_ts="",
        ts="",
        user=member.reporter,
        at=datetime.fromtimestamp(member.at, UTC),
    )


async def over(redis: Redis, case: Case, said: str) -> None:
    """Have all cases of this case's incident told that it is over, once; safe to repeat. `said`: one sentence."""
    group = _group(case)
    members = [str(member) for member in await redis.zrange(group, 0, -1)] if group else []
    # One that is still being looked into is not written yet, and stays to be told the next time.
    found = {member: other for member in members if (other := await _case(redis, member.split(":", 1)[0]))}
    told = [other for other in found.values() if other.id != case.id and _group(other) == group]
    await tell_joined(redis, told, name=f"{case.id}-{case.revision}", said=said, at=case.updated)
    if found:
        await redis.zrem(group, *found)


async def open_cases(redis: Redis, team: str, service: str, route: str | None, since: datetime) -> tuple[Case, ...]:
    """The cases reported since then that have not ended, of a service and one of its routes (None: all), oldest first.

    `route` is a template as `bot.spikes.templates` makes them.
    """
    templates = Templates((route,) if route else ())
    every = await cases.recent(redis, team, OPEN_MOST)
    fitting = (c for c in every if c.created >= since and c.service == service)
    on_route = (c for c in fitting if route is None or templates.of(c.report.path or "") == route)
    return tuple(sorted((c for c in on_route if c.state not in ENDED), key=lambda c: c.created))


async def tell_joined(redis: Redis, told: Iterable[Case], *, name: str, said: str, at: datetime) -> None:
    """Have each of the cases told, in its own message and once, that its incident is over.

    `name` is what ended, by which telling twice is found out within a day; `said` one sentence for everybody.
    """
    for case in told:
        job = jobs.unasked(case, "over", f"over:{case.id}:{name}", at, word=said)
        await jobs.record(redis, job, once=(f"over:{case.id}:{case.revision}:{name}",))


def callers_own(case: Case) -> bool:
    """Whether the case is one that only its caller can mend, whatever becomes of others."""
    diagnosis = case.diagnosis
    return bool(diagnosis and diagnosis.known and diagnosis.causes and diagnosis.causes[0].owner == "caller")


def _group(case: Case) -> str:
    """The key of the case's incident; empty where it is none."""
    diagnosis = case.diagnosis
    if diagnosis is None or not (diagnosis.known and diagnosis.causes) or callers_own(case):
        return ""
    if diagnosis.causes[0].confidence < LIKELY:
        return ""
    # Without a service that the operator named, one route of a host is all that is known to belong together.
    where = diagnosis.service or " ".join(filter(None, (case.report.host, template(case.report.path or ""))))
    digest = hashlib.blake2s(f"{where} {diagnosis.causes[0].id}".encode(), digest_size=12).hexdigest()
    return key("alike", case.team, digest) if where else ""


async def _case(redis: Redis, case_id: str) -> Case | None:
    with suppress(UnreadableError):
        return await cases.get(redis, case_id)
    return None
