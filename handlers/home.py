"""The Home tab: what is open, and how the services are for those who run them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot import cases, links, status, viewers
from bot.access import Access
from bot.cases import Case
from bot.services import Service
from bot.slack import RefusedError, Slack, UnclearError, ask
from handlers.blocks.cases import state
from handlers.blocks.home import SHOWN, OpenCase, home
from handlers.deps import Teams

LOOKED_AT = 200
REFRESH_S = 5.0
Body = dict[str, Any]

log = logging.getLogger(__name__)


class At(Protocol):
    """One workspace, and what is looked up for its people."""

    @property
    def slack(self) -> Slack:
        """Its bot."""

    @property
    def redis(self) -> Redis:
        """Where cases are kept."""

    @property
    def access(self) -> Access:
        """The rights of its people."""

    @property
    def services(self) -> tuple[Service, ...]:
        """Those of services.yaml."""


def register(app: AsyncApp, teams: Teams) -> None:
    """Listen for the tab being opened."""

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def show(event: Body, context: AsyncBoltContext) -> None:
        if event.get("tab", "home") == "home":
            deps = await teams.of(context)
            await publish(deps, deps.team, str(event["user"]))

    app.event("app_home_opened")(ack=acknowledge, lazy=[show])


async def publish(at: At, team: str, user: str) -> None:
    """Show the user's open cases, and to a support engineer those of their services."""
    try:
        seen = await at.access.seen_by(user)
        every = await at.access.may_see(user, None)
        recent = await cases.recent(at.redis, team, LOOKED_AT)
        shown = [case for case in recent if case.reporter == user or _inside(case, seen, every=every)]
        rows = await asyncio.gather(*(_row(at, case, _inside(case, seen, every=every)) for case in shown[:SHOWN]))
        mine = [service for service in at.services if service.name in seen]
        now = await status.read(at.redis, mine) if mine else None
        view = home(rows, len(shown), engineer=every or bool(seen), services=now.services if now else ())
        await ask(at.slack.calls.views_publish(user_id=user, view=view))
        await viewers.saw(at.redis, team, user)
    except (RefusedError, UnclearError, RedisError, OSError) as error:
        log.info("the Home tab of %s was not renewed (%s)", user, type(error).__name__)


async def refresh(at: At, case: Case) -> None:
    """Renew the tab of those who looked at it lately; all of it within a few seconds, or not at all."""
    try:
        async with asyncio.timeout(REFRESH_S):
            await _renewed(at, case.team, await viewers.lately(at.redis, case.team))
    except (TimeoutError, RedisError, OSError) as error:
        log.info("Home tabs were not renewed (%s)", type(error).__name__)


async def _renewed(at: At, team: str, users: Sequence[str]) -> None:
    await asyncio.gather(*(publish(at, team, user) for user in users))


def _inside(case: Case, seen: frozenset[str], *, every: bool) -> bool:
    """Whether an engineer of these services may see the case's internals; `every`: also of cases without one."""
    service = case.service
    return service in seen if service else every


async def _row(at: At, case: Case, inside: bool) -> OpenCase:
    causes = case.diagnosis.causes if case.diagnosis and case.diagnosis.known else ()
    return OpenCase(
        id=case.id,
        title=causes[0].title if causes else "Not known yet",
        address=case.report.url or case.report.path or "",
        state=state(case),
        link=await links.to_case(at.slack, at.redis, case),
        inside=inside,
    )
