"""Web API methods that stream a message piece by piece: text, steps of work, blocks.

Source: docs.slack.dev/reference/methods/chat.startStream, .../chat.appendStream, .../chat.stopStream.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.workspace.elements_of import with_ids
from bot.workspace.limits import MARKDOWN, faults
from bot.workspace.messages import Json, Message
from bot.workspace.methods_chat import channel_id, needed
from bot.workspace.people import CHANNELS, LOCKSMITH, USERS
from bot.workspace.replies import checked, thread_root
from bot.workspace.schema import Check, items, one_of, record, tagged, text, typed
from bot.workspace.state import SlackError, State

Blocks = list[Json]
STATUS = one_of("pending", "in_progress", "complete", "error")
SOURCE = typed({"url": text(3000), "text": text(3000)})
CHUNKS: Mapping[str, Check] = {
    "markdown_text": typed({"text": text(MARKDOWN, 0)}),
    "task_update": typed(
        {"id": text(255), "title": text(256, 0), "status": STATUS},
        {
            "details": text(256, 0),
            "output": text(256, 0),
            "sources": items(tagged({"url": SOURCE}), 100, 0),
        },
    ),
    "plan_update": typed({"title": text(256)}),
    "blocks": typed({"blocks": lambda value, pointer: iter(faults(value, "message"))}),
}
MODES = record({}, {"task_display_mode": one_of("timeline", "plan")})


def start(state: State, args: Json) -> Json:
    """chat.startStream: a new message that is not whole yet; in a channel it says for whom."""
    named, thread = needed(args, "channel", "thread_ts")
    channel = channel_id(named)
    if not CHANNELS[channel].with_user:
        for name in ("recipient_team_id", "recipient_user_id"):
            if not args.get(name):
                raise SlackError(f"missing_{name}")
        if args["recipient_user_id"] not in USERS:
            raise SlackError("user_not_found")
    mode = str(args.get("task_display_mode") or "timeline")
    if found := list(MODES({"task_display_mode": mode}, "")):
        raise SlackError("invalid_arguments", found)
    blocks, said = _grown([], "", _chunks(args), mode)
    root = thread_root(state, channel, thread)
    message = Message(
        ts=state.new_ts(), channel=channel, user=LOCKSMITH, text=said, blocks=blocks, thread_ts=root, streaming=mode
    )
    state.statuses.pop((channel, root), None)
    state.add(message)
    return {"channel": channel, "ts": message.ts}


def append(state: State, args: Json) -> Json:
    """chat.appendStream: more of it."""
    message = _streaming(state, args)
    chunks = _chunks(args)
    if not chunks:
        raise SlackError("no_text")
    blocks, said = _grown(list(message.blocks), message.text, chunks, str(message.streaming))
    state.put(replace(message, blocks=blocks, text=said))
    return {"channel": message.channel, "ts": message.ts}


def stop(state: State, args: Json) -> Json:
    """chat.stopStream: the last of it, with blocks under it."""
    message = _streaming(state, args)
    blocks, said = _grown(list(message.blocks), message.text, _chunks(args), str(message.streaming))
    whole = [*map(_given_up, blocks), *(args.get("blocks") or [])]
    said, kept = checked({"text": said, "blocks": whole})
    metadata = None if state.controls.drop_metadata else args.get("metadata", message.metadata)
    ended = replace(message, text=said, blocks=kept, metadata=metadata, streaming=None)
    state.statuses.pop((ended.channel, ended.thread_ts or ""), None)
    state.put(ended)
    told = ended.to_json(state.base_url, metadata=True)
    return {"channel": message.channel, "ts": message.ts, "message": told}


def _streaming(state: State, args: Json) -> Message:
    channel, ts = needed(args, "channel", "ts")
    message = state.message(channel, ts)
    if message.user != LOCKSMITH:
        raise SlackError("message_not_owned_by_app")
    if not state.streams(message):
        raise SlackError("message_not_in_streaming_state")
    return message


def _chunks(args: Json) -> Blocks:
    given = args.get("chunks") or []
    if written := args.get("markdown_text"):
        if given:
            raise SlackError("invalid_arguments", ["markdown_text and chunks cannot be used together"])
        given = [{"type": "markdown_text", "text": written}]
    if found := list(items(tagged(CHUNKS), 1000, 0)(given, "/chunks")):
        too_long = written and len(str(written)) > MARKDOWN
        raise SlackError("msg_too_long" if too_long else "invalid_chunks", found)
    return list(given)


def _grown(blocks: Blocks, said: str, chunks: Blocks, mode: str) -> tuple[tuple[Json, ...], str]:
    """The blocks and the text of a message after these chunks came."""
    for chunk in chunks:
        if chunk["type"] == "markdown_text":
            said += chunk["text"]
        blocks = GROW[chunk["type"]](blocks, chunk, mode)
    return with_ids(blocks), said


def _text(blocks: Blocks, chunk: Json, mode: str) -> Blocks:
    last = blocks[-1] if blocks else {}
    if last.get("type") == "markdown":
        return [*blocks[:-1], {**last, "text": last["text"] + chunk["text"]}]
    return [*blocks, {"type": "markdown", "text": chunk["text"]}] if chunk["text"] else blocks


def _task(blocks: Blocks, chunk: Json, mode: str) -> Blocks:
    if mode == "timeline":
        return _updated(blocks, _card(chunk))
    plan: Json = next((b for b in blocks if b["type"] == "plan"), {"type": "plan", "title": "Plan", "tasks": []})
    return _with_plan(blocks, {**plan, "tasks": _updated(plan["tasks"], _card(chunk))})


def _updated(cards: Blocks, card: Json) -> Blocks:
    """The card in the place of the one with its id, else at the end."""
    if any(c.get("task_id") == card["task_id"] for c in cards):
        return [_grown_card(c, card) if c.get("task_id") == card["task_id"] else c for c in cards]
    return [*cards, card]


def _grown_card(old: Json, new: Json) -> Json:
    """Title and state are replaced, what is told below them is added to."""
    more: Json = {
        part: {**new[part], "elements": [*old[part]["elements"], *new[part]["elements"]]}
        for part in ("details", "output")
        if part in old and part in new
    }
    return {**old, **new, **more}


def _given_up(block: Json) -> Json:
    """A task that still ran when the message was ended shows an error."""
    if block["type"] == "plan":
        return {**block, "tasks": [_given_up(card) for card in block["tasks"]]}
    return {**block, "status": "error"} if block.get("status") == "in_progress" else block


def _card(chunk: Json) -> Json:
    card: Json = {"type": "task_card", "task_id": chunk["id"], "title": chunk["title"], "status": chunk["status"]}
    card |= {part: _rich(chunk[part]) for part in ("details", "output") if chunk.get(part)}
    return card | ({"sources": chunk["sources"]} if chunk.get("sources") else {})


def _rich(words: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
    return {"type": "rich_text", "elements": [section]}


def _plan(blocks: Blocks, chunk: Json, mode: str) -> Blocks:
    plan: Json = next((b for b in blocks if b["type"] == "plan"), {"type": "plan", "tasks": []})
    return _with_plan(blocks, {**plan, "title": chunk["title"]})


def _with_plan(blocks: Blocks, plan: Json) -> Blocks:
    if not any(b["type"] == "plan" for b in blocks):
        return [*blocks, plan]
    return [plan if b["type"] == "plan" else b for b in blocks]


def _blocks(blocks: Blocks, chunk: Json, mode: str) -> Blocks:
    return [*blocks, *chunk["blocks"]]


GROW: Mapping[str, Callable[[Blocks, Json, str], Blocks]] = {
    "markdown_text": _text,
    "task_update": _task,
    "plan_update": _plan,
    "blocks": _blocks,
}
Method = Callable[[State, Json], Any]
METHODS: Mapping[str, Method] = {"chat.appendStream": append, "chat.startStream": start, "chat.stopStream": stop}
