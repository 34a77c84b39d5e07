"""Whatever keeps the bot from starting is told in one line, and the process ends."""

import asyncio
import fcntl
import os
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.workspace.workspace import Workspace


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


async def started(
    tmp_path: Path, workspace: Workspace | None, *words: str, **more: str
) -> tuple[asyncio.subprocess.Process, str]:
    """The ended process and what it said on standard error."""
    slack = (
        {
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_SIGNING_SECRET": workspace.signing_secret,
            "SLACK_API_URL": f"{workspace.state.base_url}/api/",
        }
        if workspace
        else {}
    )
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "LOCKSMITH_", "REDIS_"))
    }
    env = kept | {"HOST": "127.0.0.1", "PORT": "0", "LOCKSMITH_DATA": str(tmp_path / "data")} | slack | more
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", *words, env=env, stderr=asyncio.subprocess.PIPE
    )
    try:
        _, told = await asyncio.wait_for(process.communicate(), 60)
    finally:
        if process.returncode is None:
            process.kill()
    return process, told.decode()


def faults(told: str) -> list[str]:
    """What was said beside the journal."""
    return [line for line in told.splitlines() if not re.match(r"\d{4}-\d\d-\d\dT", line)]


async def test_a_port_in_use_is_told_in_one_line(tmp_path: Path, workspace: Workspace, taken: int) -> None:
    process, told = await started(tmp_path, workspace, PORT=str(taken))
    where = f"HOST, PORT: 127.0.0.1:{taken} cannot be listened on"
    assert faults(told) == [f"locksmith: {where} (Address already in use); set another"]
    assert process.returncode == 2


@pytest.mark.parametrize("option", ["--port", "--demo-port"])
async def test_the_local_workspace_names_the_port_in_use(tmp_path: Path, taken: int, option: str) -> None:
    process, told = await started(tmp_path, None, option, str(taken))
    assert faults(told) == [
        f"locksmith: {option} {taken}: cannot be listened on (Address already in use); give another"
    ]
    assert process.returncode == 2


async def test_a_second_local_workspace_of_one_folder_leaves_the_first_alone(tmp_path: Path) -> None:
    data = tmp_path / "data" / "local"
    data.mkdir(parents=True)
    with (data / "workspace.lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        process, told = await started(tmp_path, None)
    why = "a local workspace is open from this folder already; use it, end it, or set LOCKSMITH_DATA to another"
    assert faults(told) == [f"locksmith: {data}: {why}"]
    assert process.returncode == 2


async def test_a_store_that_does_not_answer_is_told_in_one_line(tmp_path: Path, workspace: Workspace) -> None:
    process, told = await started(tmp_path, workspace, REDIS_URL="redis://127.0.0.1:1")
    assert faults(told) == ["locksmith: REDIS_URL: does not answer (ConnectionError); start it or mend the address"]
    assert process.returncode == 2


async def test_a_refused_app_token_is_told_and_not_tried_for_ever(tmp_path: Path, workspace: Workspace) -> None:
    process, told = await started(tmp_path, workspace, SLACK_APP_TOKEN="xapp-of-somebody-else")
    assert faults(told) == [
        "locksmith: SLACK_APP_TOKEN: Slack refuses it (invalid_auth); copy it anew from Basic Information"
    ]
    assert process.returncode == 2


@pytest.mark.parametrize("local", [True, False])
async def test_a_data_folder_that_is_none_is_told_in_one_line(
    tmp_path: Path, workspace: Workspace, local: bool
) -> None:
    file = tmp_path / "file"
    file.touch()
    process, told = await started(tmp_path, None if local else workspace, LOCKSMITH_DATA=str(file))
    (fault,) = faults(told)
    assert fault.startswith(f"locksmith: LOCKSMITH_DATA: {file}")
    assert fault.endswith("name another folder")
    assert process.returncode == 2


async def test_a_server_that_does_not_say_who_the_token_is_is_told_in_one_line(tmp_path: Path) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "team_id": "T0123456789"})

    app = web.Application()
    app.router.add_post("/api/{method}", answer)
    async with TestServer(app) as server:
        url = str(server.make_url("/api/"))
        slack = {"SLACK_BOT_TOKEN": "xoxb-1-made-up", "SLACK_SIGNING_SECRET": "made-up", "SLACK_API_URL": url}
        process, told = await started(tmp_path, None, **slack)
    (fault,) = faults(told)
    assert fault.startswith(f"locksmith: SLACK_API_URL: {url} answers auth.test without a user_id")
    assert process.returncode == 2
