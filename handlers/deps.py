"""What every surface needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from redis.asyncio import Redis
from slack_bolt.context.async_context import AsyncBoltContext

from bot.access import Access
from bot.model import Report
from bot.people import Everybody, People
from bot.services import Service
from bot.slack import Slack
from bot.workspaces import Workspaces


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """What a listener works with in the workspace of its request; it parses, authorises, records and returns."""

    team: str
    slack: Slack
    redis: Redis
    people: People
    access: Access
    services: tuple[Service, ...]
    support_channels: frozenset[str]
    read: Callable[..., Report]
    """`bot.intake.read`: raw words in, a report without secrets out. Nothing raw goes any further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """Handed to each `register`: every listener begins by asking it for its workspace."""

    workspaces: Workspaces
    redis: Redis
    everybody: Everybody
    engineers: tuple[str, ...]
    services: tuple[Service, ...]
    support_channels: frozenset[str]
    read: Callable[..., Report]

    async def of(self, context: AsyncBoltContext) -> Deps:
        """What there is in the workspace of the request, which Bolt found out. Raises UninstalledError."""
        slack = await self.workspaces.serving(context)
        people = self.everybody.of(slack)
        return Deps(
            team=context.team_id or slack.team,
            slack=slack,
            redis=self.redis,
            people=people,
            access=Access(people=people, engineers=self.engineers, services=self.services),
            services=self.services,
            support_channels=self.support_channels,
            read=self.read,
        )
