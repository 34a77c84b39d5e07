"""Messages, files and views: what is said in the workspace, as frozen values with their Slack JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.workspace.people import APP, BOT_ID, CHANNELS, LOCKSMITH, TEAM, USERS

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """An uploaded file with its content."""

    id: str
    name: str
    title: str
    mimetype: str
    user: str
    created: int
    content: bytes = field(repr=False, default=b"")

    def to_json(self, base_url: str) -> Json:
        """The file object of `files.info`."""
        kind = self.name.rpartition(".")[2].lower() if "." in self.name else "text"
        url = f"{base_url}/files-pri/{TEAM}-{self.id}/"
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title,
            "mimetype": self.mimetype,
            "filetype": kind,
            "pretty_type": kind.upper(),
            "user": self.user,
            "user_team": TEAM,
            "size": len(self.content),
            "mode": "hosted",
            "is_external": False,
            "file_access": "visible",
            "url_private": url + "file",
            "url_private_download": url + "download/file",
            "permalink": f"{base_url}/files/{self.id}",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something said in a channel."""

    ts: str
    channel: str
    user: str
    text: str = ""
    """As stored: escaped, with mentions and links marked up."""
    blocks: tuple[Json, ...] = ()
    thread_ts: str | None = None
    """The first message of the thread that this replies to."""
    broadcast: bool = False
    """A reply that is shown in the channel as well."""
    metadata: Json | None = None
    files: tuple[StoredFile, ...] = ()
    edited: str | None = None
    reactions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(emoji name, the users who reacted)."""
    only_for: str | None = None
    """The one person who sees an ephemeral message."""
    streaming: str | None = None
    """How its tasks are shown while more of it is to come, `timeline` or `plan`; None once it is whole."""

    @property
    def by_bot(self) -> bool:
        """Whether the bot said it."""
        return self.user == LOCKSMITH

    @property
    def subtype(self) -> str | None:
        """What kind of message event it makes, None the plain kind."""
        if self.broadcast:
            return "thread_broadcast"
        return "file_share" if self.files and not self.by_bot else None

    def to_json(self, base_url: str, *, metadata: bool = False) -> Json:
        """The message object of `conversations.history` and of events."""
        told: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text}
        told["team"] = USERS[self.user].team if self.user in USERS else TEAM
        told |= {"user_team": told["team"], "source_team": told["team"]} if CHANNELS[self.channel].shared else {}
        told |= {"blocks": list(self.blocks)} if self.blocks else {}
        told |= {"thread_ts": self.thread_ts} if self.thread_ts else {}
        told |= {"streaming_state": "in_progress"} if self.streaming else {}
        told |= {"subtype": self.subtype} if self.subtype else {}
        told |= {"files": [f.to_json(base_url) for f in self.files], "upload": False} if self.files else {}
        told |= {"edited": {"user": self.user, "ts": self.edited}} if self.edited else {}
        told |= {"metadata": self.metadata} if metadata and self.metadata else {}
        if self.by_bot:
            told |= {"bot_id": BOT_ID, "app_id": APP, "bot_profile": _bot_profile()}
        if self.reactions:
            told["reactions"] = [{"name": n, "users": list(u), "count": len(u)} for n, u in self.reactions]
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A modal or a Home tab as opened for one person."""

    id: str
    user: str
    body: Json
    """What the bot gave: type, title, blocks, private_metadata and so on."""
    hash: str
    root: str
    previous: str | None = None

    def to_json(self, values: Json | None = None) -> Json:
        """The view object of `views.open` answers and interaction payloads."""
        empty = {"callback_id": "", "external_id": "", "private_metadata": "", "close": None, "submit": None}
        flags = {"clear_on_close": False, "notify_on_close": False}
        return {
            **empty,
            **flags,
            **self.body,
            "id": self.id,
            "team_id": TEAM,
            "app_id": APP,
            "app_installed_team_id": TEAM,
            "bot_id": BOT_ID,
            "hash": self.hash,
            "root_view_id": self.root,
            "previous_view_id": self.previous,
            "state": {"values": values or {}},
        }


def _bot_profile() -> Json:
    return {"id": BOT_ID, "app_id": APP, "name": "Locksmith", "deleted": False, "updated": 0, "team_id": TEAM}
