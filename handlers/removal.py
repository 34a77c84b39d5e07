"""A workspace or organisation takes the app out, or its token back: what we have of its tokens is deleted."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot import audit
from handlers.deps import Teams

log = logging.getLogger(__name__)


def register(app: AsyncApp, teams: Teams) -> None:
    """Listen for the end of an installation; Slack sends both events, in no certain order."""

    @app.event("app_uninstalled")
    async def uninstalled(context: AsyncBoltContext, body: dict[str, Any]) -> None:
        await _removed(teams, context, body)

    @app.event("tokens_revoked")
    async def revoked(context: AsyncBoltContext, event: dict[str, Any], body: dict[str, Any]) -> None:
        if (event.get("tokens") or {}).get("bot"):
            await _removed(teams, context, body)


async def _removed(teams: Teams, context: AsyncBoltContext, body: dict[str, Any]) -> None:
    one = (context.enterprise_id if context.is_enterprise_install else context.team_id) or ""
    if await teams.workspaces.removed(one, int(body.get("event_time") or 0)):
        await audit.record(teams.redis, team=one, user="Slack", action="remove", about=one)
    else:
        log.info("the app or its token was removed from %s; there is nothing of it to delete", one)
