"""An incident in its channel: told once, kept true, answered by those on call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot import audit, jobs, reply, store
from bot.incidents import work
from bot.incidents.chart import buckets, png
from bot.incidents.record import record_key
from bot.incidents.tell import tell
from bot.incidents.told import Noticed, Part, Point, Told
from bot.model import Entry
from bot.paging import errand
from bot.paging.pagerduty import PagerDuty
from bot.services import Service
from bot.settings import Settings
from bot.spikes.model import Change, Node, Notice
from bot.workspace import api
from bot.workspace.messages import Message
from bot.workspace.people import GUS, HELP_API, HELP_PARTNERS, LOCKSMITH, OLU, ONCALL, RANDOM, RITA
from bot.workspace.workspace import Workspace
from tests.app.seen import eventually
from tests.paging.standins import ENVIRON, Receiver, pagerduty, receiving

START = int(datetime.now(UTC).timestamp()) // 60 * 60 - 600
IOS = Node(user_agent="ios/5.2")
SERVICE = Service(name="billing", hosts=("billing.example.com",), channel=RANDOM, on_call=(ONCALL,))
EXPIRED = Entry(
    file="app.log",
    offset=0,
    text='GET /v1/orders 401 "jwt expired"',
    format="plain",
    time=datetime.fromtimestamp(START, UTC),
    message="jwt expired",
    method="GET",
    path="/v1/orders",
    host="billing.example.com",
    status=401,
)


def series(minutes: int = 180) -> tuple[Point, ...]:
    return tuple(
        Point(minute=START - 60 * (minutes - at), total=170, unauthorized=3 + at % 3, expected=3.2, high=9.5)
        for at in range(minutes)
    )


def news(minutes: int = 0, **more: Any) -> Told:
    given: dict[str, Any] = {
        "service": "billing",
        "incident": f"billing-{START}-a1",
        "at": START + 60 * minutes,
        "state": "open" if minutes == 0 else "update",
        "first_line": f"401s x14 on ios/5.2 (all routes) since 12:03 UTC, {42 + minutes} vs 3.0 expected",
        "node": IOS,
        "onset": START - 120,
        "observed": 42 + minutes,
        "expected": 3.0,
        "contributors": (Part(node=Node("/v1/orders", "ios/5.2"), observed=30, expected=1.0),),
        "series": series(),
        "changes": (Change("c1", START - 180, "key_rotation", Node()),),
        "samples": (EXPIRED,),
    }
    return Told(**{**given, **more})


def told(workspace: Workspace) -> list[Message]:
    return [m for m in workspace.messages(RANDOM) if m.user == LOCKSMITH]


def thread(workspace: Workspace, ts: str) -> list[Message]:
    return [m for m in workspace.messages(RANDOM, ts) if m.ts != ts]


@pytest.fixture
async def running(bot: Any, workspace: Workspace, tmp_path: Path) -> AsyncIterator[Redis]:
    """The bot, and the store that it shares with a watcher."""
    log = tmp_path / "app.log"
    log.write_text(f"{datetime.fromtimestamp(START, UTC).isoformat()} WARN GET /v1/orders 401 jwt expired\n")
    service, kept = replace(SERVICE, logs=(str(log),)), Settings(data=tmp_path / "data")
    async with bot(services=(service,)), store.connect(kept) as redis:
        yield redis


async def opened(workspace: Workspace, redis: Redis) -> Message:
    """An incident that was told, with its cause found."""
    await tell(redis, news())
    await workspace.until(lambda: any("Likely cause" in str(m.blocks) for m in told(workspace)))
    return told(workspace)[0]


async def test_one_message_is_told_and_kept_true_to_the_end(workspace: Workspace, running: Redis) -> None:
    assert await tell(running, news())
    assert not await tell(running, news())
    first = await opened(workspace, running)
    posted = [call for call in workspace.state.calls if call.method == "chat.postMessage"]
    assert f"<!subteam^{ONCALL}>" in posted[0].args["text"]
    shown = str(first.blocks)
    for words in ("401s x14 on ios/5.2", "data_visualization", "key rotation", "/v1/orders in ios/5.2", "expired"):
        assert words in shown
    await tell(running, news(2, node=Node(), first_line="401s x20 on everything"))
    await workspace.until(lambda: thread(workspace, first.ts))
    await tell(running, news(40, node=Node(), state="closed"))
    await workspace.until(lambda: "Over." in told(workspace)[0].text)
    assert len(told(workspace)) == 1
    assert "<!subteam" not in told(workspace)[0].text
    assert len(thread(workspace, first.ts)) == 1
    await tell(running, news(1))
    await tell(running, news(41, node=Node(), state="closed", observed=99))
    await workspace.until(lambda: "83 vs" in told(workspace)[0].text)
    assert "Over." in told(workspace)[0].text


async def test_who_is_on_call_acknowledges_and_nobody_else_may(workspace: Workspace, running: Redis) -> None:
    ts = (await opened(workspace, running)).ts
    for user in (RITA, GUS):
        await workspace.click(user, RANDOM, ts, action_id="incident_acknowledge")
        refused = await workspace.until(partial(workspace.ephemerals, user))
        assert "those on call" in refused[-1].text
    await workspace.click(OLU, RANDOM, ts, action_id="incident_acknowledge")
    await workspace.until(lambda: "Acknowledged" in told(workspace)[0].text)
    await workspace.click(OLU, RANDOM, ts, action_id="incident_resolve")
    await workspace.until(lambda: "Resolved" in told(workspace)[0].text)
    await tell(running, news(3))
    await tell(running, news(4, state="closed"))
    await workspace.until(lambda: "46 vs" in told(workspace)[0].text)
    assert "Resolved" in told(workspace)[0].text
    assert not thread(workspace, ts)


async def test_a_slow_slack_loses_no_click(
    workspace: Workspace, running: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = api._answer

    async def slow(of: Workspace, method: str, request: web.Request) -> web.Response:
        # Longer than Slack itself waits for what becomes of a click.
        await asyncio.sleep(2.6 if method == "usergroups.users.list" else 0)
        return await answer(of, method, request)

    ts = (await opened(workspace, running)).ts
    monkeypatch.setattr(api, "_answer", slow)
    await workspace.click(OLU, RANDOM, ts, action_id="incident_acknowledge")
    await workspace.until(lambda: "Acknowledged" in told(workspace)[0].text)
    assert not workspace.ephemerals(OLU)
    entries: Any = await running.xrange(audit.STREAM)
    ((_, kept),) = entries
    assert (kept["user"], kept["action"], kept["about"]) == (OLU, "acknowledge", news().incident)


async def test_other_organisations_read_what_is_hit_and_nothing_of_what_is_within(
    bot: Any, workspace: Workspace, tmp_path: Path
) -> None:
    kept = Settings(data=tmp_path / "data")
    async with bot(services=(replace(SERVICE, channel=HELP_PARTNERS),)), store.connect(kept) as redis:
        await tell(redis, news())

        def shown() -> str:
            return "".join(str(m.blocks) for m in workspace.messages(HELP_PARTNERS))

        await workspace.until(lambda: "data_visualization" in shown())
    assert "401s x14 on ios/5.2" in shown()
    for words in ("Most of it", "/v1/orders", "Changed lately", "key rotation"):
        assert words not in shown()


async def test_incidents_have_a_channel_of_their_own_where_the_service_names_one(
    bot: Any, workspace: Workspace, tmp_path: Path
) -> None:
    service, kept = replace(SERVICE, channel=HELP_API, incidents=RANDOM), Settings(data=tmp_path / "data")
    async with bot(services=(service,)), store.connect(kept) as redis:
        await tell(redis, news(samples=()))
        await tell(redis, Noticed(service="billing", notice=Notice(START, "gap", Node(), "no lines since 12:03 UTC")))
        await workspace.until(lambda: len(told(workspace)) == 2)
    assert not [m for m in workspace.messages(HELP_API) if m.user == LOCKSMITH]


async def due_now(redis: Redis) -> None:
    """Let the time come for everything that waits for it."""
    for job in await redis.zrange(jobs.LATER, 0, -1):
        await redis.zadd(jobs.LATER, {str(job): 0})


def said(workspace: Workspace, ts: str, times: int) -> bool:
    return len(thread(workspace, ts)) == times


async def test_nobody_acknowledging_is_called_again_twice_and_no_more(workspace: Workspace, running: Redis) -> None:
    ts = (await opened(workspace, running)).ts
    for calls in (1, 2):
        await due_now(running)
        await workspace.until(partial(said, workspace, ts, calls))
        assert f"<!subteam^{ONCALL}>" in thread(workspace, ts)[-1].text
    assert not await running.zcard(jobs.LATER)


async def took(receiver: Receiver, events: int) -> bool:
    return len(receiver.taken) == events


async def impatient(_: float = 0) -> AsyncIterator[None]:
    yield


async def test_receivers_are_told_once_what_becomes_of_it_while_they_or_slack_are_away(
    bot: Any, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PD_KEY", ENVIRON["PD_KEY"])
    monkeypatch.setattr(errand, "FIRST_WAIT_S", 0.01)
    kept = Settings(data=tmp_path / "data")
    async with receiving(pagerduty) as duty:
        service = replace(SERVICE, handover=(PagerDuty(credentials="PD_KEY", endpoint=duty.url),))
        async with bot(services=(service,)), store.connect(kept) as redis:
            duty.failures = [(503, {}), (0, {})]
            await tell(redis, news())
            await workspace.until(lambda: told(workspace))
            ts = told(workspace)[0].ts
            for calls in (1, 2):
                await eventually(partial(redis.zcard, jobs.LATER))
                assert len(duty.taken) == calls - 1
                await due_now(redis)
                await workspace.until(partial(said, workspace, ts, calls))
                await eventually(partial(took, duty, 1))
            duty.failures = [(503, {})]
            await workspace.click(OLU, RANDOM, ts, action_id="incident_acknowledge")
            await eventually(partial(took, duty, 2))
            monkeypatch.setattr(reply, "patience", impatient)
            monkeypatch.setattr(work, "SHOW_AGAIN", timedelta())
            workspace.state.controls.failures["chat.update"] = [(500, 0.0)] * 1000
            duty.failures = [(503, {})]
            await tell(redis, news(40, state="closed"))
            await eventually(partial(took, duty, 3))
            assert "Over." not in told(workspace)[0].text
            workspace.state.controls.failures["chat.update"].clear()
            await workspace.until(lambda: "Over." in told(workspace)[0].text)
            assert not await redis.zcard(jobs.LATER)
    assert [one["event_action"] for one in duty.taken] == ["trigger", "acknowledge", "resolve"]
    assert {one["dedup_key"] for one in duty.tries} == {f"locksmith-{news().incident}"}
    assert "401s x14" in duty.taken[0]["payload"]["summary"]
    assert not duty.open


async def test_snoozed_is_quiet_until_its_time_and_still_ends(workspace: Workspace, running: Redis) -> None:
    ts = (await opened(workspace, running)).ts
    await workspace.click(OLU, RANDOM, ts, action_id="incident_snooze_1h")
    await workspace.until(lambda: "Snoozed until" in str(told(workspace)[0].blocks))
    (escalation,) = [job for job in await running.zrange(jobs.LATER, 0, -1) if '"escalate"' in str(job)]
    await running.zadd(jobs.LATER, {str(escalation): 0})
    await tell(running, news(40, state="closed"))
    await workspace.until(lambda: "Over." in told(workspace)[0].text)
    assert not thread(workspace, ts)


async def test_not_useful_is_kept(workspace: Workspace, running: Redis) -> None:
    ts = (await opened(workspace, running)).ts
    await workspace.click(OLU, RANDOM, ts, action_id="incident_useless")
    await workspace.until(lambda: "not useful" in str(told(workspace)[0].blocks))
    assert "Acknowledge" in str(told(workspace)[0].blocks)


async def test_where_slack_draws_no_charts_a_picture_goes_into_the_thread_once(
    workspace: Workspace, running: Redis
) -> None:
    workspace.state.controls.no_charts = True
    first = await opened(workspace, running)
    await workspace.until(lambda: thread(workspace, first.ts))
    await tell(running, news(2))
    await workspace.until(lambda: "44 vs" in told(workspace)[0].text)
    (picture,) = thread(workspace, first.ts)
    assert picture.files[0].content.startswith(b"\x89PNG")
    assert "data_visualization" not in str(told(workspace)[0].blocks)


async def test_logs_that_stop_are_said_once_and_made_true_when_they_come_again(
    workspace: Workspace, running: Redis
) -> None:
    gap = Notice(START, "gap", Node(), "no logs from everything since 12:03 UTC")
    back = Notice(START + 600, "back", Node(), "logs from everything again, missing since 12:03 UTC")
    for notice in (gap, gap):
        await tell(running, Noticed(service="billing", notice=notice))
    await workspace.until(lambda: told(workspace))
    await tell(running, Noticed(service="billing", notice=back))
    await workspace.until(lambda: "again" in told(workspace)[0].text)
    assert len(told(workspace)) == 1


def test_a_series_is_drawn_whole_within_the_points_that_slack_draws() -> None:
    for minutes in (1, 19, 20, 21, 180):
        drawn = buckets(series(minutes), 20)
        assert 0 < len(drawn) <= 20
        assert drawn[0].minute == series(minutes)[0].minute
    assert buckets((), 20) == ()


def test_a_picture_is_drawn_of_a_single_minute_too() -> None:
    assert png(news(series=series(1))).startswith(b"\x89PNG")


async def test_of_a_log_line_of_a_megabyte_little_is_kept_with_the_incident(
    workspace: Workspace, running: Redis, tmp_path: Path
) -> None:
    line = f"{datetime.fromtimestamp(START, UTC).isoformat()} WARN GET /v1/orders 401 jwt expired {'x ' * 500_000}\n"
    (tmp_path / "app.log").write_text(line)
    await opened(workspace, running)

    async def kept() -> str:
        return str(await running.get(record_key(news().incident)) or "")

    async def looked_into() -> bool:
        return "jwt expired x" in await kept()

    await eventually(looked_into)
    assert len(await kept()) < 100_000
