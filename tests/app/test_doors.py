"""The bot over its real doors: what people see in the thread."""

import hashlib
import hmac
import json
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import jobs, store
from bot.jobs import Job
from bot.model import Report
from bot.settings import Settings
from bot.workspace.envelopes import event_callback
from bot.workspace.messages import Message
from bot.workspace.people import HELP_API, LOCKSMITH, RANDOM, RITA, SAM, TEAM, dm
from bot.workspace.workspace import Workspace

REPORT = "getting 401 on https://api.example.com/v1/orders since ten minutes"


def replies(workspace: Workspace, channel: str, ts: str) -> list[Message]:
    return [m for m in workspace.messages(channel, ts) if m.user == LOCKSMITH]


def answered(workspace: Workspace, channel: str, ts: str) -> bool:
    found = replies(workspace, channel, ts)
    return bool(found) and "Looking" not in found[0].text


async def one_answer(workspace: Workspace, channel: str, ts: str) -> Message:
    """The one reply in the thread, once it is an answer and nothing is on its way any more."""
    await workspace.until(lambda: answered(workspace, channel, ts))
    await workspace.delivered()
    (reply,) = replies(workspace, channel, ts)
    return reply


def calls(workspace: Workspace, method: str) -> list[Any]:
    return [call for call in workspace.state.calls if call.method == method]


@pytest.fixture(params=["http", "sockets"])
def door(request: pytest.FixtureRequest, workspace: Workspace) -> dict[str, str]:
    return {"app_token": workspace.app_token} if request.param == "sockets" else {}


async def test_a_mention_gets_one_answer_in_its_thread(bot: Any, workspace: Workspace, door: dict[str, str]) -> None:
    workspace.state.controls.no_agents = True
    async with bot(**door):
        ts = await workspace.post(RITA, RANDOM, f"@locksmith {REPORT}")
        await one_answer(workspace, RANDOM, ts)
    assert len(workspace.messages(RANDOM)) == 1
    (post,) = calls(workspace, "chat.postMessage")
    assert post.args["unfurl_links"] is False


async def test_a_mention_in_a_support_channel_is_a_message_too_and_gets_one_answer(
    bot: Any, workspace: Workspace
) -> None:
    workspace.state.controls.deliveries = 3
    async with bot():
        ts = await workspace.post(RITA, HELP_API, f"@locksmith {REPORT}")
        await one_answer(workspace, HELP_API, ts)


async def test_every_envelope_to_every_socket_and_no_metadata_is_one_answer(bot: Any, workspace: Workspace) -> None:
    workspace.state.controls.every_socket = True
    workspace.state.controls.drop_metadata = True
    async with bot(app_token=workspace.app_token):
        assert len(workspace.delivery.sockets) == 2
        ts = await workspace.post(RITA, HELP_API, f"@locksmith {REPORT}")
        reply = await one_answer(workspace, HELP_API, ts)
        edits = len(calls(workspace, "chat.update"))
        await workspace.click(RITA, HELP_API, reply.ts, action_id="case_again")
        await workspace.until(lambda: len(calls(workspace, "chat.update")) >= edits + 2)
        await one_answer(workspace, HELP_API, ts)
        await workspace.command(RITA, RANDOM, "/401", REPORT)
        await workspace.until(lambda: workspace.messages(RANDOM))
        await workspace.command(RITA, RANDOM, "/401", "help")
        await workspace.click(RITA, HELP_API, reply.ts, action_id="case_evidence")
        await workspace.until(lambda: any("support engineers" in json.dumps(v.body) for v in workspace.views(RITA)))
    assert len(workspace.messages(RANDOM)) == 1
    assert len(calls(workspace, "chat.update")) == edits + 2 + 1
    assert len(workspace.ephemerals(RITA)) == len(workspace.views(RITA)) == 1
    # Each copy is acknowledged, one is answered: a server that shows every answer shows one.
    assert len(workspace.delivery.answers) == 1


async def test_a_server_that_takes_nothing_but_posts_is_asked_with_posts(
    bot: Any, workspace: Workspace, door: dict[str, str]
) -> None:
    workspace.state.controls.posts_only = True
    async with bot(**door):
        ts = await workspace.post(RITA, RANDOM, "401 on https://api.example.com/v2/invoices")
        # The bot reads the thread's first message, and puts a reaction under what was said to it.
        await workspace.post(RITA, RANDOM, "@locksmith what is it?", thread_ts=ts)
        reply = await one_answer(workspace, RANDOM, ts)
        assert "api.example.com" in str(reply.blocks)
        more = await workspace.post(RITA, RANDOM, "again, now with request id 7f3c2a", thread_ts=ts)
        await workspace.until(lambda: workspace.state.message(RANDOM, more).reactions)
        await one_answer(workspace, RANDOM, ts)
    assert {call.method for call in workspace.state.calls if call.error} <= {"reactions.add"}


async def test_a_server_that_gives_every_action_the_same_trigger_loses_none(
    bot: Any, workspace: Workspace, door: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace.state, "new_trigger", lambda user: "1.2.3")
    async with bot(**door):
        await workspace.command(RITA, RANDOM, "/401", REPORT)
        await workspace.command(RITA, RANDOM, "/401", "401 on https://api.example.com/v2/invoices")
        await workspace.until(lambda: [m for m in workspace.messages(RANDOM) if "Looking" not in m.text][1:])
        first = workspace.messages(RANDOM)[0]
        await workspace.click(RITA, RANDOM, first.ts, action_id="case_works")
        await workspace.until(lambda: "Solved" in workspace.state.message(RANDOM, first.ts).text)
        await workspace.click(RITA, RANDOM, first.ts, action_id="case_failing")
        await workspace.until(lambda: "Solved" not in workspace.state.message(RANDOM, first.ts).text)
    assert len(workspace.messages(RANDOM)) == 2


async def test_reports_in_support_channels_and_direct_messages_need_no_mention_and_chatter_gets_none(
    bot: Any, workspace: Workspace
) -> None:
    async with bot():
        chatter = await workspace.post(RITA, HELP_API, "who is on call today?")
        elsewhere = await workspace.post(RITA, RANDOM, REPORT)
        heard = await workspace.post(RITA, HELP_API, REPORT + " \ud800 " + "x" * 40_000)
        direct = await workspace.post(RITA, dm(RITA), "hello")
        await one_answer(workspace, HELP_API, heard)
        asked = await one_answer(workspace, dm(RITA), direct)
    assert "Which address" in asked.text
    assert not replies(workspace, HELP_API, chatter)
    assert not replies(workspace, RANDOM, elsewhere)


async def test_a_slash_command_gets_a_message_of_its_own_and_its_thread_is_the_case(
    bot: Any, workspace: Workspace
) -> None:
    async with bot():
        await workspace.command(RITA, RANDOM, "/401", "help")
        await workspace.command(RITA, RANDOM, "/401", REPORT)
        await workspace.until(lambda: workspace.messages(RANDOM))
        (reply,) = workspace.messages(RANDOM)
        await workspace.until(lambda: "Looking" not in workspace.state.message(RANDOM, reply.ts).text)
        await workspace.post(RITA, RANDOM, "it was req id 7f3c2a90bd", thread_ts=reply.ts)
        await workspace.until(
            lambda: workspace.state.message(RANDOM, workspace.messages(RANDOM, reply.ts)[-1].ts).reactions
        )
    (told,) = workspace.ephemerals(RITA)
    assert "own words" in told.text
    assert [m.user for m in workspace.messages(RANDOM, reply.ts)] == [LOCKSMITH, RITA]


async def test_explain_shows_a_cause_to_who_asked_alone_and_no_case_is_opened(bot: Any, workspace: Workspace) -> None:
    async with bot():
        await workspace.command(RITA, RANDOM, "/401", "explain token_expird")
        await workspace.command(RITA, RANDOM, "/401", "explain")
        await workspace.until(lambda: len(workspace.ephemerals(RITA)) == 2)
    page, listed = workspace.ephemerals(RITA)
    assert "The access token has expired" in page.text
    assert "Say which one" in listed.text
    assert not workspace.messages(RANDOM)


async def test_a_follow_up_changes_the_one_message_and_thanks_change_nothing(bot: Any, workspace: Workspace) -> None:
    async with bot():
        ts = await workspace.post(RITA, HELP_API, f"@locksmith {REPORT}")
        reply = await one_answer(workspace, HELP_API, ts)
        await workspace.post(SAM, HELP_API, "me too", thread_ts=ts)
        more = await workspace.post(SAM, HELP_API, "it is PUT https://api.example.com/v2/orders", thread_ts=ts)
        await workspace.until(lambda: "/v2/orders" in json.dumps(workspace.state.message(HELP_API, reply.ts).blocks))
        assert (await one_answer(workspace, HELP_API, ts)).ts == reply.ts
    assert workspace.state.message(HELP_API, more).reactions == (("eyes", (LOCKSMITH,)),)


async def test_a_bad_signature_is_turned_away(bot: Any, workspace: Workspace) -> None:
    async with bot() as address, aiohttp.ClientSession() as session:
        body = json.dumps(event_callback({"type": "app_mention"}, "Ev1", time.time()))
        headers = {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=" + "0" * 64}
        async with session.post(f"{address}/slack/events", data=body, headers=headers) as answer:
            assert answer.status == 401
        assert await signed(session, workspace, address, {"type": "url_verification", "challenge": "c"}) == 200
        other = event_callback({"type": "team_rename", "name": "x"}, "Ev2", time.time())
        assert await signed(session, workspace, address, other) == 200


async def test_a_store_that_is_down_means_not_acknowledged_and_the_retry_is_answered(
    bot: Any, workspace: Workspace, door: dict[str, str], tmp_path: Any
) -> None:
    workspace.delivery.retry_delays = (0.2,) * 30
    async with bot(**door) as address, aiohttp.ClientSession() as session:
        engine = int((tmp_path / "data" / "valkey.pid").read_text())
        os.kill(engine, signal.SIGSTOP)
        try:
            ts = await workspace.post(RITA, HELP_API, f"@locksmith {REPORT}")
            if not door:
                assert await signed(session, workspace, address, mention(ts)) == 503
            async with session.get(f"{address}/readyz") as ready:
                assert ready.status == 503
        finally:
            os.kill(engine, signal.SIGCONT)
        await one_answer(workspace, HELP_API, ts)


async def test_a_command_from_a_channel_that_we_are_not_in_is_answered_directly(
    bot: Any, workspace: Workspace, tmp_path: Path
) -> None:
    at = datetime.now(UTC)
    report = Report(text="401", posted_at=at, url="https://api.example.com/", host="api.example.com", path="/")
    job = Job(
        id="1", kind="report", case="K7Q2", team=TEAM, channel="CNOWHERE01", thread_ts="", ts="", user=RITA, at=at,
        report=report,
    )  # fmt: skip
    async with bot(), store.connect(Settings(data=tmp_path / "data")) as redis:
        await jobs.record(redis, job, once=("1",))
        await workspace.until(lambda: [m for m in workspace.messages(dm(RITA)) if "Looking" not in m.text])
        (reply,) = workspace.messages(dm(RITA))
        await workspace.post(RITA, dm(RITA), "it was PUT /v2/orders", thread_ts=reply.ts)
        await workspace.until(lambda: "/v2/orders" in json.dumps(workspace.state.message(dm(RITA), reply.ts).blocks))


@pytest.mark.parametrize(
    ("method", "status", "metadata"),
    [
        ("chat.postMessage", 429, True),
        ("chat.postMessage", 500, False),
        ("chat.update", 500, True),
        ("users.info", 500, True),
        ("*", 500, False),
    ],
)
async def test_troubles_of_slack_leave_one_answer(
    bot: Any, workspace: Workspace, method: str, status: int, metadata: bool
) -> None:
    workspace.state.controls.drop_metadata = not metadata
    async with bot():
        workspace.state.controls.failures[method] = [(status, 0.0), (status, 0.0)]
        ts = await workspace.post(RITA, HELP_API, f"@locksmith {REPORT}")
        await one_answer(workspace, HELP_API, ts)


def mention(ts: str) -> dict[str, Any]:
    told = {"type": "app_mention", "user": RITA, "text": f"<@{LOCKSMITH}> {REPORT}", "ts": ts, "channel": HELP_API}
    return event_callback(told, "EvOwn", time.time())


async def signed(session: aiohttp.ClientSession, workspace: Workspace, address: str, payload: dict[str, Any]) -> int:
    body, now = json.dumps(payload), str(int(time.time()))
    digest = hmac.new(workspace.signing_secret.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": f"v0={digest}",
        "X-Slack-Retry-Num": "1",
        "Content-Type": "application/json",
    }
    async with session.post(f"{address}/slack/events", data=body, headers=headers) as answer:
        return answer.status
