"""What Slack gives to agents, streamed messages and a status, and the scopes that calls need."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.messages.chunk import BlocksChunk, MarkdownTextChunk, PlanUpdateChunk, TaskUpdateChunk
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.people import HELP_API, LOCKSMITH, RITA, TEAM, dm
from bot.workspace.server import running
from bot.workspace.workspace import Workspace

FOR_RITA: dict[str, Any] = {"recipient_team_id": TEAM, "recipient_user_id": RITA}
DIVIDER = {"type": "divider"}


async def refused(call: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        await call
    return dict(caught.value.response.data)


def task(status: str, **more: Any) -> TaskUpdateChunk:
    return TaskUpdateChunk(id="probe", title="Asking the endpoint", status=status, **more)


async def test_a_stream_grows_and_ends(workspace: Workspace, client: AsyncWebClient) -> None:
    root = await workspace.post(RITA, HELP_API, "401")
    await client.assistant_threads_setStatus(channel_id=HELP_API, thread_ts=root, status="is looking…")
    ts = (await client.chat_startStream(channel=HELP_API, thread_ts=root, **FOR_RITA))["ts"]
    assert workspace.state.statuses == {}
    where: dict[str, Any] = {"channel": HELP_API, "ts": ts}
    await client.chat_appendStream(**where, chunks=[task("in_progress", details="GET /v1/orders")])
    await client.chat_appendStream(**where, markdown_text="**expi")
    await client.chat_appendStream(**where, chunks=[task("complete", output="4"), MarkdownTextChunk(text="red**")])
    running = TaskUpdateChunk(id="logs", title="Reading", status="in_progress")
    await client.chat_appendStream(**where, chunks=[task("complete", output="01"), running])
    metadata = {"event_type": "case", "event_payload": {"id": "c1"}}
    await client.chat_stopStream(**where, blocks=[DIVIDER], metadata=metadata)
    (_, told) = workspace.messages(HELP_API, root)
    card, *texts, given_up, last = told.blocks
    assert (card["status"], "details" in card, given_up["status"]) == ("complete", True, "error")
    assert "".join(section["elements"][0]["text"] for section in card["output"]["elements"]) == "401"
    assert ("".join(t["text"] for t in texts), last["type"]) == ("**expired**", "divider")
    assert (told.user, told.text, told.metadata, told.streaming) == (LOCKSMITH, "**expired**", metadata, None)
    assert (await refused(client.chat_appendStream(**where, markdown_text="x")))[
        "error"
    ] == "message_not_in_streaming_state"
    await client.chat_update(**where, text="again")


async def test_a_plan_keeps_its_tasks_together(workspace: Workspace, client: AsyncWebClient) -> None:
    root = await workspace.post(RITA, dm(RITA), "401")
    started = await client.chat_startStream(channel=dm(RITA), thread_ts=root, task_display_mode="plan")
    chunks = [task("pending"), BlocksChunk(blocks=[DIVIDER]), task("complete"), PlanUpdateChunk(title="Done")]
    await client.chat_stopStream(channel=dm(RITA), ts=str(started["ts"]), chunks=chunks)
    plan, divider = workspace.messages(dm(RITA), root)[1].blocks
    assert (plan["title"], [t["status"] for t in plan["tasks"]], divider["type"]) == ("Done", ["complete"], "divider")


async def test_what_slack_refuses_of_streams(workspace: Workspace, client: AsyncWebClient) -> None:
    root = await workspace.post(RITA, HELP_API, "401")
    where: dict[str, Any] = {"channel": HELP_API, "thread_ts": root}
    ts = str((await client.chat_startStream(**where, **FOR_RITA))["ts"])
    expected = {
        "missing_recipient_team_id": client.chat_startStream(**where, recipient_user_id=RITA),
        "missing_recipient_user_id": client.chat_startStream(**where, recipient_team_id=TEAM),
        "invalid_chunks": client.chat_appendStream(channel=HELP_API, ts=ts, chunks=[task("finished")]),
        "msg_too_long": client.chat_appendStream(channel=HELP_API, ts=ts, markdown_text="x" * 12_001),
        "no_text": client.chat_appendStream(channel=HELP_API, ts=ts),
        "streaming_state_conflict": client.chat_update(channel=HELP_API, ts=ts, text="x"),
        "cant_delete_message": client.chat_delete(channel=HELP_API, ts=ts),
        "message_not_owned_by_app": client.chat_appendStream(channel=HELP_API, ts=root, markdown_text="x"),
    }
    assert {error: (await refused(call))["error"] for error, call in expected.items()} == {e: e for e in expected}
    workspace.state.clock = lambda: time.time() + 301
    late = await refused(client.chat_stopStream(channel=HELP_API, ts=ts))
    assert late["error"] == "message_not_in_streaming_state"
    await client.chat_update(channel=HELP_API, ts=ts, text="x")
    workspace.state.controls.no_agents = True
    for call in (
        client.chat_startStream(**where, **FOR_RITA),
        client.assistant_threads_setStatus(channel_id=HELP_API, thread_ts=root, status="x"),
    ):
        assert (await refused(call))["error"] == "unknown_method"


@pytest.fixture
async def narrow() -> AsyncIterator[AsyncWebClient]:
    """An app that may only write."""
    made = Workspace(manifest={"oauth_config": {"scopes": {"bot": ["chat:write", "im:history"]}}})
    async with running(made) as url:
        await made.post(RITA, HELP_API, "hello")
        yield AsyncWebClient(token=made.bot_token, base_url=f"{url}/api/")


async def test_a_call_without_its_scope_is_refused(narrow: AsyncWebClient) -> None:
    await narrow.auth_test()
    ts = str((await narrow.chat_postMessage(channel=HELP_API, text="x"))["ts"])
    await narrow.conversations_history(channel=dm(RITA))
    calls: dict[str, Any] = {
        "channels:history": narrow.conversations_history(channel=HELP_API),
        "usergroups:read": narrow.usergroups_users_list(usergroup="S1"),
        "reactions:write": narrow.reactions_add(channel=HELP_API, timestamp=ts, name="eyes"),
        "users:read": narrow.users_info(user=RITA),
        "files:write": narrow.files_getUploadURLExternal(filename="a.png", length=1),
    }
    for needed, call in calls.items():
        answer = await refused(call)
        assert (answer["error"], answer["needed"], answer["provided"]) == (
            "missing_scope",
            needed,
            "chat:write,im:history",
        )
