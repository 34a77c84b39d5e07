"""The slash command: `/401 <report>`, or one of the subcommands."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from redis.exceptions import RedisError
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot import cases, jobs
from bot.jobs import Job
from bot.once import name_of
from handlers.blocks.help import help_message
from handlers.blocks.message import Message
from handlers.blocks.told import busy, looking
from handlers.commands.record import is_slow, record
from handlers.commands.table import Ask, at_once, offered, understood
from handlers.deps import Deps, Teams
from handlers.form import open_form
from handlers.reports import moment, read

COMMAND = "/401"
PATIENCE_S = 1.0
"""How long people wait to hear whether they are an engineer, before they are told anything."""


def register(app: AsyncApp, teams: Teams) -> None:
    """Listen for the command."""

    @app.command(COMMAND)
    async def commanded(ack: AsyncAck, context: AsyncBoltContext, command: dict[str, Any]) -> None:
        deps, text = await teams.of(context), str(command.get("text") or "").strip()
        asked = understood(text)
        if asked == Ask("form"):
            await ack()
            await open_form(deps, command, str(command["user_id"]))
            return
        page = at_once(asked)
        if page is None and asked == Ask("help"):
            page = help_message(offered(await _engineer(deps, str(command["user_id"]))))
        try:
            if page is None:
                page = await _record(deps, command, asked, text)
        except (RedisError, OSError):
            # Slack repeats events, never commands: the person has to know.
            page = busy()
        if page is None:
            await ack()
        else:
            await ack(text=page.text, blocks=page.blocks, response_type="ephemeral")


async def _engineer(deps: Deps, user: str) -> bool:
    try:
        return await asyncio.wait_for(deps.access.is_engineer(user), PATIENCE_S)
    except TimeoutError:
        return False


async def _record(deps: Deps, command: dict[str, Any], asked: Any, text: str) -> Message | None:
    """Have it done; what to say meanwhile."""
    channel, user, name = str(command["channel_id"]), str(command["user_id"]), name_of(command)
    if asked is not None:
        await record(deps, asked, name=name, channel=channel, thread_ts="", user=user, once=(name,))
        return looking() if is_slow(asked) and await _engineer(deps, user) else None
    ts = f"{time.time():.6f}"
    job = Job(
        id=name,
        kind="report",
        case=await cases.assign(deps.redis, deps.team, channel, name),
        team=deps.team,
        channel=channel,
        thread_ts="",
        ts="",
        user=user,
        at=moment(ts),
        report=await read(deps, text, user, ts),
    )
    await jobs.record(deps.redis, job, once=(name,))
    return None
