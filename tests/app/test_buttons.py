"""What the buttons, the Home tab and files do, and who may use them."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot import cases, store
from bot.casework import work
from bot.casework.desk import Desk
from bot.jobs import Job
from bot.settings import Settings
from bot.workspace.messages import Message
from bot.workspace.people import GUS, HELP_API, LOCKSMITH, RANDOM, RITA, SAM, SUPPORT, TEAM, dm
from bot.workspace.state import SlackError
from bot.workspace.workspace import Workspace
from tests.app.seen import answer, eventually, evidence_of, replies

REPORT = "@locksmith getting 401 on https://api.example.com/v1/orders since ten minutes"


@pytest.fixture
async def reply(bot: Any, workspace: Workspace) -> AsyncIterator[Message]:
    """The answer to Rita's report, with the bot still running."""
    async with bot():
        ts = await workspace.post(RITA, HELP_API, REPORT)
        await answer(workspace, ts)
        yield replies(workspace, ts)[0]


async def test_evidence_opens_for_engineers_and_nobody_else(workspace: Workspace, reply: Message) -> None:
    await workspace.click(SAM, HELP_API, reply.ts, action_id="case_evidence")
    assert "natural logarithms" in await workspace.until(partial(evidence_of, workspace, SAM))
    for user in (RITA, GUS):
        await workspace.click(user, HELP_API, reply.ts, action_id="case_evidence")
        told = await workspace.until(partial(evidence_of, workspace, user))
        assert "support engineers" in told
        assert "api.example.com" not in told
    # Each was opened empty: a click's trigger does not wait for Slack to say who is an engineer.
    opened = [call.args["view"] for call in workspace.state.calls if call.method == "views.open"]
    assert len(opened) == 3
    assert not any("example.com" in json.dumps(view) for view in opened)


async def test_evidence_stays_closed_when_slack_does_not_say_who_is_an_engineer(
    workspace: Workspace, reply: Message
) -> None:
    workspace.state.controls.failures["usergroups.users.list"] = [(500, 0.0)] * 3
    await workspace.click(SAM, HELP_API, reply.ts, action_id="case_evidence")
    assert "support engineers" in await workspace.until(partial(evidence_of, workspace, SAM))


async def test_evidence_that_slack_does_not_open_is_said_to_be_pressed_for_again(
    workspace: Workspace, reply: Message
) -> None:
    workspace.state.controls.failures["views.open"] = [(500, 0.0)]
    await workspace.click(SAM, HELP_API, reply.ts, action_id="case_evidence")
    told = await workspace.until(partial(workspace.ephemerals, SAM))
    assert "try again" in told[-1].text
    await workspace.click(SAM, HELP_API, reply.ts, action_id="case_evidence")
    await workspace.until(lambda: workspace.views(SAM))


async def test_it_works_now_closes_the_case_and_still_failing_opens_it_again(
    workspace: Workspace, reply: Message
) -> None:
    def shown() -> str:
        return workspace.state.message(HELP_API, reply.ts).text

    await workspace.click(RITA, HELP_API, reply.ts, action_id="case_works")
    await workspace.until(lambda: "Solved" in shown())
    await workspace.click(RITA, HELP_API, reply.ts, action_id="case_failing")
    await workspace.until(lambda: "Solved" not in shown() and "Looking" not in shown())
    assert len(replies(workspace, str(reply.thread_ts))) == 1


def asked_of(message: Message) -> dict[str, Any]:
    """The first button of its question; empty where it asks nothing."""
    every = [e for b in message.blocks for e in b.get("elements", ())]
    return next((e for e in every if str(e.get("action_id", "")).startswith("case_reply:")), {})


async def test_an_answer_to_a_question_that_is_asked_no_more_counts_for_what_it_said(
    workspace: Workspace, reply: Message, tmp_path: Path
) -> None:
    outdated = asked_of(reply)
    case_id, first, _ = outdated["value"].split(":")
    await workspace.click(RITA, HELP_API, reply.ts, action_id="case_reply:1")

    def next_asked() -> Message | None:
        now = workspace.state.message(HELP_API, reply.ts)
        return now if asked_of(now).get("value", "").split(":")[1:2] not in ([], [first]) else None

    second = asked_of(await workspace.until(next_asked))["value"].split(":")[1]
    old = Message(ts=workspace.state.new_ts(), channel=HELP_API, user=LOCKSMITH, text="x", blocks=reply.blocks)
    await workspace.click(RITA, HELP_API, workspace.state.add(old).ts, action_id="case_reply:0")
    async with store.connect(Settings(data=tmp_path / "data")) as redis:

        async def counted() -> bool:
            case = await cases.get(redis, case_id)
            return bool(case and case.report.answered == ((first, 0),))

        await eventually(counted)
    assert second != first


async def test_a_button_of_a_question_that_is_not_known_is_refused_kindly(workspace: Workspace, reply: Message) -> None:
    case_id = asked_of(reply)["value"].split(":")[0]
    button = {"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": "case_reply:0"}
    blocks = [{"type": "actions", "block_id": "b1", "elements": [{**button, "value": f"{case_id}:0"}]}]
    old = Message(ts=workspace.state.new_ts(), channel=HELP_API, user=LOCKSMITH, text="x", blocks=blocks)  # type: ignore[arg-type]
    await workspace.click(RITA, HELP_API, workspace.state.add(old).ts, action_id="case_reply:0")
    (told,) = await workspace.until(partial(workspace.ephemerals, RITA))
    assert "choose among what I offer now" in told.text


async def test_handing_over_calls_the_owners_once(workspace: Workspace, reply: Message) -> None:
    for _ in range(2):
        await workspace.click(RITA, HELP_API, reply.ts, action_id="case_handover")
    await workspace.until(lambda: len(replies(workspace, str(reply.thread_ts))) == 2)
    await workspace.click(RITA, HELP_API, reply.ts, action_id="case_works")
    await workspace.until(lambda: "Solved" in workspace.state.message(HELP_API, reply.ts).text)
    _, called = replies(workspace, str(reply.thread_ts))
    assert f"<!subteam^{SUPPORT}>" in called.text


async def test_a_button_names_a_case_only_where_the_case_is(workspace: Workspace, reply: Message) -> None:
    case_id = next(
        e["value"] for b in reply.blocks for e in b.get("elements", ()) if e.get("action_id") == "case_works"
    )
    button = {"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": "case_works"}
    blocks = [{"type": "actions", "block_id": "b1", "elements": [{**button, "value": case_id}]}]
    forged = workspace.state.add(
        Message(ts=workspace.state.new_ts(), channel=RANDOM, user=LOCKSMITH, text="x", blocks=blocks)  # type: ignore[arg-type]
    )
    await workspace.click(RITA, RANDOM, forged.ts, action_id="case_works")
    (told,) = await workspace.until(partial(workspace.ephemerals, RITA))
    assert "no longer kept" in told.text and told.channel == RANDOM
    with pytest.raises(SlackError):
        await workspace.click(RITA, HELP_API, reply.ts, action_id="case_nothing")
    await workspace.click(RITA, HELP_API, reply.ts, action_id="case_again")
    await workspace.until(lambda: "Looking" in workspace.state.message(HELP_API, reply.ts).text)
    await workspace.until(lambda: "Looking" not in workspace.state.message(HELP_API, reply.ts).text)
    assert "Solved" not in workspace.state.message(HELP_API, reply.ts).text


async def test_home_shows_each_person_their_own_cases_and_engineers_all(workspace: Workspace, reply: Message) -> None:
    shown = {}
    for user in (RITA, SAM, GUS):
        await workspace.open_home(user)
        shown[user] = json.dumps((await workspace.until(partial(workspace.home, user))).body)
    assert "api.example.com" in shown[RITA]
    assert "case_evidence" not in shown[RITA]
    assert "api.example.com" in shown[SAM]
    assert "case_evidence" in shown[SAM]
    assert "api.example.com" not in shown[GUS]
    assert "Open the thread" in shown[RITA]


def nothing_open(workspace: Workspace, user: str) -> bool:
    home = workspace.home(user)
    return bool(home and "Nothing is open" in json.dumps(home.body))


async def test_what_is_done_in_home_shows_there_and_is_done_only_by_those_it_concerns(
    workspace: Workspace, reply: Message
) -> None:
    for user in (RITA, SAM):
        await workspace.open_home(user)
        await workspace.until(partial(workspace.home, user))
    mine = workspace.home(RITA)
    assert mine
    # The same view in a stranger's hands does nothing, and says so.
    await workspace.click_view(replace(mine, user=GUS), action_id="case_works")
    (told_gus,) = await workspace.until(lambda: workspace.messages(dm(GUS)))
    assert "its reporter" in told_gus.text
    await workspace.click_view(mine, action_id="case_works")
    for user in (RITA, SAM):
        await workspace.until(partial(nothing_open, workspace, user))
    told = workspace.state.message(HELP_API, reply.ts).text
    assert "Solved" in told and "the person who reported it" in told


async def test_a_case_that_cannot_be_read_hides_no_other_and_a_follow_up_begins_it_anew(
    workspace: Workspace, reply: Message, tmp_path: Path
) -> None:
    other = await workspace.post(RITA, HELP_API, "@locksmith getting 401 on https://other.example.com/")
    await answer(workspace, other)
    async with store.connect(Settings(data=tmp_path / "data")) as redis:
        case_id = await cases.in_thread(redis, TEAM, HELP_API, str(reply.thread_ts))
        await redis.set(cases.case_key(str(case_id)), '{"of": "another version"}')
    await workspace.open_home(SAM)
    shown = json.dumps((await workspace.until(lambda: workspace.home(SAM))).body)
    assert "other.example.com" in shown
    await workspace.post(RITA, HELP_API, "401 on https://anew.example.com/v2", thread_ts=reply.thread_ts)
    await workspace.until(lambda: "/v2" in json.dumps(workspace.state.message(HELP_API, reply.ts).blocks))
    assert len(replies(workspace, str(reply.thread_ts))) == 1


async def test_of_a_log_line_of_a_megabyte_little_is_kept(bot: Any, workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(f"2026-03-01T10:42:00Z ERROR 401 rid=7f3c2a90bd41 {'x ' * 500_000}\n")
    async with bot(logs=(str(tmp_path / "app.log"),)):
        ts = await workspace.post(RITA, HELP_API, f"{REPORT}, request id 7f3c2a90bd41")
        await answer(workspace, ts)
    # The case is written after its answer is shown, and before the bot ends.
    async with store.connect(Settings(data=tmp_path / "data")) as redis:
        case_id = await cases.in_thread(redis, TEAM, HELP_API, ts)
        kept = str(await redis.get(cases.case_key(str(case_id))))
    assert "7f3c2a90bd41" in kept
    assert len(kept) < 50_000


async def test_called_into_a_thread_it_reads_what_the_thread_is_about(bot: Any, workspace: Workspace) -> None:
    async with bot():
        ts = await workspace.post(RITA, RANDOM, "401 from https://api.example.com/v1/orders?!")
        await workspace.post(SAM, RANDOM, "@locksmith can you look?", thread_ts=ts)
        await answer(workspace, ts, RANDOM)
        (found,) = replies(workspace, ts, RANDOM)
    assert "/v1/orders" in json.dumps(found.blocks)


async def test_a_shared_file_is_read(bot: Any, workspace: Workspace) -> None:
    text = b"> GET /v1/orders HTTP/1.1\n> Host: api.example.com\n>\n< HTTP/1.1 401 Unauthorized\n<\n"
    async with bot():
        file = workspace.upload(RITA, "out.txt", text)
        big = workspace.upload(RITA, "big.log", b"x" * (5 * 1024 * 1024 + 1))
        ts = await workspace.post(RITA, HELP_API, "@locksmith 401, see the file", files=[file, big])
        await answer(workspace, ts)
        (found,) = replies(workspace, ts)
    assert "/v1/orders" in json.dumps(found.blocks)
    assert "A file that you shared is larger than 5 MB" in json.dumps(found.blocks)


async def test_a_shared_log_is_searched_and_kept_for_looking_again(
    bot: Any, workspace: Workspace, tmp_path: Path
) -> None:
    now = datetime.now(UTC).isoformat()
    line = {"time": now, "level": "warn", "method": "GET", "path": "/v1/orders", "status": 401, "msg": "jwt expired"}
    others = [line | {"path": f"/other/{n}", "status": 200, "msg": "served"} for n in range(5)]
    log = "\n".join(map(json.dumps, [*others, line]))
    async with bot():
        file = workspace.upload(RITA, "orders.log", log.encode())
        ts = await workspace.post(RITA, HELP_API, f"{REPORT}, see the log", files=[file])
        await answer(workspace, ts)
        (found,) = replies(workspace, ts)
    assert "expired" in json.dumps(found.blocks)
    async with store.connect(Settings(data=tmp_path / "data")) as redis:
        case = await cases.get(redis, str(await cases.in_thread(redis, TEAM, HELP_API, ts)))
    assert case and case.diagnosis
    assert [kept.name for kept in case.report.logs] == ["orders.log"]
    assert case.diagnosis.report.logs == ()


async def test_a_command_that_cannot_be_recorded_says_so(bot: Any, workspace: Workspace, tmp_path: Path) -> None:
    async with bot():
        async with store.connect(Settings(data=tmp_path / "data")) as redis:
            await redis.config_set("maxmemory", "1")
            await workspace.command(RITA, RANDOM, "/401", "401 on https://api.example.com/v1/orders")
            await redis.config_set("maxmemory", "0")
        (told,) = workspace.ephemerals(RITA)
    assert "try again in a minute" in told.text
    assert not workspace.messages(RANDOM)


async def test_what_cannot_be_finished_is_said_in_the_thread(
    bot: Any, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker gives a job up after three deliveries (test_queue); this is what people see of it."""
    given_up: list[Job] = []

    async def fail(desk: Desk, job: Job) -> Any:
        given_up.append(job)
        return await work.give_up(desk, job)

    monkeypatch.setattr(work, "handle", fail)
    async with bot():
        ts = await workspace.post(RITA, HELP_API, REPORT)
        await workspace.until(lambda: any("could not finish" in m.text for m in replies(workspace, ts)))
        async with store.connect(Settings(data=tmp_path / "data")) as redis:
            case_id = await cases.in_thread(redis, TEAM, HELP_API, ts)
    assert case_id == given_up[0].case
    assert len(replies(workspace, ts)) == 1
