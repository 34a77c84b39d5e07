"""How the work is shown: a streamed message, the status line under a thread, an edited message where there are none."""

import asyncio
import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot import investigate
from bot.agent import Agent
from bot.reply import Place, edit, mark, post_once
from bot.slack import sign_in
from bot.stages import READING
from bot.workspace.messages import Message
from bot.workspace.people import HELP_API, RITA, TEAM
from bot.workspace.workspace import Workspace
from handlers import pages
from tests.app.seen import answer, replies
from tests.blocks.samples import REPORT as TOLD
from tests.blocks.samples import SIGNED

REPORT = "@locksmith getting 401 on https://api.example.com/v1/orders since ten minutes"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> threading.Event:
    """Logs that are read only when the test lets them: what is shown meanwhile can be looked at."""
    go, read = threading.Event(), investigate._logs

    def slow(*args: Any) -> Any:
        go.wait(20)
        return read(*args)

    monkeypatch.setattr(investigate, "_logs", slow)
    (tmp_path / "app.log").write_text("2026-03-01T10:42:00Z INFO up\n")
    return go


def reply(workspace: Workspace, ts: str) -> Message:
    (found,) = replies(workspace, ts)
    return found


def calls(workspace: Workspace, method: str) -> list[Any]:
    return [call for call in workspace.state.calls if call.method == method]


async def answered(workspace: Workspace, ts: str) -> None:
    await answer(workspace, ts)
    await asyncio.wait_for(workspace.delivered(), 60)
    assert reply(workspace, ts)


async def test_the_plan_of_a_streamed_message_fills_and_gives_way_to_the_answer(
    bot: Any, workspace: Workspace, held: threading.Event, tmp_path: Path
) -> None:
    def plan() -> dict[str, str]:
        blocks = [b for m in workspace.messages(HELP_API, ts)[1:] for b in m.blocks if b["type"] == "plan"]
        return {task["title"]: task["status"] for block in blocks for task in block["tasks"]}

    async with bot(logs=(str(tmp_path / "app.log"),)):
        ts = await workspace.post(RITA, HELP_API, f"{REPORT} Authorization: Bearer {SIGNED}")
        await workspace.until(lambda: plan().get("Asking the endpoint") == "complete")
        assert plan() == {
            "Reading your report": "complete",
            "Taking the token apart": "in_progress",
            "Reading the logs": "in_progress",
            "Asking the endpoint": "complete",
            "Weighing the evidence": "pending",
        }
        message = reply(workspace, ts)
        assert message.streaming == "plan"
        assert "delete the message" in json.dumps(message.blocks)
        held.set()
        await answered(workspace, ts)
    (ended,) = calls(workspace, "chat.stopStream")
    assert {chunk["status"] for chunk in ended.args["chunks"]} == {"complete"}
    message = reply(workspace, ts)
    assert message.streaming is None
    assert "plan" not in {block["type"] for block in message.blocks}
    assert not calls(workspace, "chat.postMessage")
    assert not [call for call in workspace.state.calls if call.error]


async def test_without_streams_the_line_shows_it_and_an_old_answer_is_edited_first(
    bot: Any, workspace: Workspace, held: threading.Event, tmp_path: Path
) -> None:
    workspace.state.controls.failures["chat.startStream"] = [(429, 60.0)]
    async with bot(logs=(str(tmp_path / "app.log"),)):
        ts = await workspace.post(RITA, HELP_API, REPORT)
        await workspace.until(lambda: "is reading the logs…" in workspace.state.statuses.values())
        held.set()
        await answered(workspace, ts)
        assert not workspace.state.statuses
        held.clear()
        await workspace.post(RITA, HELP_API, "it was POST", thread_ts=ts)
        await looked(workspace, ts)
        held.set()
        await answered(workspace, ts)


async def test_where_slack_has_neither_the_message_is_edited_and_it_is_not_asked_again(
    bot: Any, workspace: Workspace, held: threading.Event, tmp_path: Path
) -> None:
    workspace.state.controls.no_agents = True
    async with bot(logs=(str(tmp_path / "app.log"),)):
        for _ in range(2):
            held.clear()
            ts = await workspace.post(RITA, HELP_API, REPORT)
            await looked(workspace, ts)
            held.set()
            await answered(workspace, ts)
    asked = [calls(workspace, method) for method in ("chat.startStream", "assistant.threads.setStatus")]
    assert [[call.error for call in each] for each in asked] == [["unknown_method"], ["unknown_method"]]


async def looked(workspace: Workspace, ts: str) -> None:
    """Wait until the message itself says what is being done."""

    def shown() -> bool:
        blocks = [m.blocks for m in workspace.messages(HELP_API, ts)[1:]]
        return "reading the logs …" in json.dumps(blocks, ensure_ascii=False)

    await workspace.until(shown)


@pytest.mark.parametrize("failure", [(500, 0.0), (429, 60.0)])
async def test_a_stream_that_does_not_begin_costs_neither_time_nor_the_answer(
    bot: Any, workspace: Workspace, failure: tuple[int, float]
) -> None:
    workspace.state.controls.failures["chat.startStream"] = [failure]
    async with bot():
        for _ in range(2):
            ts = await workspace.post(RITA, HELP_API, REPORT)
            await answered(workspace, ts)
    # Then there are plain messages for a minute; what may have been begun is looked for first.
    assert len(calls(workspace, "chat.startStream")) == 1
    assert len(calls(workspace, "chat.postMessage")) == 2
    assert bool(calls(workspace, "conversations.replies")) == (failure[0] == 500)


@pytest.mark.parametrize("left", ["text", "tasks", "state"])
async def test_an_open_stream_is_found_by_whatever_is_left_of_it_and_ended(
    workspace: Workspace, redis: Redis, left: str
) -> None:
    slack = await sign_in(workspace.bot_token, f"{workspace.state.base_url}/api/")
    ts = await workspace.post(RITA, HELP_API, REPORT)
    place, page = Place(HELP_API, ts), pages.looking("K7Q2", [READING], TOLD)
    chunks = pages.opening("K7Q2", mark("K7Q2", "reply"), [READING], TOLD)
    stream = await Agent().stream(slack, place, RITA, TEAM, chunks)
    assert stream is not None
    whole = reply(workspace, ts)
    bare = replace(whole, text="", blocks=(), streaming=None)
    kept = {
        "text": replace(bare, text=whole.text),
        "tasks": replace(bare, blocks=whole.blocks),
        "state": replace(bare, streaming=whole.streaming),
    }
    workspace.state.put(kept[left])
    await redis.set("{locksmith}:posted:K7Q2:reply", "?")
    found = await post_once(slack, redis, place, page, case="K7Q2", name="reply")
    assert found == stream.posted
    workspace.state.put(whole)
    assert await edit(slack, HELP_API, found.ts, page)
    assert reply(workspace, ts).blocks
    assert reply(workspace, ts).streaming is None
