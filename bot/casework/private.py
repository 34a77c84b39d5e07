"""What is told to one person alone: ephemeral in a channel, an ordinary message where nobody else reads.

An ephemeral message cannot be looked for afterwards. So when Slack gives no clear answer it is sent again: to one
person, twice is better than never. More than twice it is not sent where Slack takes it and is late to say so.
Where the bot cannot speak, the person is written to directly.
"""

from __future__ import annotations

import logging
from typing import Any

from bot import reply
from bot.casework.desk import Desk
from bot.jobs import SEEN_S, Job
from bot.reply import NOT_THERE, Message, Place
from bot.slack import RefusedError, Slack, UnclearError, ask
from bot.store import key

MOST_LATE = 2

log = logging.getLogger(__name__)


async def tell(desk: Desk, job: Job, message: Message) -> None:
    """Tell whoever caused the job, once; repeated after a crash. Raises RefusedError or UnclearError."""
    told = key("told", job.id)
    if await desk.redis.get(told):
        return
    if job.channel.startswith("D"):
        await _directly(desk, job, message, Place(job.channel, job.thread_ts))
    else:
        try:
            await _ephemeral(desk, job, message)
        except RefusedError as error:
            if error.code not in NOT_THERE:
                raise
            await _directly(desk, job, message, Place(await direct(desk.slack, job.user)))
    await desk.redis.set(told, "1", ex=SEEN_S)


async def direct(slack: Slack, user: str) -> str:
    """The channel of the direct messages with somebody; where Slack does not tell, their own id, which leads there."""
    try:
        answer = await ask(slack.calls.conversations_open(users=user))
    except RefusedError as error:
        log.info("the direct messages with %s cannot be opened (%s)", user, error)
        return user
    return str((answer.get("channel") or {}).get("id") or user)


async def _ephemeral(desk: Desk, job: Job, message: Message) -> None:
    where: dict[str, Any] = {"channel": job.channel, "user": job.user, "thread_ts": job.thread_ts or None}
    async for _ in reply.patience():
        try:
            await ask(desk.slack.posts.chat_postEphemeral(**where, text=message.text, blocks=message.blocks))
        except UnclearError as error:
            if error.late and await _late(desk, job) >= MOST_LATE:
                log.warning("what %s was told is unclear (%s); left at that", job.user, error)
                return
            log.warning("what %s was told is unclear (%s); again", job.user, error)
            continue
        except RefusedError as error:
            if error.code not in reply.TOO_RICH:
                raise
            log.error("Slack refused our blocks (%s); showing the text alone", error.code)
            await ask(desk.slack.posts.chat_postEphemeral(**where, text=message.text))
        return
    raise UnclearError("Slack gave no clear answer for long")


async def _late(desk: Desk, job: Job) -> int:
    """How often Slack was late to say that it took this, deliveries before a crash included."""
    counted = key("late", job.id)
    async with desk.redis.pipeline(transaction=True) as both:
        both.incr(counted)
        both.expire(counted, SEEN_S)
        return int((await both.execute())[0])


async def _directly(desk: Desk, job: Job, message: Message, place: Place) -> None:
    await reply.post_once(desk.slack, desk.redis, place, message, case=job.case, name=f"told-{job.id}")
