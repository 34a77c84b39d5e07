"""The Web API as the real SDK uses it, with Slack's own errors."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler, AsyncServerErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.people import (
    GUS,
    HELP_API,
    HELP_PARTNERS,
    LOCKSMITH,
    OLU,
    ONCALL,
    ORDERS,
    PARTNER_TEAM,
    PAT,
    RITA,
    SAM,
    SUPPORT,
    TEAM,
    dm,
)
from bot.workspace.workspace import Workspace

VIEW = {"type": "modal", "title": {"type": "plain_text", "text": "Hello"}, "blocks": []}


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_who_am_i_and_wrong_tokens(workspace: Workspace, client: AsyncWebClient) -> None:
    assert (await client.auth_test())["user_id"] == LOCKSMITH
    assert await refused(client.auth_test(token="xoxb-other")) == "invalid_auth"
    assert await refused(client.api_call("chat.scheduleMessage", json={})) == "unknown_method"
    assert (
        await refused(client.api_call("auth.test", params={"token": workspace.app_token})) == "not_allowed_token_type"
    )
    async with aiohttp.ClientSession() as session, session.post(f"{client.base_url}auth.test") as answer:
        assert (await answer.json())["error"] == "not_authed"


async def test_a_message_is_posted_updated_found_and_deleted(client: AsyncWebClient) -> None:
    metadata = {"event_type": "case", "event_payload": {"id": "c1"}}
    root = await client.chat_postMessage(channel=HELP_API, text="looking…", metadata=metadata, unfurl_links=False)
    await client.chat_postMessage(channel="#help-api", text="more", thread_ts=root["ts"])
    await client.chat_update(channel=HELP_API, ts=root["ts"], text="expired")
    thread = await client.conversations_replies(channel=HELP_API, ts=root["ts"], include_all_metadata=True)
    assert [m["text"] for m in thread["messages"]] == ["expired", "more"]
    assert thread["messages"][0]["metadata"] == metadata
    assert thread["messages"][0]["reply_count"] == 1
    assert "metadata" not in (await client.conversations_replies(channel=HELP_API, ts=root["ts"]))["messages"][0]
    history = await client.conversations_history(channel=HELP_API)
    assert [m["text"] for m in history["messages"]] == ["expired"]
    await client.chat_delete(channel=HELP_API, ts=root["ts"])
    assert await refused(client.conversations_replies(channel=HELP_API, ts=root["ts"])) == "thread_not_found"


async def test_blocks_stay_unless_others_come(workspace: Workspace, client: AsyncWebClient) -> None:
    blocks = [{"type": "divider"}]
    ts = (await client.chat_postMessage(channel=HELP_API, text="a", blocks=blocks))["ts"]
    await client.chat_update(channel=HELP_API, ts=ts, text="b")
    assert [(m.text, len(m.blocks)) for m in workspace.messages(HELP_API)] == [("b", 1)]
    await client.chat_update(channel=HELP_API, ts=ts, text="c", blocks=[])
    assert [(m.text, len(m.blocks)) for m in workspace.messages(HELP_API)] == [("c", 0)]


async def test_pages_of_history(workspace: Workspace, client: AsyncWebClient) -> None:
    for number in range(5):
        await workspace.post(RITA, HELP_API, str(number))
    seen = []
    async for page in await client.conversations_history(channel=HELP_API, limit=2):
        seen += [m["text"] for m in page["messages"]]
    assert seen == ["4", "3", "2", "1", "0"]


async def test_what_slack_refuses(workspace: Workspace, client: AsyncWebClient) -> None:
    theirs = await workspace.post(RITA, HELP_API, "hello")
    mine = (await client.chat_postMessage(channel=HELP_API, text="x"))["ts"]
    long = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5
    expected = {
        "channel_not_found": client.chat_postMessage(channel="CNOWHERE01", text="x"),
        "no_text": client.api_call("chat.postMessage", json={"channel": HELP_API, "text": ""}),
        "msg_too_long": client.chat_update(channel=HELP_API, ts=mine, text="x" * 4001),
        "msg_blocks_too_long": client.chat_postMessage(channel=HELP_API, text="x", blocks=long),
        "message_not_found": client.chat_update(channel=HELP_API, ts="1.000000", text="x"),
        "cant_update_message": client.chat_update(channel=HELP_API, ts=theirs, text="x"),
        "cant_delete_message": client.chat_delete(channel=HELP_API, ts=theirs),
        "user_not_found": client.users_info(user="UNOBODY"),
        "thread_not_found": client.chat_postMessage(channel=HELP_API, thread_ts="1.000000", text="x"),
        "no_such_subteam": client.usergroups_users_list(usergroup="SNONE"),
        "invalid_arguments": client.api_call("chat.update", json={"channel": HELP_API}),
        "file_not_found": client.files_info(file="FNONE"),
        "invalid_trigger_id": client.views_open(trigger_id="1.2.3", view=VIEW),
        "not_found": client.views_update(view_id="VNONE", view=VIEW),
    }
    assert {error: await refused(call) for error, call in expected.items()} == {error: error for error in expected}


async def test_invalid_blocks_say_what_is_wrong(client: AsyncWebClient) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=HELP_API, text="x", blocks=blocks)
    answer: Any = caught.value.response
    assert answer["error"] == "invalid_blocks"
    said = "must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {said}"]


async def test_a_trigger_is_good_once_for_three_seconds(
    workspace: Workspace, client: AsyncWebClient, clock: Any
) -> None:
    first, second = workspace.state.new_trigger(SAM), workspace.state.new_trigger(SAM)
    view = (await client.views_open(trigger_id=first, view=VIEW))["view"]
    assert await refused(client.views_open(trigger_id=first, view=VIEW)) == "exchanged_trigger_id"
    await client.views_update(view_id=view["id"], hash=view["hash"], view={**VIEW, "private_metadata": "c1"})
    assert await refused(client.views_update(view_id=view["id"], hash=view["hash"], view=VIEW)) == "hash_conflict"
    clock.now += 3.5
    assert await refused(client.views_open(trigger_id=second, view=VIEW)) == "expired_trigger_id"
    assert [v.body["private_metadata"] for v in workspace.views(SAM)] == ["c1"]


async def test_modals_stack_three_deep(workspace: Workspace, client: AsyncWebClient) -> None:
    await client.views_open(trigger_id=workspace.state.new_trigger(SAM), view=VIEW)
    for _ in range(2):
        pushed = await client.views_push(trigger_id=workspace.state.new_trigger(SAM), view=VIEW)
    assert pushed["view"]["previous_view_id"] == workspace.views(SAM)[1].id
    again = client.views_push(trigger_id=workspace.state.new_trigger(SAM), view=VIEW)
    assert await refused(again) == "push_limit_reached"


async def test_people_and_groups(client: AsyncWebClient) -> None:
    rita = (await client.users_info(user=RITA))["user"]
    assert (rita["tz"], rita["tz_offset"], rita["is_restricted"]) == ("Europe/Berlin", 3600, False)
    gus, pat = [(await client.users_info(user=user))["user"] for user in (GUS, PAT)]
    assert (gus["team_id"], gus["is_restricted"]) == (TEAM, True)
    assert (pat["team_id"], pat["is_restricted"]) == (PARTNER_TEAM, False)
    assert len((await client.users_list())["members"]) == 6
    assert (await client.usergroups_users_list(usergroup=SUPPORT))["users"] == [SAM, OLU]
    groups = await client.usergroups_list(include_users=True)
    assert {g["id"]: g["users"] for g in groups["usergroups"]} == {SUPPORT: [SAM, OLU], ONCALL: [OLU], ORDERS: [OLU]}
    assert (await client.conversations_open(users=RITA))["channel"]["id"] == dm(RITA)
    assert (await client.conversations_info(channel=HELP_API))["channel"]["name"] == "help-api"
    shared = {c["name"]: c["is_ext_shared"] for c in (await client.conversations_list())["channels"]}
    assert shared == {"help-api": False, "help-partners": True, "oncall": False, "team-orders": False, "random": False}
    assert PAT in (await client.conversations_members(channel=HELP_PARTNERS))["members"]
    assert GUS not in (await client.conversations_members(channel=HELP_PARTNERS))["members"]


async def test_reactions_and_status(workspace: Workspace, client: AsyncWebClient) -> None:
    ts = await workspace.post(RITA, HELP_API, "401")
    await client.reactions_add(channel=HELP_API, timestamp=ts, name="eyes")
    assert workspace.messages(HELP_API)[0].reactions == (("eyes", (LOCKSMITH,)),)
    assert await refused(client.reactions_add(channel=HELP_API, timestamp=ts, name="eyes")) == "already_reacted"
    await client.reactions_remove(channel=HELP_API, timestamp=ts, name="eyes")
    assert workspace.messages(HELP_API)[0].reactions == ()
    await client.assistant_threads_setStatus(channel_id=HELP_API, thread_ts=ts, status="is reading logs…")
    assert list(workspace.state.statuses.values()) == ["is reading logs…"]


async def test_a_file_is_uploaded_into_a_thread(workspace: Workspace, client: AsyncWebClient) -> None:
    root = await workspace.post(RITA, HELP_API, "401")
    done = await client.files_upload_v2(
        channel=HELP_API, thread_ts=root, filename="chart.txt", content="a,b\n", title="Chart", initial_comment="See"
    )
    shared = workspace.messages(HELP_API, root)[1]
    assert (shared.text, shared.files[0].content, shared.files[0].title) == ("See", b"a,b\n", "Chart")
    info = await client.files_info(file=done["file"]["id"])
    assert info["file"]["size"] == 4


async def test_rate_limits_and_server_errors_pass_with_the_sdks_retries(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    workspace.state.controls.failures = {"chat.postMessage": [(429, 0.0), (503, 0.0)]}
    assert await refused(client.chat_postMessage(channel=HELP_API, text="x")) == "ratelimited"
    client.retry_handlers += [AsyncRateLimitErrorRetryHandler(2), AsyncServerErrorRetryHandler(2)]
    workspace.state.controls.failures = {"*": [(429, 0.0)]}
    await client.chat_postMessage(channel=HELP_API, text="x")
    assert [c.error for c in workspace.state.calls][-2:] == ["429", None]
    assert len(workspace.messages(HELP_API)) == 1


async def test_metadata_can_be_dropped(workspace: Workspace, client: AsyncWebClient) -> None:
    workspace.state.controls.drop_metadata = True
    metadata = {"event_type": "case", "event_payload": {"id": "c1"}}
    await client.chat_postMessage(channel=HELP_API, text="x", metadata=metadata)
    assert workspace.messages(HELP_API)[0].metadata is None
