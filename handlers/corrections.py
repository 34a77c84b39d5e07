"""An engineer says in the evidence what a case really was; handlers/commands/case.py takes the same in words."""

from __future__ import annotations

import logging
from typing import Any

from redis.exceptions import RedisError
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot import outcomes
from bot.cases import Case
from bot.slack import RefusedError, UnclearError, ask
from handlers.blocks.evidence import CORRECT, evidence_modal
from handlers.deps import Deps, Teams
from handlers.reports import known_case
from knowledge.causes import causes

Body = dict[str, Any]

log = logging.getLogger(__name__)


def register(app: AsyncApp, teams: Teams) -> None:
    """Listen for the menu in the evidence."""

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def chosen(context: AsyncBoltContext, body: Body, action: Body) -> None:
        deps, view = await teams.of(context), body["view"]
        cause_id = str((action.get("selected_option") or {}).get("value"))
        try:
            case = await known_case(deps, str(view.get("private_metadata")))
            if case is None or not await correct(deps, case, str(body["user"]["id"]), cause_id):
                return
            shown = evidence_modal(case.id, case.diagnosis, was=cause_id) if case.diagnosis else None
            if shown:
                await ask(deps.slack.calls.views_update(view_id=view["id"], view=shown))
        except (RefusedError, UnclearError, RedisError, OSError) as error:
            log.warning("what a case was could not be taken in or shown (%s)", error)

    app.action(CORRECT)(ack=acknowledge, lazy=[chosen])


async def correct(deps: Deps, case: Case, user: str, cause_id: str) -> bool:
    """Keep what an engineer of the case's service says it was. False: it is another's word, or no cause."""
    service = case.diagnosis.service if case.diagnosis else None
    if cause_id not in causes() or not await deps.access.may_see(user, service):
        return False
    await outcomes.correct(deps.redis, case, cause_id, user)
    return True
