"""The slash command: `/401 <report>`, `/401 explain <cause>` and `/401 help`."""

from __future__ import annotations

import time
from difflib import get_close_matches
from typing import Any

from redis.exceptions import RedisError
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.context.async_context import AsyncBoltContext

from bot import cases, jobs
from bot.jobs import Job
from bot.once import name_of
from handlers import asides
from handlers.blocks.cause import explain, overview
from handlers.blocks.help import help_message
from handlers.blocks.message import Message
from handlers.deps import Deps, Teams
from handlers.reports import moment, read
from knowledge.causes import causes

COMMAND = "/401"
BUSY = "I cannot take this in right now. Nothing was kept; please try again in a minute."


def register(app: AsyncApp, teams: Teams) -> None:
    """Listen for the command."""

    @app.command(COMMAND)
    async def commanded(
        ack: AsyncAck, context: AsyncBoltContext, respond: AsyncRespond, command: dict[str, Any]
    ) -> None:
        text = str(command.get("text") or "").strip()
        if (page := _page(text)) is not None:
            await ack(text=page.text, blocks=page.blocks, response_type="ephemeral")
            return
        if asides.understood(text):
            await ack()
            page = await asides.answer(await teams.of(context), str(command["user_id"]), text)
            await respond(text=page.text, blocks=page.blocks, response_type="ephemeral")
            return
        try:
            await _record(await teams.of(context), command, text)
        except (RedisError, OSError):
            # Slack repeats events, never commands: the person has to know.
            await ack(text=BUSY, response_type="ephemeral")
            return
        await ack()


def _page(text: str) -> Message | None:
    """The page that the words ask for; None when they are a report."""
    first, _, rest = text.lower().partition(" ")
    if first in {"", "help", "?"}:
        return help_message()
    if first != "explain":
        return None
    known = causes()
    name = rest.strip().replace(" ", "_")
    near = [name] if name in known else get_close_matches(name, known, 1)
    return explain(known[near[0]]) if near else overview(known.values())


async def _record(deps: Deps, command: dict[str, Any], text: str) -> None:
    team, channel, user = deps.team, str(command["channel_id"]), str(command["user_id"])
    name, ts = name_of(command), f"{time.time():.6f}"
    job = Job(
        id=name,
        kind="report",
        case=await cases.assign(deps.redis, team, channel, name),
        team=team,
        channel=channel,
        thread_ts="",
        ts="",
        user=user,
        at=moment(ts),
        report=await read(deps, text, user, ts),
    )
    await jobs.record(deps.redis, job, once=(name,))
