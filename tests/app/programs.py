"""The real command in a process of its own."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.workspace.people import HELP_API
from bot.workspace.workspace import Workspace


@asynccontextmanager
async def locksmith(
    workspace: Workspace, data: Path, command: str, **more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`locksmith COMMAND` with the workspace as its Slack, `more` in its environment; killed at the end if it runs."""
    environ = {
        "PATH": os.environ["PATH"],
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_SIGNING_SECRET": workspace.signing_secret,
        "SLACK_API_URL": f"{workspace.state.base_url}/api/",
        "HOST": "127.0.0.1",
        "PORT": "0",
        "LOCKSMITH_SUPPORT_CHANNELS": HELP_API,
        "LOCKSMITH_DATA": str(data),
        **more,
    }
    words = ["-m", "bot", command]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    first = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
    if first.startswith("serving on "):
        workspace.request_url = f"{first.split()[2]}/slack/events"
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
