"""Web API methods for messages and reactions. Source: docs.slack.dev/reference/methods."""

from __future__ import annotations

from bot.workspace.acting import react
from bot.workspace.limits import UPDATED_TEXT
from bot.workspace.messages import Json, Message
from bot.workspace.people import CHANNELS, LOCKSMITH, USERS, dm
from bot.workspace.replies import checked, say
from bot.workspace.state import SlackError, State


def needed(args: Json, *names: str) -> list[str]:
    """The arguments of these names. Raises SlackError naming those that are missing."""
    if missing := [name for name in names if args.get(name) in (None, "")]:
        raise SlackError("invalid_arguments", [f"missing required field: {name}" for name in missing])
    return [str(args[name]) for name in names]


def channel_id(named: str) -> str:
    """A channel by id, `#name`, name, or a user's id for the direct message. Raises SlackError."""
    if named in USERS and not USERS[named].bot:
        return dm(named)
    by_name = (c.id for c in CHANNELS.values() if c.name == named.removeprefix("#") and not c.with_user)
    found = named if named in CHANNELS else next(by_name, None)
    if found is None:
        raise SlackError("channel_not_found")
    return found


def post_message(state: State, args: Json) -> Json:
    """chat.postMessage."""
    (channel,) = needed(args, "channel")
    message = say(state, channel_id(channel), args)
    state.statuses.pop((message.channel, message.thread_ts or ""), None)
    return {"channel": message.channel, "ts": message.ts, "message": message.to_json(state.base_url, metadata=True)}


def update(state: State, args: Json) -> Json:
    """chat.update: blocks and metadata that are not given stay; an empty list takes the blocks away."""
    channel, ts = needed(args, "channel", "ts")
    message = _own(state, channel, ts)
    if state.streams(message):
        raise SlackError("streaming_state_conflict")
    text, blocks = checked(args, UPDATED_TEXT)
    if state.controls.no_charts and any(block["type"] == "data_visualization" for block in blocks):
        raise SlackError("invalid_blocks", ["unsupported type: data_visualization"])
    if args.get("blocks") is None:
        blocks = message.blocks
    kept = args.get("metadata", message.metadata)
    metadata = None if state.controls.drop_metadata else kept
    edited = state.edit(message, text=text, blocks=blocks, metadata=metadata, streaming=None)
    told = edited.to_json(state.base_url, metadata=True)
    return {"channel": channel, "ts": ts, "text": edited.text, "message": told}


def delete(state: State, args: Json) -> Json:
    """chat.delete."""
    channel, ts = needed(args, "channel", "ts")
    message = state.message(channel, ts)
    if message.user != LOCKSMITH or state.streams(message):
        raise SlackError("cant_delete_message")
    state.delete(message)
    return {"channel": channel, "ts": ts}


def post_ephemeral(state: State, args: Json) -> Json:
    """chat.postEphemeral."""
    channel, user = needed(args, "channel", "user")
    if user not in USERS:
        raise SlackError("user_not_in_channel")
    return {"message_ts": say(state, channel_id(channel), args, only_for=user).ts}


def get_permalink(state: State, args: Json) -> Json:
    """chat.getPermalink."""
    channel, ts = needed(args, "channel", "message_ts")
    state.message(channel, ts)
    return {"channel": channel, "permalink": f"{state.base_url}/#{channel}/{ts}"}


def add_reaction(state: State, args: Json) -> Json:
    """reactions.add."""
    channel, ts, name = needed(args, "channel", "timestamp", "name")
    react(state, LOCKSMITH, state.message(channel, ts), name)
    return {}


def remove_reaction(state: State, args: Json) -> Json:
    """reactions.remove."""
    channel, ts, name = needed(args, "channel", "timestamp", "name")
    react(state, LOCKSMITH, state.message(channel, ts), name, remove=True)
    return {}


def set_status(state: State, args: Json) -> Json:
    """assistant.threads.setStatus: shown under the thread until the bot posts, or an empty one comes."""
    channel, thread = needed(args, "channel_id", "thread_ts")
    state.message(channel, thread)
    status = str(args.get("status") or "")
    state.statuses[(channel, thread)] = status
    if not status:
        del state.statuses[(channel, thread)]
    state.change()
    return {}


def _own(state: State, channel: str, ts: str) -> Message:
    message = state.message(channel, ts)
    if message.user != LOCKSMITH:
        raise SlackError("cant_update_message")
    return message


METHODS = {
    "assistant.threads.setStatus": set_status,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
    "chat.postEphemeral": post_ephemeral,
    "chat.postMessage": post_message,
    "chat.update": update,
    "reactions.add": add_reaction,
    "reactions.remove": remove_reaction,
}
