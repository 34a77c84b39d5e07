"""A case is given to the people who own the service: in their channel, with all that they need, or in the thread."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot import cases, links, reply
from bot.cases import Case
from bot.casework import paging, sharing
from bot.casework.answer import now
from bot.casework.desk import Desk
from bot.jobs import Job
from bot.reply import Message, Place
from bot.slack import RefusedError

CLOSED = reply.NOT_THERE | {"is_archived", "restricted_action"}
"""Why there may be no posting in the owners' channel."""

OWNERS = "owners"
"""Begins the names of the messages in the owners' channel; the number of the answer follows."""

log = logging.getLogger(__name__)


async def hand_over(desk: Desk, job: Job, case: Case) -> Case | None:
    """Give the owners the evidence, tell the thread who has it now, and have the people on call told."""
    service = desk.service(case.service)
    page = desk.pages.handover(case.id, case.diagnosis, desk.owners(case.diagnosis), job.user)
    if service and service.channel and service.channel != case.channel:
        page = await _to_owners(desk, job, case, service.channel, service.name) or page
    # One call for help an answer: pressing the button twice calls nobody twice.
    await _post(desk, case, Place(case.channel, case.thread_ts), page, "handover")
    await paging.begin(desk, job, case)
    return replace(case, state="handed_over", updated=now())


async def follow(desk: Desk, before: Case | None, after: Case) -> None:
    """Let what the owners were given say what became of the case: that it is over and by what, or open again."""
    if before is None or (before.state, before.proof) == (after.state, after.proof):
        return
    if after.state == "handed_over" or cases.ENDED.isdisjoint((before.state, after.state)):
        return
    given = await reply.posted(desk.redis, after.id, [f"{OWNERS}-{number}" for number in range(after.revision + 1)])
    if not given:
        return
    page = desk.pages.owners_told(after, link=await links.to_case(desk.slack, desk.redis, after))
    for message in given:
        try:
            await reply.edit(desk.slack, message.channel, message.ts, page)
        except RefusedError as error:
            log.warning("case %s: its hand-over cannot be edited (%s)", after.id, error.code)


async def _to_owners(desk: Desk, job: Job, case: Case, channel: str, service: str) -> Message | None:
    """Put the bundle into the owners' channel; what to say in the thread, None where the bot may not post there."""
    # As long as Slack does not say that the channel is ours alone, it gets the conclusion only.
    link, inside = await links.to_case(desk.slack, desk.redis, case), await sharing.shared(desk, channel) is False
    page = desk.pages.owners(case, desk.owners(case.diagnosis), job.user, link=link, inside=inside)
    try:
        await _post(desk, case, Place(channel), page, OWNERS)
    except RefusedError as error:
        if error.code not in CLOSED:
            raise
        log.warning("case %s: the owners' channel %s is closed to me (%s); invite me", case.id, channel, error.code)
        return None
    return desk.pages.handed_over(case.id, channel, service, job.user)


async def _post(desk: Desk, case: Case, place: Place, page: Message, name: str) -> None:
    await reply.post_once(desk.slack, desk.redis, place, page, case=case.id, name=f"{name}-{case.revision}")
