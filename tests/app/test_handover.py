"""Hand over: the owners get what they need where they are, the thread learns who has it, people on call are paged."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.paging import errand
from bot.paging.opsgenie import Opsgenie
from bot.paging.pagerduty import PagerDuty
from bot.paging.signed import SignedWebhook
from bot.services import Service
from bot.workspace.messages import Message
from bot.workspace.people import CHANNELS, GUS, HELP_API, LOCKSMITH, ONCALL, RANDOM, RITA, SAM
from bot.workspace.workspace import Workspace
from tests.app.seen import answered, eventually
from tests.paging.standins import ENVIRON, Receiver, hook, opsgenie, pagerduty, receiving

TOKEN = "Zx8kQ2vTn5LwRb7YdM3cHs9EjA4uGfP6"
SECRET_LINE = f'"authorization":"Bearer {TOKEN}"'
REPORT = (
    "@locksmith 401 since just now, request id 7f3c2a90bd41. I ran: "
    f"curl -H 'Authorization: Bearer {TOKEN}' https://api.example.invalid/v1/orders and got "
    'WWW-Authenticate: Bearer error="invalid_token", error_description="The access token expired"'
)
ORDERS = Service(name="orders", hosts=("api.example.invalid",), owner=(ONCALL,), channel=RANDOM)


@pytest.fixture
def start(bot: Any, tmp_path: Path) -> Any:
    """Runs the bot with a log that holds the failing request."""
    path = tmp_path / "app.log"
    line = (
        f'"level":"warn","status":401,"path":"/v1/orders","request_id":"7f3c2a90bd41","msg":"jwt expired",{SECRET_LINE}'
    )
    path.write_text(f'{{"time":"{datetime.now(UTC).isoformat()}",{line}}}\n')
    return partial(bot, logs=(str(path),))


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(errand, "FIRST_WAIT_S", 0.01)


def thread(workspace: Workspace, reply: Message) -> list[Message]:
    return [m for m in workspace.messages(HELP_API, str(reply.thread_ts)) if m.user == LOCKSMITH]


def shown(message: Message) -> str:
    return json.dumps(message.blocks, ensure_ascii=False)


async def given(workspace: Workspace, redis: Redis, times: int = 1) -> tuple[Message, list[Message]]:
    """Rita's answer, and what the owners' channel got when she pressed "Hand over"."""
    reply = await answered(workspace, redis, REPORT)
    for _ in range(times):
        await workspace.click(RITA, HELP_API, reply.ts, action_id="case_handover")
    await workspace.until(lambda: len(thread(workspace, reply)) == 2)
    return reply, workspace.messages(RANDOM)


async def test_the_owners_get_the_evidence_and_the_thread_learns_who_has_it(
    start: Any, workspace: Workspace, redis: Redis
) -> None:
    async with start(services=(ORDERS,)):
        reply, (bundle,) = await given(workspace, redis, times=2)
        told = shown(bundle)
        assert f"<!subteam^{ONCALL}>" in bundle.text
        for part in (
            "Please take over.",
            "request id 7f3c2a90bd41",
            "Probable causes",
            "jwt expired",
            'curl -i https://api.example.invalid/v1/orders -H \\"Authorization: Bearer $TOKEN\\"',
            f"/#{HELP_API}/{reply.ts}",
        ):
            assert part in told, part
        assert TOKEN not in told
        note = thread(workspace, reply)[-1]
        assert "The owners of orders have this now" in note.text
        assert '{"type": "channel", "channel_id": "CRANDOM001"}' in shown(note)
        assert "subteam" not in note.text
        await workspace.click(SAM, RANDOM, bundle.ts, action_id="case_evidence")
        await workspace.until(lambda: workspace.views(SAM))
        await workspace.click(GUS, RANDOM, bundle.ts, action_id="case_evidence")
        await workspace.until(lambda: any("support engineers" in json.dumps(v.body) for v in workspace.views(GUS)))
    assert len(workspace.messages(RANDOM)) == 1


@pytest.mark.parametrize("trouble", ["shared", "unknown"])
async def test_where_others_may_read_only_the_conclusion_is_told(
    start: Any, workspace: Workspace, redis: Redis, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    if trouble == "shared":
        monkeypatch.setitem(CHANNELS, RANDOM, replace(CHANNELS[RANDOM], shared=True))
    else:
        workspace.state.controls.failures["conversations.info"] = [(500, 0.0)] * 3
    async with start(services=(ORDERS,)):
        _, (bundle,) = await given(workspace, redis)
    assert "Please take over." in bundle.text
    for part in ("jwt expired", "7f3c2a90bd41", "curl", "Probable causes", "Asked by me"):
        assert part not in shown(bundle), part


async def test_without_a_channel_for_the_owners_they_are_called_into_the_thread(
    start: Any, workspace: Workspace, redis: Redis
) -> None:
    async with start(services=(replace(ORDERS, channel="CNOTTHERE1"),)):
        reply, there = await given(workspace, redis)
    assert there == []
    assert f"<!subteam^{ONCALL}>" in thread(workspace, reply)[-1].text


@pytest.fixture
async def receivers() -> AsyncIterator[tuple[Receiver, ...]]:
    async with receiving(pagerduty) as first, receiving(opsgenie) as second, receiving(hook) as third:
        yield first, second, third


async def took(receivers: tuple[Receiver, ...], events: int) -> None:
    async def all_did() -> bool:
        return all(len(receiver.taken) == events for receiver in receivers)

    await eventually(all_did)


def paged(receivers: tuple[Receiver, ...]) -> Service:
    first, second, third = (receiver.url for receiver in receivers)
    targets = (
        PagerDuty(credentials="PD_KEY", endpoint=first),
        Opsgenie(credentials="GENIE_KEY", endpoint=second),
        SignedWebhook(credentials="HOOK_SECRET", endpoint=third),
    )
    return replace(ORDERS, channel=None, handover=targets)


async def test_people_on_call_are_told_once_through_every_trouble_and_told_when_it_is_over(
    start: Any, workspace: Workspace, redis: Redis, receivers: tuple[Receiver, ...]
) -> None:
    first, second, third = receivers
    first.failures, second.failures, third.failures = [(503, {}), (0, {})], [(429, {})], [(502, {})]
    async with start(services=(paged(receivers),)):
        reply, _ = await given(workspace, redis, times=2)
        await took(receivers, 1)
        assert [len(receiver.tries) for receiver in receivers] == [3, 2, 2]
        assert all(len(receiver.open) == 1 for receiver in receivers)
        await workspace.click(RITA, HELP_API, reply.ts, action_id="case_works")
        await took(receivers, 2)
    assert (first.open, second.open) == ({}, {})
    assert sorted(third.open.values()) == ["handover.opened", "handover.resolved"]
    assert len({told["dedup_key"] for told in first.tries}) == 1
    assert len({told["headers"]["webhook-id"] for told in third.tries}) == 2
    trigger = first.taken[0]["payload"]
    assert trigger["source"] == "orders"
    assert trigger["custom_details"]["request id"] == "7f3c2a90bd41"
    assert "$TOKEN" in trigger["custom_details"]["reproduction"]
    assert TOKEN not in json.dumps([told["body"].decode() for receiver in receivers for told in receiver.tries])
    assert "jwt expired" not in json.dumps(trigger)
    assert len(thread(workspace, reply)) == 2


async def test_a_refusal_is_not_repeated_and_said_in_the_thread(
    start: Any,
    workspace: Workspace,
    redis: Redis,
    receivers: tuple[Receiver, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(errand, "TRIES", 3)
    first, second, third = receivers
    first.failures, second.failures = [(400, {})] * 9, [(503, {})] * 9
    async with start(services=(paged(receivers),)):
        reply, _ = await given(workspace, redis)
        await workspace.until(lambda: len(thread(workspace, reply)) == 4)
        await took((third,), 1)
    assert [len(receiver.tries) for receiver in receivers] == [1, 3, 1]
    said = sorted(m.text.partition(" · ")[0] for m in thread(workspace, reply)[2:])
    assert said == [
        "I could not tell Opsgenie of this. Please reach the people on call another way.",
        "I could not tell PagerDuty of this. Please reach the people on call another way.",
    ]
