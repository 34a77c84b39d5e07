"""Processes killed or stopped in the middle of a case: nothing lost, nothing doubled, nothing secret kept."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot import store
from bot.settings import Settings
from bot.workspace.people import HELP_API, LOCKSMITH, RITA
from bot.workspace.workspace import Workspace

REPORT = "@locksmith getting 401 on https://api.example.com/v1/orders since ten minutes"


@pytest.fixture
async def data(tmp_path: Path) -> AsyncIterator[Path]:
    """A data folder whose engine, which outlives the killed, is stopped at the end."""
    yield tmp_path
    async with store.connect(Settings(data=tmp_path)):
        pass


@asynccontextmanager
async def locksmith(workspace: Workspace, data: Path, command: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The real command in a process of its own; killed at the end if it still runs."""
    environ = {
        "PATH": os.environ["PATH"],
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_SIGNING_SECRET": workspace.signing_secret,
        "SLACK_API_URL": f"{workspace.state.base_url}/api/",
        "HOST": "127.0.0.1",
        "PORT": "0",
        "LOCKSMITH_SUPPORT_CHANNELS": HELP_API,
        "LOCKSMITH_DATA": str(data),
    }
    words = ["-m", "bot", command]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    first = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    if first.startswith("serving on "):
        workspace.request_url = f"{first.split()[2]}/slack/events"
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


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


async def test_secrets_are_neither_stored_nor_logged_nor_repeated(workspace: Workspace, data: Path) -> None:
    made_up = {
        "bearer": "sk_" + "live_" + "Zx81kQp0Lw7vTn3RbYc6Df2Gh",
        "password": "correct-horse-battery-9",
        "cookie": "s3ss10n" + "Qz7Xw5Vt3Rp1",
        "query": "tok" + "Aa1Bb2Cc3Dd4Ee5Ff6",
        "file": "xox" + "b-made-up-0123456789-abcdefghijkl",
    }
    text = (
        f"{REPORT} curl -u admin:{made_up['password']} -H 'Authorization: Bearer {made_up['bearer']}' "
        f"-b 'session={made_up['cookie']}' 'https://api.example.com/v1/orders?access_token={made_up['query']}'"
    )
    har = workspace.upload(RITA, "out.txt", f"> Authorization: Bearer {made_up['file']}\n< HTTP/1.1 401".encode())
    async with locksmith(workspace, data, "run") as process:
        ts = await workspace.post(RITA, HELP_API, text, files=[har])
        await finished(workspace, ts)
        async with store.connect(Settings(data=data)) as redis:
            kept = await everything(redis)
        process.send_signal(signal.SIGTERM)
        _, errors = await process.communicate()
    kept += on_disk(data)
    shown = "".join(f"{m.text}{m.blocks}" for m in replies(workspace, ts))
    for value in made_up.values():
        assert value not in kept
        assert value not in shown
        assert value not in errors.decode()
    assert "api.example.com" in kept
    assert "rotate" in shown


def on_disk(folder: Path) -> str:
    """The engine's append-only file and its log among them."""
    return "".join(path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())


async def everything(redis: Redis) -> str:
    found = []
    async for name in redis.scan_iter("*"):
        kind = await redis.type(name)
        readers: dict[str, Any] = {
            "string": lambda name=name: redis.get(name),
            "list": lambda name=name: redis.lrange(name, 0, -1),
            "stream": lambda name=name: redis.xrange(name),
            "zset": lambda name=name: redis.zrange(name, 0, -1),
        }
        found.append(f"{name} {await readers[str(kind)]()}")
    return "\n".join(found)
