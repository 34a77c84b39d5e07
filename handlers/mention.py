"""Somebody mentions the bot, anywhere."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from handlers.deps import Deps
from handlers.message import is_from_a_person
from handlers.reports import take


def register(app: AsyncApp, deps: Deps) -> None:
    """Listen for mentions."""

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], body: dict[str, Any]) -> None:
        if is_from_a_person(event):
            await take(deps, event, body, addressed=True)
