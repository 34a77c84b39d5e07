"""Messages that the bot hears: direct ones, reports in support channels, and replies in the threads of its cases."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot import cases
from handlers.commands import said
from handlers.deps import Deps, Teams
from handlers.recognise import is_report
from handlers.reports import Event, take

SUBTYPES = {None, "file_share", "thread_broadcast"}


def register(app: AsyncApp, teams: Teams) -> None:
    """Listen for messages."""

    @app.event("message")
    async def heard(event: dict[str, Any], context: AsyncBoltContext, body: dict[str, Any]) -> None:
        if not is_from_a_person(event):
            return
        deps = await teams.of(context)
        addressed = is_direct(event) or f"<@{deps.slack.user}>" in str(event.get("text"))
        if addressed and await said.take(deps, event, body):
            return
        if addressed or await _concerns_us(deps, event):
            await take(deps, event, body, addressed=addressed)


def is_from_a_person(event: Event) -> bool:
    """Whether a person wrote this just now: no edits, joins or bots."""
    return event.get("subtype") in SUBTYPES and not event.get("bot_id") and bool(event.get("user"))


def is_direct(event: Event) -> bool:
    """Whether this was written to the bot alone."""
    return event.get("channel_type") == "im" or str(event.get("channel")).startswith("D")


async def _concerns_us(deps: Deps, event: Event) -> bool:
    channel, thread_ts = str(event["channel"]), event.get("thread_ts")
    if thread_ts and await cases.in_thread(deps.redis, deps.team, channel, str(thread_ts)):
        return True
    return channel in deps.support_channels and is_report(str(event.get("text") or ""), files=bool(event.get("files")))
