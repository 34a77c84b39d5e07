"""The mention form of the subcommands: "@Locksmith why K7Q2", in threads too, where `why` alone means its case.

The answer is for the asker alone: nothing internal goes into a thread.
"""

from __future__ import annotations

from bot import cases
from handlers.commands.record import record
from handlers.commands.table import understood
from handlers.deps import Deps
from handlers.reports import Event, once_of, words_of


async def take(deps: Deps, event: Event, body: Event) -> bool:
    """Record the subcommand in a message that was written to the bot. False: the message is a report."""
    if event.get("files"):
        return False
    team, channel, ts = deps.team, str(event["channel"]), str(event["ts"])
    thread_ts = str(event.get("thread_ts") or "")
    asked = understood(words_of(deps, event))
    if asked is None:
        return False
    if thread_ts and (case := await cases.in_thread(deps.redis, team, channel, thread_ts)):
        asked = understood(words_of(deps, event), thread_case=case) or asked
    # In a direct message the answer is an ordinary one, which belongs under its question.
    where = thread_ts or (ts if channel.startswith("D") else "")
    await record(
        deps,
        asked,
        name=f"{channel}:{ts}",
        channel=channel,
        thread_ts=where,
        user=str(event["user"]),
        once=once_of(event, body, team),
    )
    return True
