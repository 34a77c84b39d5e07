"""Who may see and do what: log lines, claims and internals are for support engineers, everything else for everybody.

Asked anew at every click and command: buttons that are hidden and values that they carry prove nothing. Being named, or
in a user group that is, is what counts; nobody is in one when Slack does not tell. Guests and people of other
organisations never count, and neither does anybody of whom Slack does not tell whether they are one.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.cases import Case
from bot.people import People
from bot.services import Service, is_group, named


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The rights of one workspace's people."""

    people: People
    engineers: tuple[str, ...]
    """The support engineers for every service: ids of user groups (S…) and of people (U…, W…)."""
    services: tuple[Service, ...] = ()

    async def may_see(self, user: str, service: str | None) -> bool:
        """Whether the user may see the log lines and claims of a case of this service, and act on it as an engineer."""
        own = named(self.services, service)
        return await self._is_among(user, (*self.engineers, *(own.engineers if own else ())))

    async def is_engineer(self, user: str) -> bool:
        """Whether the user is a support engineer of any service."""
        every = (one for service in self.services for one in service.engineers)
        return await self._is_among(user, (*self.engineers, *every))

    async def may_run(self, user: str, service: str) -> bool:
        """Whether the user may act on an incident of the service: on call, an owner, or a support engineer."""
        own = named(self.services, service)
        ours = (*own.on_call, *own.owner) if own else ()
        return await self.may_see(user, service) or await self._is_among(user, ours)

    async def may_know(self, user: str, case: Case) -> bool:
        """Whether the user may know a case's conclusion elsewhere than in its channel.

        Who reported it may, and the engineers of its service; other engineers where everybody of the workspace reads.
        """
        if user == case.reporter or await self.may_see(user, case.service):
            return True
        return await self.is_engineer(user) and not await self.people.is_closed(case.channel)

    async def is_named(self, user: str, service: str | None) -> bool:
        """Whether services.yaml names the user for this very service, as one who runs it."""
        own = named(self.services, service)
        return await self._is_among(user, (*own.engineers, *own.on_call, *own.owner) if own else ())

    async def seen_by(self, user: str) -> frozenset[str]:
        """The names of the services whose internals the user may see."""
        return frozenset([s.name for s in self.services if await self.may_see(user, s.name)])

    async def _is_among(self, user: str, named: tuple[str, ...]) -> bool:
        if user and (user in named or await self._in_any(user, [one for one in named if is_group(one)])):
            return not await self.people.is_outsider(user)
        return False

    async def _in_any(self, user: str, groups: list[str]) -> bool:
        for group in groups:
            if user in await self.people.members(group):
                return True
        return False
