"""The shortcuts and the form: what becomes of them, in which thread, and that nothing is answered twice."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot import cases, store
from bot.cases import Case
from bot.settings import Settings
from bot.workspace.limits import view_faults
from bot.workspace.messages import Message, View
from bot.workspace.people import GUS, HELP_API, HELP_PARTNERS, LOCKSMITH, ONCALL_ROOM, RANDOM, RITA, SAM, TEAM, dm
from bot.workspace.workspace import Workspace
from handlers.blocks import form
from tests.app.seen import eventually

TOLD = "401 from https://api.example.com/v1/orders, id 7f3c2a90bd41, what now?"


def replies(workspace: Workspace, channel: str, ts: str) -> list[Message]:
    return [m for m in workspace.messages(channel, ts) if m.user == LOCKSMITH]


async def answer(workspace: Workspace, channel: str, ts: str | None = None) -> Message:
    """The one answer of the bot in a thread, or in a channel."""

    def found() -> list[Message]:
        shown = [m for m in workspace.messages(channel, ts) if m.user == LOCKSMITH]
        return [m for m in shown if "Looking" not in m.text]

    (message,) = await workspace.until(found)
    await workspace.delivered()
    assert len([m for m in workspace.messages(channel, ts) if m.user == LOCKSMITH]) == 1
    return message  # type: ignore[no-any-return]


async def test_a_message_is_diagnosed_in_its_thread_for_its_writer_and_only_once(
    bot: Any, workspace: Workspace
) -> None:
    async with bot():
        file = workspace.upload(RITA, "out.txt", b"< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Bearer\n")
        ts = await workspace.post(RITA, RANDOM, TOLD, files=[file])
        await workspace.message_shortcut(SAM, "diagnose_message", RANDOM, ts)
        first = await answer(workspace, RANDOM, ts)
        assert "/v1/orders" in json.dumps(first.blocks)
        await workspace.message_shortcut(SAM, "diagnose_message", RANDOM, ts)
        (told,) = await workspace.until(lambda: workspace.ephemerals(SAM))
        assert "already" in told.text and "Open the thread" in json.dumps(told.blocks)
        # Its writer is the reporter: what they add needs no mention.
        await workspace.post(RITA, RANDOM, "it was PUT https://api.example.com/v2/orders", thread_ts=ts)
        await workspace.until(lambda: "/v2/orders" in json.dumps(workspace.state.message(RANDOM, first.ts).blocks))
        # A reply that nobody asked about can be pointed at, once.
        more = await workspace.post(SAM, RANDOM, "me too since noon", thread_ts=ts)
        await workspace.message_shortcut(SAM, "diagnose_message", RANDOM, more)
        await workspace.until(lambda: workspace.state.message(RANDOM, more).reactions)
        await workspace.message_shortcut(SAM, "diagnose_message", RANDOM, more)
        await workspace.until(lambda: len(workspace.ephemerals(SAM)) == 2)
        assert len(replies(workspace, RANDOM, ts)) == 1


async def test_a_shortcut_that_comes_twice_is_one_answer(bot: Any, workspace: Workspace) -> None:
    workspace.state.controls.every_socket = True
    async with bot(app_token=workspace.app_token):
        await workspace.until(lambda: len(workspace.delivery.sockets) == 2)
        ts = await workspace.post(RITA, RANDOM, TOLD)
        await workspace.message_shortcut(SAM, "diagnose_message", RANDOM, ts)
        await answer(workspace, RANDOM, ts)
        await workspace.shortcut(RITA, "report_401")
        view = await opened(workspace)
        assert await workspace.submit(view, {f"{form.URL}/value": "https://api.example.com/v1/orders"}) == {}
        await answer(workspace, dm(RITA))


async def opened(workspace: Workspace) -> View:
    (view,) = await workspace.until(lambda: workspace.views(RITA))
    return view  # type: ignore[no-any-return]


@pytest.fixture
async def view(bot: Any, workspace: Workspace) -> AsyncIterator[View]:
    async with bot():
        await workspace.shortcut(RITA, "report_401")
        yield await opened(workspace)


def action_of(blocks: Any) -> bool:
    return any(e.get("action_id") == form.OPEN for block in blocks for e in block.get("elements", ()))


@pytest.mark.parametrize("way", ["home", "typed", "help", "mention"])
async def test_the_form_opens_without_a_shortcut_once_and_is_sent_alike(
    bot: Any, workspace: Workspace, way: str
) -> None:
    async with bot():
        if way == "home":
            await workspace.open_home(RITA)
            await workspace.click_view(await workspace.until(lambda: workspace.home(RITA)), action_id=form.OPEN)
        elif way == "typed":
            await workspace.command(RITA, RANDOM, "/401", "form")
        else:
            if way == "help":
                await workspace.command(RITA, RANDOM, "/401")
            else:
                await workspace.post(RITA, RANDOM, "@locksmith form")
            (told,) = await workspace.until(lambda: workspace.ephemerals(RITA))
            assert action_of(told.blocks)
            await workspace.click(RITA, RANDOM, told.ts, action_id=form.OPEN)
        view = await opened(workspace)
        assert list(await workspace.submit(view)) == [form.URL]
        assert await workspace.submit(view, {f"{form.URL}/value": "https://api.example.com/v1/orders"}) == {}
        await answer(workspace, dm(RITA))
        assert not [m for m in workspace.messages(RANDOM) if m.user == LOCKSMITH]


async def test_a_form_that_does_not_open_is_said_where_it_was_asked_for(bot: Any, workspace: Workspace) -> None:
    async with bot():
        await workspace.open_home(RITA)
        home = await workspace.until(lambda: workspace.home(RITA))
        workspace.state.controls.failures["views.open"] = [(500, 0.0)] * 2
        await workspace.command(RITA, RANDOM, "/401", "form")
        (told,) = await workspace.until(lambda: workspace.ephemerals(RITA))
        assert "try again" in told.text and told.channel == RANDOM
        await workspace.click_view(home, action_id=form.OPEN)
        (told,) = await workspace.until(lambda: workspace.messages(dm(RITA)))
        assert "try again" in told.text and len(workspace.ephemerals(RITA)) == 1


async def kept(tmp_path: Path) -> Case:
    """The one case, once it is written: its answer is shown a moment before."""
    async with store.connect(Settings(data=tmp_path / "data")) as redis:
        await eventually(lambda: cases.recent(redis, TEAM))
        (case,) = await cases.recent(redis, TEAM)
    return case


async def test_the_form_becomes_a_report_whose_answer_comes_where_it_was_wanted(
    workspace: Workspace, view: View, tmp_path: Path
) -> None:
    at = int(datetime.now(UTC).timestamp()) // 60 * 60 - 3600
    secret = "Zx81kQp0Lw7vTn3Ryy55"
    given = {
        form.URL: f"https://api.example.com/v1/orders?access_token={secret}",
        form.WHEN: form.ABOUT,
        form.AT: at,
        form.ID: "7f3c2a90bd41",
        form.SIGN_IN: "key",
        form.SEEN: f"curl -H 'X-Api-Key: {secret}' says invalid key",
        form.FILES: [workspace.upload(RITA, "a.txt", b"< HTTP/1.1 401\n").id],
        form.WHERE: HELP_API,
    }
    assert await workspace.submit(view, {f"{block}/value": value for block, value in given.items()}) == {}
    shown = json.dumps((await answer(workspace, HELP_API)).blocks)
    assert "/v1/orders" in shown and "rotate" in shown and secret not in shown
    assert not workspace.views(RITA)
    await workspace.post(RITA, HELP_API, "any news?", thread_ts=workspace.messages(HELP_API)[0].ts)
    await workspace.delivered()
    case = await kept(tmp_path)
    assert (case.report.request_id, case.report.at_precision_s) == ("7f3c2a90bd41", 900)
    assert case.report.at == datetime.fromtimestamp(at, UTC)
    assert secret not in repr(case)


async def test_without_a_channel_the_answer_comes_directly_even_when_the_post_is_unclear(
    workspace: Workspace, view: View
) -> None:
    workspace.state.controls.failures["chat.postMessage"] = [(500, 0.0)]
    await workspace.submit(view, {f"{form.SEEN}/value": "I get 401 on https://api.example.com/v1/orders"})
    reply = await answer(workspace, dm(RITA))
    await workspace.post(RITA, dm(RITA), "it was PUT /v2/orders", thread_ts=reply.ts)
    await workspace.until(lambda: "/v2/orders" in json.dumps(workspace.state.message(dm(RITA), reply.ts).blocks))


async def test_the_answer_appears_in_no_channel_that_the_sender_is_not_in(bot: Any, workspace: Workspace) -> None:
    given = {f"{form.URL}/value": "https://api.example.com/v1/orders"}
    where = f"{form.WHERE}/value"
    async with bot():
        await workspace.shortcut(GUS, "report_401")
        (view,) = await workspace.until(lambda: workspace.views(GUS))
        for elsewhere in (ONCALL_ROOM, HELP_PARTNERS, dm(RITA), "C0NOWHERE0"):
            assert list(await workspace.submit(view, {**given, where: elsewhere})) == [form.WHERE]
        workspace.state.controls.failures["conversations.members"] = [(500, 0.0)] * 9
        assert list(await workspace.submit(view, {**given, where: RANDOM})) == [form.WHERE]
        workspace.state.controls.failures.clear()
        assert await workspace.submit(view, {**given, where: RANDOM}) == {}
        await answer(workspace, RANDOM)
        assert not any(workspace.messages(room) for room in (ONCALL_ROOM, HELP_PARTNERS, dm(RITA)))


async def test_what_is_missing_or_wrong_is_said_at_its_block(workspace: Workspace, view: View) -> None:
    submit = partial(workspace.submit, view)
    assert list(await submit({})) == [form.URL]
    future = int(datetime.now(UTC).timestamp()) + 86400
    wrong = {form.URL: "my page", form.WHEN: form.EXACTLY, form.AT: future, form.ID: "two ids"}
    assert set(await submit({f"{block}/value": value for block, value in wrong.items()})) == {
        form.URL, form.AT, form.ID,
    }  # fmt: skip
    assert workspace.views(RITA)
    assert not workspace.messages(dm(RITA))


async def test_a_form_that_cannot_be_recorded_stays_open_and_says_so(
    workspace: Workspace, view: View, tmp_path: Path
) -> None:
    given = {f"{form.URL}/value": "https://api.example.com/v1/orders"}
    async with store.connect(Settings(data=tmp_path / "data")) as redis:
        await redis.config_set("maxmemory", "1")
        assert "try again" in (await workspace.submit(view, given))[form.URL]
        await redis.config_set("maxmemory", "0")
    assert await workspace.submit(view, given) == {}
    await answer(workspace, dm(RITA))


def test_the_form_is_one_that_slack_shows() -> None:
    assert view_faults(form.report_form(1_790_000_000)) == []
