"""A workspace on a real socket, and a small bot made with slack_bolt, over HTTP or Socket Mode."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.server import running, serving
from bot.workspace.workspace import Workspace


class Clock:
    """The workspace's time, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def workspace(clock: Clock) -> AsyncIterator[Workspace]:
    made = Workspace(clock=clock, retry_delays=(0.0, 0.0, 0.0))
    async with running(made):
        yield made


@pytest.fixture
def client(workspace: Workspace) -> AsyncWebClient:
    return AsyncWebClient(token=workspace.bot_token, base_url=f"{workspace.state.base_url}/api/")


class Heard:
    """What reached the bot, in order."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, Any]] = []

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [b["event"] for b in self.bodies if b.get("event", {}).get("type") == kind]


def make_bot(workspace: Workspace, heard: Heard) -> AsyncApp:
    client = AsyncWebClient(token=workspace.bot_token, base_url=f"{workspace.state.base_url}/api/")
    app = AsyncApp(client=client, signing_secret=workspace.signing_secret)

    @app.middleware
    async def hear(body: dict[str, Any], next: Any) -> None:  # noqa: A002 -- Bolt's name
        heard.bodies.append(body)
        workspace.state.change()
        await next()

    return app


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def unserved(workspace: Workspace, heard: Heard) -> AsyncApp:
    """A bot that nothing is delivered to yet."""
    return make_bot(workspace, heard)


@pytest.fixture
async def bot(workspace: Workspace, unserved: AsyncApp) -> AsyncIterator[AsyncApp]:
    """A bot that the workspace delivers to over HTTP."""
    async with serving(unserved.server().web_app) as url:
        workspace.request_url = f"{url}/slack/events"
        yield unserved
        await workspace.delivered()


@pytest.fixture
def listening(bot: AsyncApp) -> AsyncApp:
    """A bot that takes every message, and says nothing."""

    @bot.event("app_mention")
    @bot.event("message")
    async def take() -> None:
        return None

    return bot


@pytest.fixture
async def flaky(workspace: Workspace, heard: Heard) -> AsyncIterator[list[int]]:
    """A bot that answers with the statuses in the list, then 200; 0 stands for no answer in time."""
    statuses: list[int] = []
    never = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        heard.bodies.append(await request.json())
        heard.headers.append(dict(request.headers))
        status = statuses.pop(0) if statuses else 200
        if status == 0:
            await never.wait()
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/slack/events", answer)
    async with serving(app) as url:
        workspace.request_url = f"{url}/slack/events"
        yield statuses
        await workspace.delivered()
        never.set()
