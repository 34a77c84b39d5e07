"""The Home tab: what the bot is, and the open cases."""

from __future__ import annotations

from typing import Any

from redis.exceptions import RedisError
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import cases
from bot.cases import Case
from bot.slack import RefusedError, UnclearError, ask
from handlers.blocks.home import OpenCase, home
from handlers.deps import Deps
from handlers.reports import team_of

Body = dict[str, Any]


def register(app: AsyncApp, deps: Deps) -> None:
    """Listen for the tab being opened."""

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def show(event: Body, body: Body) -> None:
        if event.get("tab", "home") == "home":
            await publish(deps, team_of(deps, body), str(event["user"]))

    app.event("app_home_opened")(ack=acknowledge, lazy=[show])


async def publish(deps: Deps, team: str, user: str) -> None:
    """Show the user's open cases, or everybody's to a support engineer."""
    try:
        engineer = await deps.access.is_engineer(user)
        shown = [case for case in await cases.recent(deps.redis, team, 50) if engineer or case.reporter == user]
        await ask(deps.slack.calls.views_publish(user_id=user, view=home([_row(case) for case in shown], engineer)))
    except (RefusedError, UnclearError, RedisError, OSError):
        return


def _row(case: Case) -> OpenCase:
    causes = case.diagnosis.causes if case.diagnosis and case.diagnosis.known else ()
    title = causes[0].title if causes else "Not known yet"
    return case.id, title, case.report.url or case.report.path or "", case.state.replace("_", " ")
