"""The workspace as a program uses it: act as somebody, and look at what they would see."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.workspace import envelopes, scopes
from bot.workspace.acting import TROUBLE, find_message, open_home, open_response_url, react, trouble
from bot.workspace.delivery import Delivery, DeliveryError
from bot.workspace.elements_of import action_of, element_of, interactive, state_of
from bot.workspace.grants import Grants
from bot.workspace.messages import Json, Message, StoredFile, View
from bot.workspace.people import CHANNELS, USERS, dm
from bot.workspace.replies import answer_command, apply_view_response
from bot.workspace.state import SlackError, State
from bot.workspace.typing_in import stored


class Workspace:
    """A workspace with one app in it, the bot.

    `manifest` is the app's: its commands, shortcuts, scopes and the events that it gets; without one it may call all.
    Give the bot `bot_token`, `signing_secret` and, for Socket Mode, `app_token`.
    `retry_delays` are the seconds before each retry of an event, `ack_timeout` the seconds a bot has to acknowledge;
    both are Slack's own unless a test is in a hurry.
    """

    def __init__(
        self,
        *,
        manifest: Mapping[str, Any] | None = None,
        clock: Callable[[], float] = time.time,
        retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0),
        ack_timeout: float = 3.0,
    ) -> None:
        self.name = "Local workspace"
        self.all = [self]
        """The workspaces that the app can be installed in, this one among them; see `several.another`."""
        self.client_id, self.client_secret = "1234567890.1234567890", secrets.token_hex(16)
        self.redirect_url: str | None = None
        """The app's redirect URL, to which the consent page leads back."""
        self.consents: dict[str, Any] = {}
        self.app_token = f"xapp-local-{secrets.token_hex(12)}"
        self.signing_secret = secrets.token_hex(16)
        self.manifest = manifest or {}
        self.scopes = scopes.granted(self.manifest)
        self.demo_url: str | None = None
        """Where the demo service's page is, for the hint on the page."""
        self.state = State(clock)
        self.grants = Grants(clock, rotating=bool(self.manifest.get("settings", {}).get("token_rotation_enabled")))
        self.organisation = Grants(clock, rotating=self.grants.rotating)
        """What was given to the app for all workspaces at once."""
        self.bot_token = str(self.grants.issue(f"xoxb-local-{secrets.token_hex(12)}")["access_token"])
        self.delivery = Delivery(self.state, self.signing_secret, retry_delays, ack_timeout)
        self.state.outbox = self.delivery.tell
        settings = self.manifest.get("settings", {}).get("event_subscriptions", {})
        if events := settings.get("bot_events"):
            self.delivery.subscribed = frozenset(events)

    @property
    def request_url(self) -> str | None:
        """The bot's HTTP address for events, commands and interactivity; None in Socket Mode."""
        return self.delivery.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        for each in self.all:
            each.delivery.request_url = url
            each.state.change()

    # Acting

    async def post(
        self, user: str, channel: str, text: str, *, thread_ts: str | None = None, files: Sequence[StoredFile] = ()
    ) -> str:
        """Say something as typed ("@Locksmith" mentions the bot); returns the message's ts. Raises SlackError."""
        self.state.channel_messages(channel)
        if not CHANNELS[channel].seen_by(USERS[user]):
            raise SlackError("not_in_channel")
        root = (self.state.message(channel, thread_ts).thread_ts or thread_ts) if thread_ts else None
        said = Message(
            ts=self.state.new_ts(), channel=channel, user=user, text=stored(text), thread_ts=root, files=tuple(files)
        )
        return self.state.add(said).ts

    def upload(self, user: str, name: str, content: bytes, mimetype: str = "text/plain") -> StoredFile:
        """A file for `post`."""
        file_id, created = self.state.new_id("F"), int(self.state.clock())
        file = StoredFile(
            id=file_id, name=name, title=name, mimetype=mimetype, user=user, created=created, content=content
        )
        self.state.files[file_id] = file
        return file

    async def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Change one's own message. Raises SlackError."""
        self.state.edit(self._own(user, channel, ts), text=stored(text))

    async def delete(self, user: str, channel: str, ts: str) -> None:
        """Delete one's own message. Raises SlackError."""
        self.state.delete(self._own(user, channel, ts))

    async def click(self, user: str, channel: str, ts: str, *, action_id: str, value: Any = None) -> None:
        """Use a button or menu of a message (`value` is the option's). Raises SlackError when it has none."""
        message = find_message(self.state, user, channel, ts)
        payload = self._used(user, message.blocks, action_id, value) | {
            "container": envelopes.message_container(message),
            "channel": envelopes.place(channel),
            "message": message.to_json(self.state.base_url),
            "state": {"values": {}},
            "response_url": open_response_url(self.state, user, channel, message),
        }
        try:
            await self.delivery.send("interactive", payload)
        except DeliveryError:
            trouble(self.state, user, channel, thread_ts=message.thread_ts)

    async def click_view(self, view: View, *, action_id: str, value: Any = None, values: Json | None = None) -> None:
        """Use an element of a modal or of the Home tab. Raises SlackError when it has no such element."""
        payload = self._used(view.user, view.body["blocks"], action_id, value) | {
            "container": {"type": "view", "view_id": view.id},
            "view": view.to_json(values),
        }
        try:
            await self.delivery.send("interactive", payload)
        except DeliveryError:
            trouble(self.state, view.user, dm(view.user))

    async def command(self, user: str, channel: str, name: str, text: str = "") -> None:
        """Run a slash command; its direct answer is shown as its `response_type` says."""
        url, trigger = open_response_url(self.state, user, channel), self.state.new_trigger(user)
        where = {"channel": channel, "trigger": trigger, "response_url": url}
        try:
            answer = await self.delivery.send(
                "slash_commands", envelopes.command(user, name=name, text=stored(text), **where)
            )
        except DeliveryError as error:
            reason = "operation_timeout" if str(error) == "http_timeout" else "dispatch_failed"
            trouble(self.state, user, channel, f"{name} failed with the error `{reason}`")
            return
        if answer:
            answer_command(self.state, user, channel, answer)

    async def submit(self, view: View, given: Mapping[str, Any] | None = None) -> dict[str, str]:
        """Submit a modal with a value for each action id; returns the faults that the bot found, by block id."""
        payload = envelopes.view_payload(
            "view_submission", view, self.state.new_trigger(view.user), self.values(view, given), response_urls=[]
        )
        try:
            answer = await self.delivery.send("interactive", payload)
        except DeliveryError:
            return {"": TROUBLE}
        return apply_view_response(self.state, view, answer)

    def values(self, view: View, given: Mapping[str, Any] | None) -> Json:
        """`state.values` of a view: what was given for each action id, else what its element started with.

        Where several blocks use one action id, `block_id/action_id` says which is meant.
        """
        chosen: Mapping[str, Any] = given or {}
        filled: Json = {}
        for block_id, element in interactive(view.body["blocks"]):
            if element["type"] not in {"button", "overflow"}:
                action_id = element["action_id"]
                value = chosen.get(f"{block_id}/{action_id}", chosen.get(action_id, _initial(element)))
                if element["type"] == "file_input":
                    value = [self.state.files[file].to_json(self.state.base_url) for file in value or ()]
                filled.setdefault(block_id, {})[action_id] = state_of(element, value)
        return filled

    async def close(self, view: View, *, everything: bool = False) -> None:
        """Close a modal, or the whole stack of them; the bot hears of it when it asked to."""
        stack = self.state.modals[view.user]
        self.state.modals[view.user] = [] if everything else [v for v in stack if v.id != view.id]
        self.state.change()
        if view.body.get("notify_on_close"):
            trigger = self.state.new_trigger(view.user)
            payload = envelopes.view_payload("view_closed", view, trigger, {}, is_cleared=everything)
            await self._quietly(payload)

    async def shortcut(self, user: str, callback_id: str) -> None:
        """Use a global shortcut."""
        told = {"callback_id": callback_id, "action_ts": self.state.new_ts()}
        await self._quietly(envelopes.interaction("shortcut", user, self.state.new_trigger(user), **told))

    async def message_shortcut(self, user: str, callback_id: str, channel: str, ts: str) -> None:
        """Use a shortcut on a message. Raises SlackError when there is no such message."""
        message = find_message(self.state, user, channel, ts)
        told = {
            "callback_id": callback_id,
            "action_ts": self.state.new_ts(),
            "message_ts": ts,
            "message": message.to_json(self.state.base_url),
            "channel": envelopes.place(channel),
            "response_url": open_response_url(self.state, user, channel, replace(message, ts=ts)),
        }
        await self._quietly(envelopes.interaction("message_action", user, self.state.new_trigger(user), **told))

    async def open_home(self, user: str) -> None:
        """Look at the bot's Home tab."""
        open_home(self.state, user)

    async def react(self, user: str, channel: str, ts: str, name: str, *, remove: bool = False) -> None:
        """Add or take back a reaction. Raises SlackError."""
        react(self.state, user, self.state.message(channel, ts), name, remove=remove)

    # Looking

    def messages(self, channel: str, thread_ts: str | None = None) -> list[Message]:
        """What everyone sees: a channel's messages, or a thread with its first message. Oldest first."""
        if thread_ts:
            return self.state.thread(channel, thread_ts)
        return [m for m in self.state.channel_messages(channel).values() if not m.thread_ts or m.broadcast]

    def ephemerals(self, user: str) -> list[Message]:
        """What only this person sees, oldest first."""
        return [m for m in self.state.ephemeral if m.only_for == user]

    def views(self, user: str) -> list[View]:
        """The modals open for this person, the topmost last."""
        return list(self.state.modals[user])

    def home(self, user: str) -> View | None:
        """The Home tab that the bot published for this person."""
        return self.state.homes.get(user)

    async def until(self, holds: Callable[[], Any], seconds: float = 60.0) -> Any:
        """Wait for something to be true of the workspace and return it. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not (found := holds()):
                await self.state.changed.wait()
        return found

    async def delivered(self) -> None:
        """Wait until no event is on its way to the bot."""
        while self.delivery.tasks:
            await asyncio.gather(*self.delivery.tasks, return_exceptions=True)

    def _own(self, user: str, channel: str, ts: str) -> Message:
        message = self.state.message(channel, ts)
        if message.user != user:
            raise SlackError("cant_update_message")
        return message

    def _used(self, user: str, blocks: Sequence[Json], action_id: str, value: Any) -> Json:
        block_id, element = element_of(blocks, action_id, value)
        used = action_of(block_id, element, value, self.state.new_ts())
        return envelopes.interaction("block_actions", user, self.state.new_trigger(user), actions=[used])

    async def _quietly(self, payload: Json) -> None:
        try:
            await self.delivery.send("interactive", payload)
        except DeliveryError:
            user = payload["user"]["id"]
            trouble(self.state, user, payload.get("channel", {}).get("id") or dm(user))


def _initial(element: Json) -> Any:
    """What an element holds before anyone touches it, in the form that `state_of` takes."""
    for key, value in element.items():
        if key == "initial_option":
            return value["value"]
        if key == "initial_options":
            return [option["value"] for option in value]
        if key.startswith("initial_"):
            return value
    return None
