"""Who and what is in the workspace when it opens: people, channels, user groups, as Slack describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

TEAM = "TLOCAL0001"
PARTNER_TEAM = "TPARTNER01"
ORGANISATION = {"id": "ELOCAL0001", "name": "Local organisation"}
APP = "ALOCKSMITH"
BOT_ID = "BLOCKSMITH"
LOCKSMITH = "ULOCKSMITH"
RITA, SAM, OLU, GUS, PAT = "URITA00001", "USAM000001", "UOLU000001", "UGUS000001", "UPAT000001"
HELP_API, RANDOM = "CHELPAPI01", "CRANDOM001"
HELP_PARTNERS, ONCALL_ROOM, ORDERS_ROOM = "CPARTNERS1", "CONCALL001", "CORDERS001"
SUPPORT, ONCALL, ORDERS = "SSUPPORT01", "SONCALL001", "SORDERS001"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody in the workspace."""

    id: str
    name: str
    """The handle, which `@name` mentions."""
    real_name: str
    role: str
    """What they are here for, shown where the page lets you act as them."""
    tz: str = "Europe/Berlin"
    team: str = TEAM
    guest: bool = False
    """A guest of this workspace, who sees only the channels that they were invited to."""
    bot: bool = False

    @property
    def external(self) -> bool:
        """Whether they belong to another workspace and are here only in channels shared with it."""
        return self.team != TEAM

    def to_json(self, now: float) -> dict[str, Any]:
        """The user object of `users.info`."""
        offset = datetime.fromtimestamp(now, ZoneInfo(self.tz)).utcoffset()
        seconds = int(offset.total_seconds()) if offset else 0
        names = {"real_name": self.real_name, "display_name": self.name}
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": False,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": seconds,
            "profile": {**names, "title": self.role, "team": self.team, **({"bot_id": BOT_ID} if self.bot else {})},
            "is_admin": False,
            "is_owner": False,
            "is_restricted": self.guest,
            "is_ultra_restricted": False,
            # Slack calls only those strangers who share no channel with the app; an external person in a shared
            # channel is told from the workspace's own by the team.
            "is_stranger": False,
            "is_bot": self.bot,
            "is_app_user": False,
            "updated": 1_700_000_000,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A public channel, or the direct message between the bot and one person."""

    id: str
    name: str
    topic: str = ""
    with_user: str | None = None
    """The person at the other end of a direct message."""
    shared: bool = False
    """Shared with another workspace (Slack Connect)."""
    guests: tuple[str, ...] = ()
    """The guests who were invited."""

    @property
    def kind(self) -> str:
        """`channel_type` of a message event."""
        return "im" if self.with_user else "channel"

    def seen_by(self, user: User) -> bool:
        """Whether that person is in here."""
        if self.with_user:
            return self.with_user == user.id and not user.external
        if user.external:
            return self.shared
        return user.id in self.guests if user.guest else True

    def to_json(self) -> dict[str, Any]:
        """The channel object of `conversations.info`."""
        if self.with_user:
            return {"id": self.id, "is_im": True, "is_channel": False, "user": self.with_user, "is_open": True}
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": True,
            "is_group": False,
            "is_im": False,
            "is_mpim": False,
            "is_private": False,
            "is_archived": False,
            "is_general": False,
            "is_member": True,
            "is_shared": self.shared,
            "is_ext_shared": self.shared,
            "shared_team_ids": [TEAM, PARTNER_TEAM] if self.shared else [TEAM],
            "context_team_id": TEAM,
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": self.topic, "creator": "", "last_set": 0},
            "num_members": sum(map(self.seen_by, PEOPLE)),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class UserGroup:
    """A user group, which `@handle` mentions."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]

    def to_json(self, with_users: bool) -> dict[str, Any]:
        """The user group object of `usergroups.list`."""
        users = {"users": list(self.members)} if with_users else {}
        base = {"id": self.id, "team_id": TEAM, "is_usergroup": True, "handle": self.handle, "name": self.name}
        return {**base, "date_delete": 0, "user_count": len(self.members), **users}


PEOPLE = (
    User(id=RITA, name="rita", real_name="Rita Reporter", role="Reporter"),
    User(id=SAM, name="sam", real_name="Sam Support", role="Support engineer", tz="Europe/London"),
    User(id=OLU, name="olu", real_name="Olu Oncall", role="On call", tz="Africa/Lagos"),
    User(id=GUS, name="gus", real_name="Gus Guest", role="Guest", guest=True),
    User(id=PAT, name="pat", real_name="Pat Partner", role="Another company", team=PARTNER_TEAM, tz="America/New_York"),
    User(id=LOCKSMITH, name="locksmith", real_name="Locksmith", role="App", tz="UTC", bot=True),
)
HUMANS = tuple(user for user in PEOPLE if not user.bot)
USERS: Mapping[str, User] = {user.id: user for user in PEOPLE}
CHANNELS: Mapping[str, Channel] = {
    channel.id: channel
    for channel in (
        Channel(
            id=HELP_API,
            name="help-api",
            topic="Locked out of an API? Post the URL, the time and the request id.",
            guests=(GUS,),
        ),
        Channel(
            id=HELP_PARTNERS,
            name="help-partners",
            topic="Locked out of our API? For people of a partner company.",
            shared=True,
        ),
        Channel(id=ONCALL_ROOM, name="oncall", topic="What the people on call should know."),
        Channel(id=ORDERS_ROOM, name="team-orders", topic="The owners of the orders service."),
        Channel(id=RANDOM, name="random", topic="Everything else.", guests=(GUS,)),
        *(Channel(id="D" + user.id[1:], name=user.name, with_user=user.id) for user in HUMANS),
    )
}
GROUPS = (
    UserGroup(id=SUPPORT, handle="support", name="Support engineers", members=(SAM, OLU)),
    UserGroup(id=ONCALL, handle="oncall", name="On call", members=(OLU,)),
    UserGroup(id=ORDERS, handle="orders-team", name="Owners of the orders service", members=(OLU,)),
)


def dm(user: str) -> str:
    """The id of the direct message between the bot and a person."""
    return next(c.id for c in CHANNELS.values() if c.with_user == user)
