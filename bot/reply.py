"""Messages that appear once, whatever dies: posted under a name that remembers them, edited in place afterwards."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from redis.asyncio import Redis

from bot.cases import IDLE_S
from bot.slack import RefusedError, Slack, UnclearError, ask
from bot.store import key

PATIENCE_S = 600.0
"""How long Slack's troubles are sat out before a job counts as failed."""
PAGES = 5
EVENT_TYPE = "locksmith_case"
GONE = {"message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found", "is_archived"}
STREAMED = "streaming_state_conflict"
NOT_THERE = {"channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived"}
"""Slack's words for a place where the bot cannot speak."""
TOO_RICH = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}

log = logging.getLogger(__name__)


class Message(Protocol):
    """What can be posted: handlers/blocks makes them."""

    @property
    def text(self) -> str:
        """For notifications and plain clients, escaped."""

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Block Kit."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes."""

    channel: str
    thread_ts: str = ""
    """Empty: a message of its own."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message of ours is."""

    channel: str
    ts: str


Begin = Callable[[], Awaitable[Posted | None]]
"""Posts a message in its own way; None: that was not possible, and nothing was posted. Raises UnclearError."""


async def post_once(
    slack: Slack, redis: Redis, place: Place, message: Message, *, case: str, name: str, begin: Begin | None = None
) -> Posted:
    """The message of that name for this case, posted now unless it was before. Raises RefusedError or UnclearError.

    The name is marked before the post goes out. Whoever finds a mark and no message, after a crash or an answer that
    never came, looks through the thread for the message first; it is never posted blindly again. `begin` is another way
    to post it, tried first: it is to hold what the message is found by.
    """
    slot = key("posted", case, name)
    async for _ in patience():
        known = await redis.get(slot)
        if known and known != "?":
            channel, _, ts = str(known).partition("/")
            return Posted(channel, ts)
        try:
            posted = await _find(slack, place, case, name) if known else None
            if posted is None:
                await redis.set(slot, "?", nx=True, ex=IDLE_S)
                posted = (begin and await begin()) or await _post(slack, place, message, case, name)
        except UnclearError as error:
            log.warning("post for case %s is unclear (%s); looking for it", case, error)
            continue
        except RefusedError:
            await redis.delete(slot)
            raise
        await redis.set(slot, f"{posted.channel}/{posted.ts}", ex=IDLE_S)
        return posted
    raise UnclearError("Slack gave no clear answer for long")


async def posted(redis: Redis, case: str, names: Sequence[str]) -> list[Posted]:
    """Where the messages of those names for this case are, as far as they were posted."""
    known = await redis.mget([key("posted", case, name) for name in names])
    places = (str(place).partition("/") for place in known if place and place != "?")
    return [Posted(channel, ts) for channel, _, ts in places]


async def edit(
    slack: Slack, channel: str, ts: str, message: Message, *, patience_s: float = PATIENCE_S, strict: bool = False
) -> bool:
    """Make our message this one; safe to repeat. False: the message is gone, or may not be edited any more.

    A message that is still streamed, as its worker was killed, is ended first: until then Slack lets nobody edit it.
    Where Slack refuses the blocks the text alone is shown, unless `strict`.
    Raises RefusedError, and UnclearError when patience runs out (0: one try).
    """
    blocks: Sequence[dict[str, Any]] = message.blocks
    async for _ in patience(patience_s):
        try:
            await ask(slack.calls.chat_update(channel=channel, ts=ts, text=message.text, blocks=blocks))
        except UnclearError as error:
            log.warning("edit of %s is unclear (%s); again", ts, error)
            continue
        except RefusedError as error:
            if error.code in GONE:
                return False
            if error.code == STREAMED:
                await _end(slack, channel, ts)
                continue
            if strict or not (blocks and error.code in TOO_RICH):
                raise
            log.error("Slack refused our blocks (%s); showing the text alone", error.code)
            blocks = ()
            continue
        return True
    raise UnclearError("Slack gave no clear answer for long")


async def patience(patience_s: float = PATIENCE_S) -> AsyncIterator[None]:
    """Turns to try, at least one, with growing waits between them."""
    wait, waited = 0.5, 0.0
    while True:
        yield
        if waited >= patience_s:
            return
        await asyncio.sleep(wait)
        waited += wait
        wait = min(wait * 2, 30.0)


async def _end(slack: Slack, channel: str, ts: str) -> None:
    try:
        await ask(slack.calls.chat_stopStream(channel=channel, ts=ts))
    except (RefusedError, UnclearError) as error:
        log.warning("the stream %s was not ended (%s)", ts, error)


async def _post(slack: Slack, place: Place, message: Message, case: str, name: str) -> Posted:
    # Only the case's own message is looked for by its text.
    text = message.text if name != "reply" or case in message.text else f"{message.text} · case {case}"
    first, *rest = message.blocks
    words: dict[str, Any] = {
        "channel": place.channel,
        "thread_ts": place.thread_ts or None,
        "text": text,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"case": case, "name": name}},
    }
    marked = [{**first, "block_id": mark(case, name)}, *rest]
    try:
        answer = await ask(slack.posts.chat_postMessage(**words, blocks=marked))
    except RefusedError as error:
        if error.code not in TOO_RICH:
            raise
        log.error("Slack refused our blocks (%s); showing the text alone", error.code)
        answer = await ask(slack.posts.chat_postMessage(**words))
    return Posted(str(answer.get("channel") or place.channel), str(answer["ts"]))


async def _find(slack: Slack, place: Place, case: str, name: str) -> Posted | None:
    cursor = ""
    for _ in range(PAGES):
        words: dict[str, Any] = {
            "channel": place.channel,
            "limit": 200,
            "cursor": cursor or None,
            "include_all_metadata": True,
        }
        if place.thread_ts:
            answer = await ask(slack.calls.conversations_replies(ts=place.thread_ts, **words))
        else:
            answer = await ask(slack.calls.conversations_history(**words))
        for found in answer.get("messages") or ():
            if _is_ours(slack, found) and _is_it(found, case, name):
                return Posted(place.channel, str(found["ts"]))
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return None
    return None


def _is_ours(slack: Slack, message: dict[str, Any]) -> bool:
    return message.get("user") == slack.user or bool(slack.bot and message.get("bot_id") == slack.bot)


def _is_it(message: dict[str, Any], case: str, name: str) -> bool:
    """By metadata, the mark on its first block or its tasks, or a stream that is open: we stream nothing but replies.

    A server that drops all of it still keeps the case id in the text.
    """
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    if payload:
        return bool(payload.get("case") == case and payload.get("name") == name)
    if mark(case, name) in json.dumps(message.get("blocks") or []):
        return True
    if name == "reply" and message.get("streaming_state") == "in_progress":
        return True
    return (
        name == "reply" and case in str(message.get("text")) and "locksmith:" not in json.dumps(message.get("blocks"))
    )


def mark(case: str, name: str) -> str:
    """What the message of that name for this case bears in the id of a block or a task."""
    return f"locksmith:{case}:{name}"
