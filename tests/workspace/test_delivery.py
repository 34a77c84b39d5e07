"""Events, commands and interactions reach a real slack_bolt app, signed, and come back."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp

from bot.workspace.people import HELP_API, LOCKSMITH, OLU, RANDOM, RITA, SAM, dm
from bot.workspace.workspace import Workspace

Heard = Any
"""The bodies and headers that reached the bot; see conftest."""

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "It works now"}, "action_id": "works", "value": "c1"}
BLOCKS: list[dict[str, Any]] = [
    {"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": "*expired*"}},
    {"type": "actions", "block_id": "a", "elements": [BUTTON]},
]
MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "report",
    "title": {"type": "plain_text", "text": "Report a 401"},
    "submit": {"type": "plain_text", "text": "Go"},
    "blocks": [
        {
            "type": "input",
            "block_id": "url",
            "label": {"type": "plain_text", "text": "Address"},
            "element": {"type": "plain_text_input", "action_id": "url"},
        }
    ],
}


async def test_a_message_arrives_signed_and_escaped(workspace: Workspace, listening: AsyncApp, heard: Heard) -> None:
    ts = await workspace.post(RITA, HELP_API, "401 on https://api.example.com/a?b=1&c=2 <b>, since 5m.")
    await workspace.delivered()
    (event,) = heard.events("message")
    assert event["text"] == "401 on <https://api.example.com/a?b=1&amp;c=2> &lt;b&gt;, since 5m."
    assert (event["ts"], event["user"], event["channel"], event["channel_type"]) == (ts, RITA, HELP_API, "channel")
    assert heard.bodies[0]["authorizations"][0]["user_id"] == LOCKSMITH


async def test_a_request_with_another_secret_is_refused(workspace: Workspace, bot: AsyncApp, heard: Heard) -> None:
    workspace.delivery.signing_secret = "another"
    await workspace.post(RITA, HELP_API, "hello")
    await workspace.delivered()
    assert heard.bodies == []


async def test_a_mention_arrives_as_message_and_as_mention(
    workspace: Workspace, listening: AsyncApp, heard: Heard
) -> None:
    ts = await workspace.post(RITA, RANDOM, "@Locksmith help")
    await workspace.post(RITA, dm(RITA), "@Locksmith help")
    await workspace.delivered()
    assert [e["ts"] for e in heard.events("app_mention")] == [ts]
    assert {e["channel_type"] for e in heard.events("message")} == {"channel", "im"}
    assert len({b["event_id"] for b in heard.bodies}) == 3


async def test_replies_files_edits_and_deletions_are_told(
    workspace: Workspace, listening: AsyncApp, heard: Heard
) -> None:
    root = await workspace.post(RITA, HELP_API, "hello")
    file = workspace.upload(RITA, "trace.txt", b"HTTP/1.1 401\n")
    reply = await workspace.post(RITA, HELP_API, "see this", thread_ts=root, files=[file])
    await workspace.edit(RITA, HELP_API, root, "hello again")
    await workspace.delete(RITA, HELP_API, reply)
    await workspace.delivered()
    told = {e.get("subtype"): e for e in heard.events("message")}
    assert told["file_share"]["files"][0]["url_private"].startswith(workspace.state.base_url)
    assert told["file_share"]["parent_user_id"] == RITA
    assert told["message_changed"]["message"]["text"] == "hello again"
    assert told["message_deleted"]["deleted_ts"] == reply


async def test_a_url_private_needs_the_bots_token(workspace: Workspace) -> None:
    file = workspace.upload(RITA, "trace.txt", b"HTTP/1.1 401\n")
    url = file.to_json(workspace.state.base_url)["url_private"]
    async with aiohttp.ClientSession() as session:
        async with session.get(url, headers={"Authorization": f"Bearer {workspace.bot_token}"}) as answer:
            assert await answer.read() == b"HTTP/1.1 401\n"
        async with session.get(url, allow_redirects=False) as answer:
            assert answer.status == 302


async def test_a_button_goes_round(workspace: Workspace, bot: AsyncApp) -> None:
    @bot.event("message")
    async def reply(event: dict[str, Any], say: Any) -> None:
        await say(text="expired", blocks=BLOCKS, thread_ts=event["ts"])

    @bot.action("works")
    async def works(ack: Any, body: dict[str, Any], respond: Any, client: Any) -> None:
        await ack()
        await respond(text=f"closed {body['actions'][0]['value']}", replace_original=True)
        await respond(text="only you", response_type="ephemeral", replace_original=False)

    root = await workspace.post(RITA, HELP_API, "401")
    answer = await workspace.until(lambda: workspace.messages(HELP_API, root)[1:])
    await workspace.click(RITA, HELP_API, answer[0].ts, action_id="works")
    changed = await workspace.until(lambda: [m for m in workspace.messages(HELP_API, root) if m.edited])
    assert changed[0].text == "closed c1"
    told = await workspace.until(lambda: workspace.ephemerals(RITA))
    assert (told[0].text, told[0].thread_ts) == ("only you", root)
    assert workspace.ephemerals(SAM) == []


async def test_a_response_url_is_good_for_five_uses_in_half_an_hour(
    workspace: Workspace, bot: AsyncApp, heard: Heard, clock: Any
) -> None:
    @bot.command("/401")
    async def command(ack: Any) -> None:
        await ack()

    await workspace.command(SAM, HELP_API, "/401", "cases")
    await workspace.command(SAM, HELP_API, "/401", "cases")
    first, second = (b["response_url"] for b in heard.bodies)
    async with aiohttp.ClientSession() as session:

        async def use(url: str) -> int:
            async with session.post(url, json={"text": "hi"}) as answer:
                return answer.status

        assert [await use(first) for _ in range(6)] == [200] * 5 + [404]
        clock.now += 1801
        assert await use(second) == 404


async def test_a_command_is_answered_to_the_person(workspace: Workspace, bot: AsyncApp, heard: Heard) -> None:
    @bot.command("/401")
    async def command(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"looking at {command['text']}")

    await workspace.command(SAM, HELP_API, "/401", "https://api.example.com/a")
    assert [m.text for m in workspace.ephemerals(SAM)] == ["looking at <https://api.example.com/a>"]
    await workspace.command(SAM, HELP_API, "/402", "x")
    assert "dispatch_failed" in workspace.ephemerals(SAM)[-1].text


async def test_a_modal_opens_reports_faults_and_closes(workspace: Workspace, bot: AsyncApp) -> None:
    @bot.command("/401")
    async def command(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @bot.view("report")
    async def submitted(ack: Any, view: dict[str, Any]) -> None:
        given = view["state"]["values"]["url"]["url"]["value"]
        await (ack() if given else ack(response_action="errors", errors={"url": "Which address?"}))

    await workspace.command(SAM, HELP_API, "/401")
    (view,) = await workspace.until(lambda: workspace.views(SAM))
    assert await workspace.submit(view, {"url": ""}) == {"url": "Which address?"}
    assert await workspace.submit(view, {"url": "https://api.example.com"}) == {}
    assert workspace.views(SAM) == []


async def test_home_and_shortcuts(workspace: Workspace, bot: AsyncApp, heard: Heard) -> None:
    @bot.event("app_home_opened")
    async def opened(event: dict[str, Any], client: Any) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": BLOCKS})

    @bot.action("works")
    @bot.shortcut("diagnose")
    async def done(ack: Any) -> None:
        await ack()

    await workspace.open_home(OLU)
    home = await workspace.until(lambda: workspace.home(OLU))
    await workspace.click_view(home, action_id="works")
    ts = await workspace.post(RITA, HELP_API, "401")
    await workspace.message_shortcut(OLU, "diagnose", HELP_API, ts)
    await workspace.shortcut(OLU, "diagnose")
    await workspace.delivered()
    kinds = [b["type"] for b in heard.bodies if b["type"] != "event_callback"]
    assert kinds == ["block_actions", "message_action", "shortcut"]
    assert [b["message"]["ts"] for b in heard.bodies if b["type"] == "message_action"] == [ts]
    assert workspace.ephemerals(OLU) == []


async def test_an_event_is_tried_again_when_the_bot_fails(workspace: Workspace, flaky: list[int], heard: Heard) -> None:
    flaky += [500, 503]
    await workspace.post(RITA, HELP_API, "401")
    await workspace.delivered()
    assert [h.get("X-Slack-Retry-Num") for h in heard.headers] == [None, "1", "2"]
    assert {h.get("X-Slack-Retry-Reason") for h in heard.headers[1:]} == {"http_error"}
    assert len({b["event_id"] for b in heard.bodies}) == 1


async def test_an_event_is_tried_four_times_in_all(workspace: Workspace, flaky: list[int], heard: Heard) -> None:
    flaky += [500] * 9
    await workspace.post(RITA, HELP_API, "401")
    await workspace.delivered()
    assert len(heard.bodies) == 4


async def test_a_bot_that_is_too_slow_gets_it_again(workspace: Workspace, flaky: list[int], heard: Heard) -> None:
    workspace.delivery.ack_timeout = 0.05
    flaky += [0]
    await workspace.post(RITA, HELP_API, "401")
    await workspace.delivered()
    assert heard.headers[1]["X-Slack-Retry-Reason"] == "http_timeout"


async def test_events_can_be_delivered_twice(workspace: Workspace, listening: AsyncApp, heard: Heard) -> None:
    workspace.state.controls.deliveries = 3
    await workspace.post(RITA, HELP_API, "401")
    await workspace.delivered()
    assert len(heard.bodies) == 3
    assert len({b["event_id"] for b in heard.bodies}) == 1


async def test_socket_mode_goes_round(workspace: Workspace, unserved: AsyncApp) -> None:
    app = unserved

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], say: Any) -> None:
        await say(text="here", blocks=BLOCKS, thread_ts=event["ts"])

    @app.event("message")
    async def message() -> None:
        return None

    @app.action("works")
    async def works(ack: Any, say: Any) -> None:
        await ack()
        await say("closed")

    @app.command("/401")
    async def command(ack: Any) -> None:
        await ack("by socket")

    handler = AsyncSocketModeHandler(app, app_token=workspace.app_token, ping_interval=1)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        await workspace.until(lambda: workspace.delivery.sockets)
        root = await workspace.post(RITA, HELP_API, "@Locksmith 401")
        answer = await workspace.until(lambda: workspace.messages(HELP_API, root)[1:])
        await workspace.click(RITA, HELP_API, answer[0].ts, action_id="works")
        await workspace.until(lambda: workspace.messages(HELP_API)[-1].text == "closed")
        await workspace.command(SAM, HELP_API, "/401")
        assert workspace.ephemerals(SAM)[-1].text == "by socket"
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]
        await asyncio.gather(handler.client.message_processor, return_exceptions=True)


async def test_without_a_bot_the_person_is_told(workspace: Workspace) -> None:
    await workspace.command(SAM, HELP_API, "/401")
    assert "dispatch_failed" in workspace.ephemerals(SAM)[0].text
