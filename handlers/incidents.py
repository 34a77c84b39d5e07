"""The buttons under an incident; the worker asks whether whoever presses one is on call, an owner or an engineer."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot import jobs
from bot.codec import UnreadableError
from bot.incidents import record
from bot.incidents.record import Record
from bot.jobs import Kind
from bot.once import name_of
from handlers.deps import Deps, Teams
from handlers.telling import tell
from handlers.waiting import written

PRESSED: dict[str, tuple[Kind, str]] = {
    "incident_acknowledge": ("acknowledge", ""),
    "incident_snooze_1h": ("snooze", "1h"),
    "incident_snooze_4h": ("snooze", "4h"),
    "incident_resolve": ("resolve", ""),
    "incident_useless": ("useless", ""),
}
FORGOTTEN = "This incident is no longer kept."

Body = dict[str, Any]


def register(app: AsyncApp, teams: Teams) -> None:
    """Listen for the buttons."""

    @app.action(re.compile("|".join(PRESSED)))
    async def pressed(ack: AsyncAck, context: AsyncBoltContext, body: Body, action: Body) -> None:
        deps = await teams.of(context)
        user, found = str(body["user"]["id"]), await _record(deps, body, str(action.get("value")))
        if found is None:
            await ack()
            await tell(deps, body, user, FORGOTTEN)
            return
        # Whether this person may is asked by the worker: Slack may take longer to tell than it waits itself.
        now, (kind, about) = datetime.now(UTC), PRESSED[action["action_id"]]
        job = jobs.unasked(found, kind, f"{kind}:{user}:{now.timestamp()}", now, user=user, word=about)
        await jobs.record(deps.redis, job, once=(name_of(body),))
        await ack()


async def _record(deps: Deps, body: Body, incident: str) -> Record | None:
    """The incident that a button names, if it belongs where it was pressed."""
    try:
        found = await written(
            partial(record.get, deps.redis, incident), partial(record.is_posted, deps.redis, incident)
        )
    except UnreadableError:
        return None
    channel = (body.get("channel") or {}).get("id")
    if found is None or found.team != deps.team or (channel and channel != found.channel):
        return None
    return found
