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
from bot.wording import title
from handlers.blocks.evidence import CORRECT, OF_CASE, evidence_modal, evidence_refused
from handlers.blocks.told import noted
from handlers.deps import Deps, Teams
from handlers.reports import known_case
from handlers.telling import EXPIRED, tell
from knowledge.causes import causes

NOT_YOURS = "What a case was is for the support engineers of its service to say."
Body = dict[str, Any]

log = logging.getLogger(__name__)


def register(app: AsyncApp, teams: Teams) -> None:
    """Listen for the menu in the evidence."""

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def chosen(context: AsyncBoltContext, body: Body, action: Body) -> None:
        deps, user = await teams.of(context), str(body["user"]["id"])
        case_id = str(action.get("block_id")).removeprefix(OF_CASE)
        cause_id = str((action.get("selected_option") or {}).get("value"))
        try:
            told, shown = await _corrected(deps, case_id, user, cause_id)
            if view_id := (body.get("view") or {}).get("id"):
                await ask(deps.slack.calls.views_update(view_id=view_id, view=shown))
            else:  # a server that does not say in which view it was chosen
                await tell(deps, body, user, told)
        except (RefusedError, UnclearError, RedisError, OSError) as error:
            log.warning("what a case was could not be taken in or shown (%s)", error)

    app.action(CORRECT)(ack=acknowledge, lazy=[chosen])


async def _corrected(deps: Deps, case_id: str, user: str, cause_id: str) -> tuple[str, Body]:
    """That it is noted, or why it could not be: in a sentence, and in the evidence."""
    case = await known_case(deps, case_id)
    if case is None or case.diagnosis is None:
        return EXPIRED, evidence_refused(EXPIRED)
    if not await correct(deps, case, user, cause_id):
        return NOT_YOURS, evidence_refused(NOT_YOURS)
    return noted(case.id, cause_id).text, evidence_modal(case.id, case.diagnosis, noted=f"Noted: {title(cause_id)}.")


async def correct(deps: Deps, case: Case, user: str, cause_id: str) -> bool:
    """Keep what an engineer of the case's service says it was. False: it is another's word, or no cause."""
    service = case.service
    if cause_id not in causes() or not await deps.access.may_see(user, service):
        return False
    await outcomes.correct(deps.redis, case, cause_id, user)
    return True
