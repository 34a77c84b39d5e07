"""What is told to one person alone comes about once, whatever Slack says of it."""

import asyncio
from functools import partial
from typing import Any

import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot import slack
from bot.workspace import api
from bot.workspace.people import HELP_API, RITA
from bot.workspace.workspace import Workspace
from tests.app.seen import eventually, idle


async def test_what_slack_takes_and_is_late_to_say_so_is_told_twice_at_most(
    bot: Any, workspace: Workspace, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = api._answer

    async def late(of: Workspace, method: str, request: web.Request) -> web.Response:
        answered = await answer(of, method, request)
        await asyncio.sleep(2.0 if method == "chat.postEphemeral" else 0)
        return answered

    monkeypatch.setattr(api, "_answer", late)
    monkeypatch.setattr(slack, "TIMEOUT_S", 1.5)
    async with bot():
        await workspace.post(RITA, HELP_API, "@locksmith explain clock_skew")
        await workspace.until(lambda: len(workspace.ephemerals(RITA)) == 2)
        await eventually(partial(idle, redis))
    assert len(workspace.ephemerals(RITA)) == 2
