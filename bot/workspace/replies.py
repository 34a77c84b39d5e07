"""What a bot answers to an action: command text, response_url messages, modal responses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.workspace.elements_of import with_ids
from bot.workspace.limits import MESSAGE_BLOCKS, MESSAGE_TEXT, faults, length, view_faults
from bot.workspace.messages import Json, Message, View
from bot.workspace.people import LOCKSMITH
from bot.workspace.state import ResponseUrl, SlackError, State

MOST_USES = 5
RESPONSE_LIFE_S = 30 * 60
MOST_VIEWS = 3


def checked(args: Json, longest: int = MESSAGE_TEXT) -> tuple[str, tuple[Json, ...]]:
    """The text and blocks of a message. Raises SlackError as Slack refuses them."""
    text, blocks = args.get("text") or args.get("markdown_text") or "", args.get("blocks") or []
    if not isinstance(text, str):
        raise SlackError("invalid_arguments", ["must provide a string [json-pointer:/text]"])
    if found := faults(blocks, "message"):
        raise SlackError("invalid_blocks", found)
    if not text and not blocks and not args.get("attachments"):
        raise SlackError("no_text")
    if len(text) > longest:
        raise SlackError("msg_too_long")
    if length(blocks) > MESSAGE_BLOCKS:
        raise SlackError("msg_blocks_too_long")
    return text, with_ids(blocks)


def thread_root(state: State, channel: str, ts: str) -> str:
    """The first message of the thread that a message belongs to. Raises SlackError `thread_not_found`."""
    if (found := state.channel_messages(channel).get(ts)) is None:
        raise SlackError("thread_not_found")
    return found.thread_ts or ts


def say(state: State, channel: str, args: Json, *, only_for: str | None = None) -> Message:
    """A new message of the bot. Raises SlackError."""
    state.channel_messages(channel)
    text, blocks = checked(args)
    thread = args.get("thread_ts") or None
    if thread:
        thread = thread_root(state, channel, str(thread))
    return state.add(
        Message(
            ts=state.new_ts(),
            channel=channel,
            user=LOCKSMITH,
            text=text,
            blocks=blocks,
            thread_ts=thread,
            broadcast=bool(thread and args.get("reply_broadcast")),
            metadata=args.get("metadata"),
            only_for=only_for,
        )
    )


def answer_command(state: State, user: str, channel: str, answer: Json) -> None:
    """Show the direct answer to a slash command: to everyone when it says `in_channel`, else to the person."""
    try:
        say(state, channel, answer, only_for=None if answer.get("response_type") == "in_channel" else user)
    except SlackError as error:
        say(state, channel, {"text": f"The command failed with the error `{error.code}`"}, only_for=user)


def use_response_url(state: State, url: ResponseUrl, args: Json) -> None:
    """What a POST to a response_url does. Raises SlackError."""
    if url.uses >= MOST_USES:
        raise SlackError("used_url")
    if state.clock() - url.opened > RESPONSE_LIFE_S:
        raise SlackError("expired_url")
    url.uses += 1
    if args.get("delete_original"):
        _replace_original(state, url, None)
    elif args.get("replace_original"):
        _replace_original(state, url, args)
    else:
        only_for = None if args.get("response_type") == "in_channel" else url.user
        say(state, url.channel, {"thread_ts": url.thread_ts, **args}, only_for=only_for)


def _replace_original(state: State, url: ResponseUrl, args: Json | None) -> None:
    changes: Json = dict(zip(("text", "blocks"), checked(args), strict=True)) if args is not None else {}
    original = next((m for m in state.ephemeral if m.ts == url.message_ts), None)
    if original:
        state.ephemeral.remove(original)
        if args is not None:
            state.ephemeral.append(replace(original, **changes))
        state.change()
    elif args is None:
        state.delete(state.message(url.channel, url.message_ts or ""))
    else:
        state.edit(state.message(url.channel, url.message_ts or ""), **changes)


def checked_view(body: Any) -> Json:
    """A view as Slack stores it. Raises SlackError."""
    if found := view_faults(body):
        raise SlackError("invalid_arguments", found)
    return {**body, "blocks": list(with_ids(body["blocks"]))}


def open_view(state: State, user: str, body: Json, *, onto: bool = False) -> View:
    """Show a modal to a person: alone, or on top of those open. Raises SlackError."""
    stack = state.modals[user] if onto else []
    if len(stack) >= MOST_VIEWS:
        raise SlackError("push_limit_reached")
    view_id = state.new_id("V")
    root, previous = (stack[0].id, stack[-1].id) if stack else (view_id, None)
    view = View(id=view_id, user=user, body=checked_view(body), hash=_hash(state), root=root, previous=previous)
    state.modals[user] = [*stack, view]
    state.change()
    return view


def update_view(state: State, view: View, body: Json) -> View:
    """Replace an open modal's content. Raises SlackError."""
    updated = replace(view, body=checked_view(body), hash=_hash(state))
    state.modals[view.user] = [updated if v.id == view.id else v for v in state.modals[view.user]]
    state.change()
    return updated


def publish_home(state: State, user: str, body: Json) -> View:
    """Replace a person's Home tab. Raises SlackError."""
    old = state.homes.get(user)
    view_id = old.id if old else state.new_id("V")
    state.homes[user] = View(id=view_id, user=user, body=checked_view(body), hash=_hash(state), root=view_id)
    state.change()
    return state.homes[user]


def apply_view_response(state: State, view: View, answer: Json) -> dict[str, str]:
    """Do what the answer to a view_submission says; returns its faults by block id."""
    action = answer.get("response_action")
    if action == "errors":
        given = answer.get("errors") or {}
        return {str(block): str(text) for block, text in given.items()}
    try:
        if action == "update":
            update_view(state, view, answer.get("view") or {})
        elif action == "push":
            open_view(state, view.user, answer.get("view") or {}, onto=True)
        elif action == "clear":
            state.modals[view.user] = []
        else:
            state.modals[view.user] = [v for v in state.modals[view.user] if v.id != view.id]
    except SlackError as error:
        return {"": f"The app's answer is not a view that Slack would show: {', '.join(error.details) or error.code}"}
    state.change()
    return {}


def _hash(state: State) -> str:
    return f"{int(state.clock())}.{state.new_id('h')}"
