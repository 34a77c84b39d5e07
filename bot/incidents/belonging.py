"""The cases that people reported of an incident: counted while it goes on, and told when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot import joining
from bot.cases import Case
from bot.casework.desk import Desk
from bot.incidents.record import Record, moment

BEFORE = timedelta(minutes=10)
"""People may report before a spike has begun by the counts: few callers notice it first."""
SAID = {
    "over": "The 401s of the service have gone back to what is usual, and with them the incident that this belongs to.",
    "resolved": "Those on call say that the incident is solved that this belongs to.",
}


async def gather(desk: Desk, now: Record) -> Record:
    """The incident with the open cases that belong to it."""
    return replace(now, cases=tuple(case.id for case in await _open(desk, now)))


async def end(desk: Desk, now: Record) -> None:
    """Tell the cases, each in its own message, that the incident has ended. Safe to repeat."""
    told = [case for case in await _open(desk, now) if not joining.callers_own(case)]
    at = now.ended or moment(now.told.at)
    await joining.tell_joined(desk.redis, told, name=now.id, said=SAID[now.state], at=at)


async def _open(desk: Desk, now: Record) -> tuple[Case, ...]:
    told, since = now.told, moment(now.told.onset) - BEFORE
    return await joining.open_cases(desk.redis, desk.slack.team, told.service, told.node.route, since)
