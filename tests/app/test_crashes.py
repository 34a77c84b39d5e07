"""Processes killed or stopped in the middle of a case: nothing lost, nothing doubled."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot import jobs, store
from bot.settings import Settings
from bot.workspace.people import HELP_API, RITA
from bot.workspace.workspace import Workspace
from tests.app.programs import locksmith
from tests.app.seen import answer, replies

REPORT = "@locksmith getting 401 on https://api.example.com/v1/orders since ten minutes"


@pytest.fixture
async def data(tmp_path: Path) -> AsyncIterator[Path]:
    """A data folder whose engine, which outlives the killed, is stopped at the end."""
    yield tmp_path
    async with store.connect(Settings(data=tmp_path)):
        pass


async def finished(workspace: Workspace, ts: str) -> None:
    await answer(workspace, ts)
    await workspace.delivered()
    assert len(replies(workspace, ts)) == 1


async def test_a_worker_killed_before_it_knew_its_post_went_out_loses_nothing_and_doubles_nothing(
    workspace: Workspace, data: Path
) -> None:
    workspace.state.controls.drop_metadata = True
    async with locksmith(workspace, data, "serve"):
        async with locksmith(workspace, data, "work") as worker:
            ts = await workspace.post(RITA, HELP_API, REPORT)
            await workspace.until(lambda: any(c.method == "users.info" for c in workspace.state.calls))
            workspace.state.controls.slow_s = 0.5
            await workspace.until(lambda: replies(workspace, ts))
            worker.kill()
            await worker.wait()
        workspace.state.controls.slow_s = 0
        async with locksmith(workspace, data, "work"):
            await finished(workspace, ts)


async def test_a_worker_killed_in_the_midst_of_a_stream_leaves_a_message_that_the_next_one_ends(
    workspace: Workspace, data: Path
) -> None:
    log = data / "app.log"
    log.write_text("2026-03-01T10:42:00Z INFO up\n")
    async with locksmith(workspace, data, "serve"), AsyncExitStack() as workers:
        worker = await workers.enter_async_context(locksmith(workspace, data, "work", LOCKSMITH_LOGS=str(log)))
        for point in ("chat.startStream", "chat.appendStream", "chat.stopStream"):
            workspace.state.controls.held = point
            ts = await workspace.post(RITA, HELP_API, REPORT)
            await workspace.until(partial(_called, workspace, point, ts))
            worker.kill()
            await worker.wait()
            workspace.state.controls.held = ""
            workspace.state.change()
            worker = await workers.enter_async_context(locksmith(workspace, data, "work", LOCKSMITH_LOGS=str(log)))
            await finished(workspace, ts)
            (message,) = replies(workspace, ts)
            assert message.streaming is None
            assert {block["type"] for block in message.blocks} & {"plan", "actions"} == {"actions"}


def _called(workspace: Workspace, method: str, ts: str) -> bool:
    """Whether the method was called for the reply in that thread."""
    ours = {ts, *(message.ts for message in replies(workspace, ts))}
    calls = [call.args for call in workspace.state.calls if call.method == method]
    return any({args.get("thread_ts"), args.get("ts")} & ours for args in calls)


async def test_a_worker_killed_while_it_closes_a_case_neither_loses_the_end_nor_doubles_a_message(
    workspace: Workspace, data: Path
) -> None:
    log, services = data / "orders.log", data / "services.yaml"
    services.write_text(f"services:\n- {{name: orders, hosts: [api.example.com], logs: [{log}]}}\n")
    log.write_text("".join(_line(200, f"198.51.100.{n}") for n in range(3)) + _line(401))
    more = {"LOCKSMITH_SERVICES": str(services)}
    async with locksmith(workspace, data, "serve", **more):
        async with locksmith(workspace, data, "work", **more) as worker:
            ts = await workspace.post(RITA, HELP_API, "@locksmith 401 on https://api.example.com/v1/orders just now")
            await finished(workspace, ts)
            log.write_text(log.read_text() + _line(200))
            workspace.state.controls.slow_s = 0.5
            edits = len(_edits(workspace))
            await _bring_forward(data, "watch")
            await workspace.until(lambda: len(_edits(workspace)) > edits)
            worker.kill()
            await worker.wait()
        workspace.state.controls.slow_s = 0
        async with locksmith(workspace, data, "work", **more):
            await workspace.until(lambda: "Solved" in replies(workspace, ts)[0].text)
            await _bring_forward(data, "watch")  # the watch goes on, which the dead worker had not set
    assert len(replies(workspace, ts)) == 1


def _line(status: int, client: str = "203.0.113.7") -> str:
    # To the millisecond: by whole seconds a success right after the report would seem to be from before it.
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    return (
        json.dumps({"time": at, "remote_addr": client, "method": "GET", "path": "/v1/orders", "status": status}) + "\n"
    )


def _edits(workspace: Workspace) -> list[Any]:
    return [call for call in workspace.state.calls if call.method == "chat.update"]


async def _bring_forward(data: Path, kind: str) -> None:
    """Let the timers of a kind fall due now, once there are some."""
    timers: list[str] = []
    async with store.connect(Settings(data=data)) as redis, asyncio.timeout(60):
        while not timers:
            await asyncio.sleep(0.02)
            timers = [str(t) for t in await redis.zrange(jobs.LATER, 0, -1) if f'"kind":"{kind}"' in str(t)]
        await redis.zadd(jobs.LATER, dict.fromkeys(timers, 0.0))


async def test_sigterm_ends_the_work_at_hand_and_the_process(workspace: Workspace, data: Path) -> None:
    async with locksmith(workspace, data, "run") as process:
        workspace.state.controls.slow_s = 0.3
        ts = await workspace.post(RITA, HELP_API, REPORT)
        await workspace.until(lambda: replies(workspace, ts))
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 60) == 0
        await finished(workspace, ts)
