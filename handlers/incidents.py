"""The buttons under an incident, for those on call, its owners and support engineers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot import audit, jobs
from bot.codec import UnreadableError
from bot.incidents import record
from bot.incidents.record import Record
from bot.jobs import Job, Kind
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
NOT_YOURS = "Only those on call, the service's owners and support engineers may do that."

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
        elif await deps.access.may_run(user, found.told.service):
            kind, about = PRESSED[action["action_id"]]
            await audit.record(deps.redis, team=found.team, user=user, action=kind, about=found.id)
            await jobs.record(deps.redis, _job(found, user, kind, about), once=(name_of(body),))
            await ack()
        else:
            await ack()
            await tell(deps, body, user, NOT_YOURS)


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


def _job(found: Record, user: str, kind: Kind, about: str) -> Job:
    now = datetime.now(UTC)
    return Job(
        id=f"{kind}:{user}:{now.timestamp()}",
        kind=kind,
        case=found.id,
        team=found.team,
        channel=found.channel,
        thread_ts="",
        ts="",
        user=user,
        at=now,
        about=about,
    )
