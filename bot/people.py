"""What we know of people in Slack, cached for a while: their time zone, user groups and channels, who is a guest."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.slack import RefusedError, Slack, UnclearError, ask

PERSON_S = 3600.0
MEMBERS_S = 60.0
KNOWS_NOBODY = {"unknown_method", "user_not_found"}
"""What a server answers that tells nothing of people: then being in the user group is all that there is to know."""
PAGE, PAGES = 999, 20
"""Members that are asked for at once, and how often."""
WAIT_S = 1.0
"""Slack wants an answer within three seconds; a time zone is not worth more than this."""


@dataclass(slots=True)
class People:
    """Answers about one workspace's people, remembered for a while."""

    slack: Slack
    _persons: dict[str, tuple[float, Mapping[str, Any]]] = field(default_factory=dict)
    _members: dict[str, tuple[float, frozenset[str]]] = field(default_factory=dict)
    _closed: dict[str, tuple[float, bool]] = field(default_factory=dict)

    async def zone(self, user: str) -> str:
        """The IANA name of the user's time zone; UTC when Slack does not tell in time."""
        try:
            name = str((await asyncio.wait_for(self._person(user), WAIT_S)).get("tz") or "UTC")
            ZoneInfo(name)
        except (RefusedError, UnclearError, TimeoutError, ZoneInfoNotFoundError, ValueError):
            return "UTC"
        return name

    async def team(self, user: str) -> str:
        """The id of the user's workspace; empty when Slack does not tell in time."""
        try:
            return str((await asyncio.wait_for(self._person(user), WAIT_S)).get("team_id") or self.slack.team)
        except (RefusedError, UnclearError, TimeoutError):
            return ""

    async def is_outsider(self, user: str) -> bool:
        """Whether this is a guest or somebody from another organisation, or may be one: Slack does not tell.

        The people of one Enterprise organisation may be of several workspaces.
        As long as Slack does not say, everybody is.
        """
        try:
            person = await self._person(user)
        except UnclearError:
            return True
        except RefusedError as error:
            return error.code not in KNOWS_NOBODY
        of, kin = person.get("team_id", self.slack.team), (person.get("enterprise_user") or {}).get("enterprise_id")
        foreign = of != self.slack.team and not (kin and kin == self.slack.organisation)
        return foreign or any(person.get(mark) for mark in ("is_restricted", "is_ultra_restricted", "is_stranger"))

    async def names(self, user: str) -> tuple[str, ...]:
        """What the user is called in Slack; nothing when Slack does not tell in time."""
        try:
            person = await asyncio.wait_for(self._person(user), WAIT_S)
        except (RefusedError, UnclearError, TimeoutError):
            return ()
        profile = person.get("profile") or {}
        told = (person.get("name"), person.get("real_name"), profile.get("display_name"), profile.get("email"))
        return tuple(dict.fromkeys(str(name) for name in told if name))

    async def members(self, group: str) -> frozenset[str]:
        """The ids of a user group's members, at most a minute old; nobody when Slack does not tell."""
        until, known = self._members.get(group, (0.0, frozenset()))
        if time.monotonic() < until:
            return known
        try:
            answer = await ask(self.slack.calls.usergroups_users_list(usergroup=group))
        except (RefusedError, UnclearError):
            self._members.pop(group, None)
            return frozenset()
        found = frozenset(answer.get("users") or ())
        self._members[group] = (time.monotonic() + MEMBERS_S, found)
        return found

    async def is_closed(self, channel: str) -> bool:
        """Whether only some read in the channel: a private one, or direct messages; also as long as Slack is silent."""
        if not channel.startswith("C"):
            return True
        until, known = self._closed.get(channel, (0.0, True))
        if time.monotonic() < until:
            return known
        try:
            told = (await ask(self.slack.calls.conversations_info(channel=channel))).get("channel") or {}
        except (RefusedError, UnclearError):
            return True
        found = told.get("is_private") is not False
        self._closed[channel] = (time.monotonic() + MEMBERS_S, found)
        return found

    async def is_in(self, user: str, channel: str) -> bool:
        """Whether the user is a member of the channel; not when Slack does not tell."""
        try:
            return await self._is_in(user, channel)
        except UnclearError:
            return False
        except RefusedError as error:
            return error.code == "unknown_method"  # of a server that knows nothing of members

    async def _is_in(self, user: str, channel: str) -> bool:
        cursor = ""
        for _ in range(PAGES):
            told = await ask(self.slack.calls.conversations_members(channel=channel, limit=PAGE, cursor=cursor))
            if user in (told.get("members") or ()):
                return True
            cursor = str((told.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return False

    async def _person(self, user: str) -> Mapping[str, Any]:
        until, known = self._persons.get(user, (0.0, {}))
        if time.monotonic() < until:
            return known
        person: Mapping[str, Any] = (await ask(self.slack.calls.users_info(user=user))).get("user") or {}
        self._persons[user] = (time.monotonic() + PERSON_S, person)
        return person


@dataclass(slots=True)
class Everybody:
    """The people of all workspaces."""

    _by_team: dict[str, People] = field(default_factory=dict)

    def of(self, slack: Slack) -> People:
        """The people of that workspace."""
        people = self._by_team.setdefault(slack.team, People(slack))
        people.slack = slack  # what is remembered of them outlives the bot's token
        return people
