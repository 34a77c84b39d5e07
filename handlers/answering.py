"""Answers to the one question under an answer, pressed: a likely one, a time, or whose request a log shows."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from redis.exceptions import RedisError
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot import jobs
from bot.cases import Case
from bot.engine.question import asked
from bot.model import NextStep, Report
from bot.once import name_of
from bot.reading.answered import chosen, pressed, tried
from bot.slack import RefusedError, UnclearError, ask
from handlers.actions import case_of, job_of, may_press
from handlers.blocks.evidence import evidence_modal, evidence_refused
from handlers.blocks.question import NOW, REPLY, WHEN, WHOSE, offered
from handlers.deps import Deps, Teams
from handlers.telling import EXPIRED, tell
from knowledge.questions import questions

ENGINEERS_ONLY = "Whose request it is is for the support engineers of the service to say."
CHOSEN = "Noted. I look again, with this as the reporter's request."
OUTDATED = "I have looked again since this was offered. Please choose among what I offer now."

Body = dict[str, Any]

log = logging.getLogger(__name__)


def register(app: AsyncApp, teams: Teams) -> None:
    """Listen for the question's buttons."""

    @app.action(re.compile(rf"{NOW}|(?:{REPLY}|{WHEN}):\d+"))
    async def answered(ack: AsyncAck, context: AsyncBoltContext, body: Body, action: Body) -> None:
        deps = await teams.of(context)
        case = await case_of(deps, body, _parts(action)[0])
        told = _told(case, action)
        if case and told and await may_press(deps, body, case):
            await _record(deps, body, case, told)
        await ack()
        if told is None:
            await tell(deps, body, str(body["user"]["id"]), OUTDATED if case else EXPIRED)

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def whose(context: AsyncBoltContext, body: Body, action: Body) -> None:
        deps, user = await teams.of(context), str(body["user"]["id"])
        try:
            shown = await _settled(deps, body, user, action)
            if view_id := (body.get("view") or {}).get("id"):
                await ask(deps.slack.calls.views_update(view_id=view_id, view=shown))
        except (RefusedError, UnclearError, RedisError, OSError) as error:
            log.warning("whose request it is could not be taken in or shown (%s)", error)

    # Lazy: who is an engineer is asked of Slack, which does not wait for its own answer.
    app.action(re.compile(rf"{WHOSE}:\d+"))(ack=acknowledge, lazy=[whose])


async def _settled(deps: Deps, body: Body, user: str, action: Body) -> Body:
    """Have it looked into again with the request that an engineer chose; the evidence says so."""
    case_id, of, at = _parts(action)
    case = await case_of(deps, body, case_id)
    if case is None or case.diagnosis is None:
        return evidence_refused(EXPIRED)
    if not await deps.access.may_see(user, case.service):
        return evidence_refused(ENGINEERS_ONLY)
    told = chosen(_offering(case, of), at, by_person=True)
    if told is None:
        return evidence_modal(case.id, case.diagnosis, noted=OUTDATED)
    await _record(deps, body, case, told)
    return evidence_modal(case.id, replace(case.diagnosis, next_step=None), noted=CHOSEN)


async def _record(deps: Deps, body: Body, case: Case, told: Report) -> None:
    job = job_of(case, body, "report")
    await jobs.record(deps.redis, replace(job, report=told), once=(name_of(body),))


def _told(case: Case | None, action: Body) -> Report | None:
    """What the button says of the case; None where there is no case, or what it chose among is offered no more.

    An answer to a question that is asked no more still says what it said.
    """
    name, (_, of, at) = str(action["action_id"]).partition(":")[0], _parts(action)
    if case is None or case.diagnosis is None:
        return None
    if name == NOW:
        return tried(datetime.now(UTC))
    if name == WHEN:
        return chosen(_offering(case, of), at)
    question = questions().get(of)
    return pressed(asked(question), at, datetime.now(UTC)) if question else None


def _offering(case: Case, of: str) -> NextStep | None:
    """The case's question as long as it offers the requests of that mark."""
    step = case.diagnosis.next_step if case.diagnosis else None
    return step if step and offered(step.among) == of else None


def _parts(action: Body) -> tuple[str, str, int]:
    """The case that a button names, what it answers, and the number of the answer; none is -1."""
    case_id, _, rest = str(action.get("value")).partition(":")
    of, _, at = rest.rpartition(":")
    return case_id, of, int(at) if re.fullmatch(r"\d", at, re.ASCII) else -1
