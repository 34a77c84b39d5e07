"""A real engine for every test, in a folder of its own; and the bot running against the local workspace."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from redis.asyncio import Redis

from bot import app, store
from bot.casework.answer import now
from bot.settings import Settings
from bot.workspace.people import HELP_API, SUPPORT
from bot.workspace.server import running
from bot.workspace.workspace import Workspace

MANIFEST: dict[str, Any] = yaml.safe_load((Path(__file__).parents[2] / "manifest.yaml").read_text())


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    async with store.connect(Settings(data=tmp_path / "data")) as client:
        yield client


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    # The app's own manifest: a call that its scopes do not cover is refused.
    made = Workspace(manifest=MANIFEST, retry_delays=(0.05, 0.2, 0.5), ack_timeout=2.0)
    async with running(made):
        yield made


def settings_for(workspace: Workspace, data: Path, **more: Any) -> Settings:
    base = {
        "slack_token": workspace.bot_token,
        "signing_secret": workspace.signing_secret,
        "slack_api_url": f"{workspace.state.base_url}/api/",
        "host": "127.0.0.1",
        "port": 0,
        "support_channels": (HELP_API,),
        "engineers": (SUPPORT,),
        "data": data,
    }
    return Settings(**{**base, **more})


Running = Callable[..., AbstractAsyncContextManager[str]]


@pytest.fixture
def bot(workspace: Workspace, tmp_path: Path) -> Running:
    """`async with bot(...)`: the bot serves and works; over HTTP unless it is given an app token."""

    @asynccontextmanager
    async def start(
        *, serving: bool = True, working: bool = True, clock: Callable[[], datetime] = now, **more: Any
    ) -> AsyncIterator[str]:
        settings = settings_for(workspace, tmp_path / "data", **more)
        stop, opened = asyncio.Event(), asyncio.get_running_loop().create_future()
        running = asyncio.create_task(
            app.run(settings, stop, serving=serving, working=working, announce=opened.set_result, clock=clock)
        )
        try:
            address = ""
            if serving:
                await asyncio.wait({running, opened}, return_when=asyncio.FIRST_COMPLETED)
                address = opened.result() if opened.done() else ""
                workspace.redirect_url = f"{address}/slack/oauth_redirect"
                workspace.request_url = None if settings.app_token else f"{address}/slack/events"
            yield address
        finally:
            stop.set()
            await running

    return start
