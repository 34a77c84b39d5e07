"""Everything the workspace remembers, and the plain changes to it. No I/O: events leave by `outbox`."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from bot.workspace.messages import Json, Message, StoredFile, View
from bot.workspace.people import CHANNELS, TEAM

STREAM_S = 300.0


class SlackError(Exception):
    """An answer of `{"ok": false, "error": code}`, with the fields in `more`.

    `details` are the sentences in `response_metadata.messages`.
    """

    def __init__(self, code: str, details: Iterable[str] = (), more: Json | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.details = tuple(details)
        self.more = more or {}


@dataclass(slots=True)
class Controls:
    """How the workspace misbehaves on request, so that a bot can be tried against it."""

    slow_s: float = 0.0
    """Every Web API answer waits this long, in seconds."""
    deliveries: int = 1
    """Every event is delivered this many times, with the same `event_id`."""
    drop_metadata: bool = False
    """Messages lose their metadata."""
    every_socket: bool = False
    """Every envelope goes to every open socket."""
    posts_only: bool = False
    """The Web API takes arguments from the body of a POST alone, and answers a GET with a page."""
    no_charts: bool = False
    """Messages with a data_visualization block are refused, as in workspaces without it."""
    no_agents: bool = False
    """What Slack gives to agents, streamed messages and a status under a thread, is not there."""
    held: str = ""
    """This method is carried out, and whoever called it gets no answer as long as it is named here."""
    failures: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    """Method, or `*` for any: (HTTP status, Retry-After in seconds) for the next calls."""


@dataclass(frozen=True, slots=True)
class Call:
    """A Web API call that the bot made."""

    method: str
    args: Json
    error: str | None
    """The error it was answered with, None when all went well."""


@dataclass(slots=True)
class ResponseUrl:
    """A `response_url`: where its answers go, and how often it was used."""

    channel: str
    user: str
    message_ts: str | None
    thread_ts: str | None
    opened: float
    uses: int = 0


class State:
    """The workspace's memory. Times are seconds since 1970, from `clock`."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.base_url = ""
        self.team = TEAM
        self.serving = True
        self.organisation = False
        """Whether what is told to the bot is for the installation of the whole organisation."""
        self.outbox: Callable[[Json, str], None] = lambda event, channel: None
        """Takes an event and the channel it happened in."""
        self.controls = Controls()
        self._ids = itertools.count(1)
        self._last_ts = 0
        self.changed = asyncio.Event()
        self.version = 0
        self.clear()

    def clear(self) -> None:
        """Forget all that was said and done."""
        self.messages: dict[str, dict[str, Message]] = {channel: {} for channel in CHANNELS}
        self.ephemeral: list[Message] = []
        self.files: dict[str, StoredFile] = {}
        self.uploads: dict[str, StoredFile] = {}
        self.modals: dict[str, list[View]] = defaultdict(list)
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, tuple[str, float]] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.statuses: dict[tuple[str, str], str] = {}
        self.calls: list[Call] = []
        self.change()

    def change(self) -> None:
        """Wake everyone who waits for something to happen."""
        self.version += 1
        self.changed.set()
        self.changed = asyncio.Event()

    def new_id(self, letter: str) -> str:
        """An id as Slack makes them: a letter for the kind, then letters and digits."""
        return f"{letter}{next(self._ids):03d}{secrets.token_hex(4).upper()}"

    def new_ts(self) -> str:
        """A message timestamp, later than all before."""
        self._last_ts = max(int(self.clock() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def channel_messages(self, channel: str) -> dict[str, Message]:
        """The messages of a channel by timestamp. Raises SlackError where there is no such channel."""
        if channel not in self.messages:
            raise SlackError("channel_not_found")
        return self.messages[channel]

    def message(self, channel: str, ts: str) -> Message:
        """One message. Raises SlackError when the channel or the message is not there."""
        if (found := self.channel_messages(channel).get(ts)) is None:
            raise SlackError("message_not_found")
        return found

    def thread(self, channel: str, root: str) -> list[Message]:
        """A message and its replies, oldest first."""
        return [m for m in self.channel_messages(channel).values() if root in {m.ts, m.thread_ts}]

    def add(self, message: Message) -> Message:
        """Put a message where it belongs; a reply marks the first message of its thread."""
        if self.controls.drop_metadata:
            message = replace(message, metadata=None)
        if message.only_for:
            self.ephemeral.append(message)
        else:
            self.messages[message.channel][message.ts] = message
            self._tell_said(message)
        self.change()
        return message

    def edit(self, message: Message, **changes: object) -> Message:
        """Replace a message by an edited one and tell the bot."""
        edited = replace(message, edited=self.new_ts(), **changes)  # type: ignore[arg-type]
        self.messages[message.channel][message.ts] = edited
        self._tell_hidden(
            "message_changed", edited.channel, message=self._json(edited), previous_message=self._json(message)
        )
        self.change()
        return edited

    def put(self, message: Message) -> None:
        """Replace a message by the same one with other reactions, without calling it edited."""
        self.messages[message.channel][message.ts] = message
        self.change()

    def delete(self, message: Message) -> None:
        """Take a message away and tell the bot."""
        del self.messages[message.channel][message.ts]
        self._tell_hidden(
            "message_deleted", message.channel, deleted_ts=message.ts, previous_message=self._json(message)
        )
        self.change()

    def streams(self, message: Message) -> bool:
        """Whether more of a streamed message may come: Slack ends it by itself after five minutes."""
        return message.streaming is not None and self.clock() - float(message.ts) < STREAM_S

    def new_trigger(self, user: str) -> str:
        """A `trigger_id` of a person's action."""
        trigger = f"{self.new_ts()}.{secrets.token_hex(6)}"
        self.triggers[trigger] = (user, self.clock())
        return trigger

    def _json(self, message: Message) -> Json:
        return message.to_json(self.base_url)

    def _tell_said(self, message: Message) -> None:
        channel = CHANNELS[message.channel]
        event = {**self._json(message), "channel": channel.id, "event_ts": message.ts}
        if message.thread_ts and (parent := self.messages[channel.id].get(message.thread_ts)):
            event["parent_user_id"] = parent.user
        self.outbox({**event, "channel_type": channel.kind}, channel.id)

    def _tell_hidden(self, subtype: str, where: str, **more: object) -> None:
        channel = CHANNELS[where]
        event = {"type": "message", "subtype": subtype, "hidden": True, "channel": channel.id, "ts": self.new_ts()}
        self.outbox({**event, **more, "event_ts": event["ts"], "channel_type": channel.kind}, channel.id)
