"""Somebody mentions the bot, anywhere."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from handlers.commands import said
from handlers.deps import Teams
from handlers.message import is_from_a_person
from handlers.reports import take


def register(app: AsyncApp, teams: Teams) -> None:
    """Listen for mentions."""

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], context: AsyncBoltContext, body: dict[str, Any]) -> None:
        if is_from_a_person(event):
            deps = await teams.of(context)
            await said.take(deps, event, body) or await take(deps, event, body, addressed=True)
