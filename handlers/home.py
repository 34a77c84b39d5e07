"""The Home tab: what the bot is, and the open cases."""

from __future__ import annotations

from typing import Any

from redis.exceptions import RedisError
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot import cases
from bot.cases import Case
from bot.slack import RefusedError, UnclearError, ask
from handlers.blocks.home import OpenCase, home
from handlers.deps import Deps, Teams

Body = dict[str, Any]


def register(app: AsyncApp, teams: Teams) -> None:
    """Listen for the tab being opened."""

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def show(event: Body, context: AsyncBoltContext) -> None:
        if event.get("tab", "home") == "home":
            await publish(await teams.of(context), str(event["user"]))

    app.event("app_home_opened")(ack=acknowledge, lazy=[show])


async def publish(deps: Deps, user: str) -> None:
    """Show the user's open cases, or everybody's to a support engineer."""
    try:
        engineer = await deps.access.is_engineer(user)
        shown = [case for case in await cases.recent(deps.redis, deps.team, 50) if engineer or case.reporter == user]
        await ask(deps.slack.calls.views_publish(user_id=user, view=home([_row(case) for case in shown], engineer)))
    except (RefusedError, UnclearError, RedisError, OSError):
        return


def _row(case: Case) -> OpenCase:
    causes = case.diagnosis.causes if case.diagnosis and case.diagnosis.known else ()
    title = causes[0].title if causes else "Not known yet"
    return case.id, title, case.report.url or case.report.path or "", case.state.replace("_", " ")
