"""The smaller things around what a person does: finding what they see, reactions, telling them of trouble."""

from __future__ import annotations

import secrets
from dataclasses import replace

from bot.workspace.messages import Message
from bot.workspace.people import LOCKSMITH, dm
from bot.workspace.state import ResponseUrl, SlackError, State

TROUBLE = ":warning: We had some trouble connecting. Try again?"


def trouble(state: State, user: str, channel: str, text: str = TROUBLE, *, thread_ts: str | None = None) -> None:
    """Tell a person, and nobody else, that something did not work."""
    ts = state.new_ts()
    state.add(Message(ts=ts, channel=channel, user=LOCKSMITH, text=text, thread_ts=thread_ts, only_for=user))


def open_response_url(state: State, user: str, channel: str, message: Message | None = None) -> str:
    """A new `response_url` for a person's action, good for 5 uses within 30 minutes."""
    key = secrets.token_hex(12)
    thread = message.thread_ts if message else None
    state.response_urls[key] = ResponseUrl(channel, user, message.ts if message else None, thread, state.clock())
    return f"{state.base_url}/response/{key}"


def find_message(state: State, user: str, channel: str, ts: str) -> Message:
    """A message that this person can see, the ephemeral ones among them. Raises SlackError."""
    mine = (m for m in state.ephemeral if (m.ts, m.channel, m.only_for) == (ts, channel, user))
    return next(mine, None) or state.message(channel, ts)


def open_home(state: State, user: str) -> None:
    """Look at the bot's Home tab."""
    view = state.homes.get(user)
    event = {"type": "app_home_opened", "user": user, "channel": dm(user), "tab": "home", "event_ts": state.new_ts()}
    state.outbox(event | ({"view": view.to_json()} if view else {}), dm(user))


def react(state: State, user: str, message: Message, name: str, *, remove: bool = False) -> None:
    """Add or take back a reaction. Raises SlackError already_reacted or no_reaction."""
    reacted = {emoji: list(users) for emoji, users in message.reactions}
    users = reacted.setdefault(name, [])
    if (user in users) != remove:
        raise SlackError("no_reaction" if remove else "already_reacted")
    reacted[name] = [u for u in users if u != user] if remove else [*users, user]
    state.put(replace(message, reactions=tuple((n, tuple(u)) for n, u in reacted.items() if u)))
    kind = "reaction_removed" if remove else "reaction_added"
    item = {"type": "message", "channel": message.channel, "ts": message.ts}
    event = {"type": kind, "user": user, "reaction": name, "item": item, "item_user": message.user}
    state.outbox({**event, "event_ts": state.new_ts()}, message.channel)
