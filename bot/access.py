"""Who may see and do what: log lines, claims and internals are for support engineers, everything else for everybody.

Asked anew at every click and command: buttons that are hidden and values that they carry prove nothing. Being in a
user group is what counts, and nobody is when Slack does not tell; guests and people of other organisations never are.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.people import People
from bot.services import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The rights of one workspace's people."""

    people: People
    engineers: str
    """The user group of support engineers for every service; empty where there is none."""
    services: tuple[Service, ...] = ()

    async def may_see(self, user: str, service: str | None) -> bool:
        """Whether the user may see the log lines and claims of a case of this service, and act on it as an engineer."""
        own = next((s.engineers for s in self.services if s.name == service), ())
        return await self._in_any(user, (self.engineers, *own))

    async def is_engineer(self, user: str) -> bool:
        """Whether the user is a support engineer of any service."""
        every = (group for service in self.services for group in service.engineers)
        return await self._in_any(user, (self.engineers, *every))

    async def may_run(self, user: str, service: str) -> bool:
        """Whether the user may act on an incident of the service: on call, an owner, or a support engineer."""
        ours = (g for s in self.services if s.name == service for g in (s.on_call, s.owner) if g)
        return await self.may_see(user, service) or await self._in_any(user, tuple(ours))

    async def seen_by(self, user: str) -> frozenset[str]:
        """The names of the services whose internals the user may see."""
        return frozenset([s.name for s in self.services if await self.may_see(user, s.name)])

    async def _in_any(self, user: str, groups: tuple[str, ...]) -> bool:
        for group in filter(None, groups):
            if user and user in await self.people.members(group):
                return not await self.people.is_outsider(user)
        return False
