"""What people see of the bot, and waiting for it."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis

from bot import cases, jobs
from bot.workspace.messages import Message
from bot.workspace.people import HELP_API, LOCKSMITH, RITA, TEAM
from bot.workspace.workspace import Workspace


def replies(workspace: Workspace, ts: str, channel: str = HELP_API) -> list[Message]:
    """The bot's messages in a thread."""
    return [m for m in workspace.messages(channel, ts) if m.user == LOCKSMITH]


async def answer(workspace: Workspace, ts: str, channel: str = HELP_API) -> Message:
    """The bot's answer in a thread, once there is one."""
    found = await workspace.until(lambda: [m for m in replies(workspace, ts, channel) if "Looking" not in m.text])
    return found[0]  # type: ignore[no-any-return]


async def answered(
    workspace: Workspace, redis: Redis, text: str, *, user: str = RITA, channel: str = HELP_API
) -> Message:
    """The answer to a report, Rita's mostly, once its case is written: only then do its buttons do anything."""
    ts = await workspace.post(user, channel, text)
    reply = await answer(workspace, ts, channel)
    case_id = str(await cases.in_thread(redis, TEAM, channel, ts))
    await eventually(lambda: cases.get(redis, case_id))
    return reply


def evidence_of(workspace: Workspace, user: str) -> str:
    """What the open view says, once it is no longer loading."""
    shown = "".join(json.dumps(view.body["blocks"]) for view in workspace.views(user))
    return "" if "Looking up" in shown else shown


async def eventually(ask: Callable[[], Awaitable[object]]) -> None:
    """Wait for what tells nobody that it has come."""
    async with asyncio.timeout(60):
        while not await ask():  # noqa: ASYNC110 - it comes in the store
            await asyncio.sleep(0.01)


async def idle(redis: Redis) -> bool:
    """Whether there is nothing to do."""
    return not await redis.xlen(jobs.STREAM)
