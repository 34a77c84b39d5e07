"""The slash command: `/401 <report>` and `/401 help`."""

from __future__ import annotations

import time
from typing import Any

from redis.exceptions import RedisError
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import cases, jobs
from bot.jobs import Job
from handlers.blocks.help import help_message
from handlers.deps import Deps
from handlers.reports import moment, read, team_of

COMMAND = "/401"
BUSY = "I cannot take this in right now. Nothing was kept; please try again in a minute."


def register(app: AsyncApp, deps: Deps) -> None:
    """Listen for the command."""

    @app.command(COMMAND)
    async def commanded(ack: AsyncAck, command: dict[str, Any]) -> None:
        text = str(command.get("text") or "").strip()
        if text.lower() in {"", "help", "?"}:
            page = help_message()
            await ack(text=page.text, blocks=page.blocks, response_type="ephemeral")
            return
        try:
            await _record(deps, command, text)
        except (RedisError, OSError):
            # Slack repeats events, never commands: the person has to know.
            await ack(text=BUSY, response_type="ephemeral")
            return
        await ack()


async def _record(deps: Deps, command: dict[str, Any], text: str) -> None:
    team, channel, user = team_of(deps, command), str(command["channel_id"]), str(command["user_id"])
    trigger, ts = str(command["trigger_id"]), f"{time.time():.6f}"
    job = Job(
        id=f"command:{trigger}",
        kind="report",
        case=await cases.assign(deps.redis, team, channel, f"command:{trigger}"),
        team=team,
        channel=channel,
        thread_ts="",
        ts="",
        user=user,
        at=moment(ts),
        report=await read(deps, text, user, ts),
    )
    await jobs.record(deps.redis, job, once=(f"trigger:{trigger}",))
