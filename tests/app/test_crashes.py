"""Processes killed or stopped in the middle of a case: nothing lost, nothing doubled."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import store
from bot.settings import Settings
from bot.workspace.people import HELP_API, LOCKSMITH, RITA
from bot.workspace.workspace import Workspace
from tests.app.programs import locksmith

REPORT = "@locksmith getting 401 on https://api.example.com/v1/orders since ten minutes"


@pytest.fixture
async def data(tmp_path: Path) -> AsyncIterator[Path]:
    """A data folder whose engine, which outlives the killed, is stopped at the end."""
    yield tmp_path
    async with store.connect(Settings(data=tmp_path)):
        pass


def replies(workspace: Workspace, ts: str) -> list[Any]:
    return [m for m in workspace.messages(HELP_API, ts) if m.user == LOCKSMITH]


async def finished(workspace: Workspace, ts: str) -> None:
    await workspace.until(lambda: any("Looking" not in m.text for m in replies(workspace, ts)), 20)
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


async def test_sigterm_ends_the_work_at_hand_and_the_process(workspace: Workspace, data: Path) -> None:
    async with locksmith(workspace, data, "run") as process:
        workspace.state.controls.slow_s = 0.3
        ts = await workspace.post(RITA, HELP_API, REPORT)
        await workspace.until(lambda: replies(workspace, ts))
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0
        await finished(workspace, ts)
