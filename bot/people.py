"""What we know of people in Slack: their time zone, and whether they may see evidence. Cached, and wary when unsure."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.slack import RefusedError, Slack, UnclearError, ask

ZONE_S = 3600.0
MEMBERS_S = 60.0
WAIT_S = 1.0
"""Slack wants an answer within three seconds; a time zone is not worth more than this."""


@dataclass(slots=True)
class People:
    """Answers about one workspace's people, remembered for a while."""

    slack: Slack
    engineers: str
    """The user group of support engineers; empty: nobody is one."""
    _zones: dict[str, tuple[float, str]] = field(default_factory=dict)
    _members: tuple[float, frozenset[str]] | None = None

    async def zone(self, user: str) -> str:
        """The IANA name of the user's time zone; UTC when Slack does not tell in time."""
        until, name = self._zones.get(user, (0.0, ""))
        if time.monotonic() < until:
            return name
        try:
            answer = await asyncio.wait_for(ask(self.slack.posts.users_info(user=user)), WAIT_S)
            name = str((answer.get("user") or {}).get("tz") or "UTC")
            ZoneInfo(name)
        except (RefusedError, UnclearError, TimeoutError, ZoneInfoNotFoundError, ValueError):
            return "UTC"
        self._zones[user] = (time.monotonic() + ZONE_S, name)
        return name

    async def is_engineer(self, user: str) -> bool:
        """Whether the user is in the engineers' group now; no when Slack does not tell."""
        if not self.engineers or not user:
            return False
        if self._members is None or time.monotonic() >= self._members[0]:
            try:
                answer = await ask(self.slack.calls.usergroups_users_list(usergroup=self.engineers))
            except (RefusedError, UnclearError):
                self._members = None
                return False
            self._members = (time.monotonic() + MEMBERS_S, frozenset(answer.get("users") or ()))
        return user in self._members[1]
