"""The buttons under an answer. A button's value only names a case; whether it may be done is checked on every click."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from redis.exceptions import RedisError
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot import audit, cases, jobs
from bot.cases import Case
from bot.casework.closing import FOR_ALL
from bot.jobs import Job, Kind
from bot.once import name_of
from bot.services import named
from bot.slack import RefusedError, UnclearError, ask
from handlers.blocks.evidence import evidence_loading, evidence_modal, evidence_refused
from handlers.deps import Deps, Teams
from handlers.reports import known_case
from handlers.telling import EXPIRED, TOO_LATE, tell
from handlers.waiting import written

RECORDED: dict[str, Kind] = {
    "case_again": "again",
    "case_failing": "failing",
    "case_works": "works",
    "case_handover": "handover",
}
EVIDENCE, ALLOW, OVER = "case_evidence", "case_allow", "case_over"
OPEN = re.compile("case_(?:open|thread)")
ENGINEERS_ONLY = "The evidence holds log lines, so it is for support engineers. Ask one of them to open it."
NOT_YOURS = "This case is for its reporter and for the support engineers of its service."
NOT_FOR_ALL = "Only support engineers can say that it is solved for all. Press “It works now” to say it for yourself."
UNREADABLE = "The evidence cannot be read right now. Please close this and press the button again."
BUSY = "I cannot take this in right now. Please press the button again in a minute."

Body = dict[str, Any]

log = logging.getLogger(__name__)


def register(app: AsyncApp, teams: Teams) -> None:
    """Listen for the buttons."""

    @app.action(re.compile("|".join(RECORDED)))
    async def pressed(ack: AsyncAck, context: AsyncBoltContext, body: Body, action: Body) -> None:
        deps = await teams.of(context)
        case = await case_of(deps, body, str(action.get("value")))
        may = case is not None and await may_press(deps, body, case)
        if case is not None and may:
            await jobs.record(deps.redis, job_of(case, body, RECORDED[action["action_id"]]), once=(name_of(body),))
        await ack()
        if not may:
            await tell(deps, body, str(body["user"]["id"]), NOT_YOURS if case else EXPIRED)

    @app.action(ALLOW)
    async def allowed(ack: AsyncAck, context: AsyncBoltContext, body: Body, action: Body) -> None:
        deps = await teams.of(context)
        case_id, _, host = str(action.get("value")).partition(":")
        if (case := await case_of(deps, body, case_id)) is not None:
            # Whether this person may is asked by the worker: Slack may take longer to tell than it waits itself.
            job = replace(job_of(case, body, "allow"), about=host[:255])
            await jobs.record(deps.redis, job, once=(name_of(body),))
        await ack()
        if case is None:
            await tell(deps, body, str(body["user"]["id"]), EXPIRED)

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def show(context: AsyncBoltContext, body: Body, action: Body) -> None:
        await _show_evidence(await teams.of(context), body, str(action.get("value")))

    async def end(context: AsyncBoltContext, body: Body, action: Body) -> None:
        await _end_for_all(await teams.of(context), body, str(action.get("value")))

    # Lazy: the answer to the click must not wait for Slack to open a view, or to say who is an engineer.
    app.action(EVIDENCE)(ack=acknowledge, lazy=[show])
    app.action(OVER)(ack=acknowledge, lazy=[end])
    app.action(OPEN)(acknowledge)  # Slack itself follows the link


def job_of(case: Case, body: Body, kind: Kind) -> Job:
    """What somebody who pressed a button wants done."""
    user, now = str(body["user"]["id"]), datetime.now(UTC)
    return jobs.unasked(case, kind, f"{kind}:{user}:{now.timestamp()}", now, user=user)


async def case_of(deps: Deps, body: Body, case_id: str) -> Case | None:
    """The case that a button names, if it belongs where it was pressed."""
    if not re.fullmatch(r"[A-Z0-9]{4,8}", case_id):
        return None
    case = await _written(deps, case_id)
    channel = (body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id")
    if case is None or (channel and channel not in {case.channel, _owners(deps, case)}):
        return None
    return case


def _owners(deps: Deps, case: Case) -> str | None:
    """The channel of the case's service, where it is handed over to."""
    service = named(deps.services, case.service)
    return service.channel if service else None


async def _end_for_all(deps: Deps, body: Body, case_id: str) -> None:
    user = str(body["user"]["id"])
    try:
        case = await case_of(deps, body, case_id)
        if not await deps.access.may_see(user, case.service if case else None):
            await tell(deps, body, user, NOT_FOR_ALL)
        elif case is None:
            await tell(deps, body, user, EXPIRED)
        else:
            await audit.record(deps.redis, team=case.team, user=user, action="over", case=case.id)
            await jobs.record(deps.redis, replace(job_of(case, body, "works"), about=FOR_ALL), once=(name_of(body),))
    except (RedisError, OSError):
        await tell(deps, body, user, BUSY)


async def may_press(deps: Deps, body: Body, case: Case) -> bool:
    """In its thread everybody who reads it may; elsewhere, as in the Home tab, the reporter and its engineers."""
    user = str(body["user"]["id"])
    if (body.get("channel") or {}).get("id") or user == case.reporter:
        return True
    return await deps.access.may_see(user, case.service)


async def _written(deps: Deps, case_id: str) -> Case | None:
    return await written(partial(known_case, deps, case_id), partial(cases.is_assigned, deps.redis, case_id))


async def _show_evidence(deps: Deps, body: Body, case_id: str) -> None:
    """Open the view empty at once, since the click's trigger lives three seconds; fill it when that is allowed."""
    user = str(body["user"]["id"])
    try:
        opened = await ask(deps.slack.posts.views_open(trigger_id=body["trigger_id"], view=evidence_loading()))
        view = await _evidence(deps, body, case_id, user)
        await ask(deps.slack.calls.views_update(view_id=opened["view"]["id"], view=view))
    except (RefusedError, UnclearError) as error:
        if str(getattr(error, "code", "")) == "exchanged_trigger_id":
            return  # the same click came twice: the other one opens it
        log.warning("the evidence of case %s was not opened (%s)", case_id, error)
        await tell(deps, body, user, TOO_LATE)


async def _evidence(deps: Deps, body: Body, case_id: str, user: str) -> Body:
    """The evidence, or why it is not shown. Nothing of it is made before it is known who asks."""
    try:
        case = await case_of(deps, body, case_id)
        service = case.service if case else None
        if not await deps.access.may_see(user, service):
            return evidence_refused(ENGINEERS_ONLY)
        if case is None or case.diagnosis is None:
            return evidence_refused(EXPIRED)
        await audit.record(deps.redis, team=case.team, user=user, action="evidence", case=case.id)
        return evidence_modal(case.id, case.diagnosis)
    except (RedisError, OSError) as error:
        log.warning("the evidence of case %s cannot be read (%s)", case_id, type(error).__name__)
        return evidence_refused(UNREADABLE)
