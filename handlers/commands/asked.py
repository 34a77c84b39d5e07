"""What a subcommand is given, and what it is answered from."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redis.asyncio import Redis

from bot import cases
from bot.access import Access
from bot.cases import Case
from bot.codec import UnreadableError
from bot.jobs import Job
from bot.model import Report
from bot.services import Service
from bot.slack import Slack
from handlers.blocks.message import Message

if TYPE_CHECKING:
    from bot.probe.prober import Probed

CASE_ID = re.compile(rf"[{cases.ALPHABET}]{{4,8}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What subcommands are answered from."""

    slack: Slack
    redis: Redis
    access: Access
    services: tuple[Service, ...]
    logs: tuple[str, ...]
    """Log files that belong to every service."""
    probe: Callable[[Report, Iterable[Service]], Awaitable[Probed]]
    """Asks a report's URL. Its redirects are followed to the hosts of these services alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A subcommand as somebody gave it; that they may use it at all has been checked."""

    office: Office
    job: Job
    words: str
    """What stood behind its name: a case, an id, a cause. Never a secret: those are in the job's report, hidden."""
    engineer: bool
    """Whether the asker is a support engineer of any service."""

    @property
    def user(self) -> str:
        """Who asks."""
        return self.job.user

    async def sees(self, service: str | None) -> bool:
        """Whether the asker may see the internals of this service."""
        return self.engineer and await self.office.access.may_see(self.user, service)

    async def case(self) -> Case | None:
        """The case that is named, if the asker may know of it, as everybody may who asks where it is."""
        if not CASE_ID.fullmatch(self.words.upper()):
            return None
        try:
            case = await cases.get(self.office.redis, self.words.upper())
        except UnreadableError:
            return None
        if case is None or case.team != self.job.team:
            return None
        here = self.job.channel == case.channel
        return case if here or await self.office.access.may_know(self.user, case) else None


Answer = Callable[[Asked], Awaitable[Message]]
