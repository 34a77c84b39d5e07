"""The shortcuts: "Diagnose this 401" on a message, and "Report a 401", which opens a form."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot import cases, jobs
from bot.jobs import Job
from bot.once import name_of
from handlers.commands.record import record
from handlers.commands.table import Ask
from handlers.deps import Deps, Teams
from handlers.form import open_form
from handlers.reports import files_of, moment, once_of, read

DIAGNOSE, REPORT = "diagnose_message", "report_401"
Body = dict[str, Any]


def register(app: AsyncApp, teams: Teams) -> None:
    """Listen for the shortcuts."""

    @app.shortcut({"type": "message_action", "callback_id": DIAGNOSE})
    async def diagnose(ack: AsyncAck, context: AsyncBoltContext, shortcut: Body) -> None:
        await _diagnose(await teams.of(context), shortcut)
        await ack()

    @app.shortcut({"type": "shortcut", "callback_id": REPORT})
    async def report(ack: AsyncAck, context: AsyncBoltContext, shortcut: Body) -> None:
        await ack()
        await open_form(await teams.of(context), shortcut, str(shortcut["user"]["id"]))


async def _diagnose(deps: Deps, shortcut: Body) -> None:
    """Record the message as the report of whoever wrote it; or say to who pressed that it is a case already."""
    message: Body = shortcut["message"]
    team, channel, presser = deps.team, str(shortcut["channel"]["id"]), str(shortcut["user"]["id"])
    ts = str(message["ts"])
    thread_ts = str(message.get("thread_ts") or ts)
    known = await cases.in_thread(deps.redis, team, channel, thread_ts)
    if known and thread_ts == ts:
        await _tell(deps, shortcut, channel, known)
        return
    # A bot's alarm is reported by who asks; a person's message stays that person's, whose replies are understood then.
    author = str(message.get("user") or "")
    user = author if author and not message.get("bot_id") and author != deps.slack.user else presser
    case = known or await cases.assign(deps.redis, team, channel, thread_ts)
    job = Job(
        id=f"{channel}:{ts}",
        kind="report",
        case=case,
        team=team,
        channel=channel,
        thread_ts=thread_ts,
        ts=ts,
        user=user,
        at=moment(ts),
        report=await read(deps, str(message.get("text") or ""), user, ts),
        files=files_of(message),
        about=presser,
    )
    event = {"channel": channel, "ts": ts}
    if not await jobs.record(deps.redis, job, once=once_of(event, {"event_id": f"shortcut:{channel}:{ts}"}, team)):
        await _tell(deps, shortcut, channel, case)


async def _tell(deps: Deps, shortcut: Body, channel: str, case: str) -> None:
    name = name_of(shortcut)
    user = str(shortcut["user"]["id"])
    await record(deps, Ask("known", case), name=name, channel=channel, thread_ts="", user=user, once=(name,))
