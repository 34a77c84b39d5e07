"""Nothing secret that people post, type or attach is left in Redis, Slack or the log; nothing is kept for ever."""

import json
import logging
from functools import partial
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.services import Service
from bot.workspace.people import HELP_API, RANDOM, RITA, SAM
from bot.workspace.workspace import Workspace
from handlers.blocks import form
from tests.app.seen import answered, eventually, idle
from tests.app.test_commands import token

SECRET = "hunter2horse9battery"
HOST = "https://api.example.invalid/v1/orders"
LASTING = {
    "answers", "answers:times", "audit", "changes", "dead", "installations", "later", "outcomes", "outcomes:times",
    "proposals", "proposals:dropped", "proposals:times", "tally", "wake",
}  # fmt: skip
"""Keys without an end, each bounded by itself."""


async def everything(redis: Redis) -> dict[str, str]:
    """All that is kept, as text, by key."""
    readers: dict[str, Any] = {
        "string": redis.get,
        "list": lambda name: redis.lrange(name, 0, -1),
        "hash": redis.hgetall,
        "zset": lambda name: redis.zrange(name, 0, -1),
        "set": redis.smembers,
        "stream": redis.xrange,
    }
    names = [str(name) async for name in redis.scan_iter("*")]
    kept = {}
    for name in names:
        try:
            kept[name] = f"{name} {await readers[str(await redis.type(name))](name)}"
        except UnicodeDecodeError:
            kept[name] = name  # registers of a HyperLogLog, which hold no text
    return kept


def said_by_the_bot(workspace: Workspace) -> str:
    return json.dumps([call.args for call in workspace.state.calls if call.method != "oauth.v2.access"], default=str)


async def say_secrets(workspace: Workspace) -> None:
    """A secret at every door."""
    live = token(sub=SECRET, email=f"{SECRET}@example.com", iss="https://id.a/", exp=4102444800)
    for words in (
        f"decode {SECRET}",
        f"decode X-Foo: {SECRET}",
        f"decode {live}",
        f"probe https://rita:{SECRET}@api.example.invalid/?api_key={SECRET}",
        f"401 on {HOST}?access_token={SECRET} with Authorization: Bearer {SECRET}",
    ):
        await workspace.command(SAM, RANDOM, "/401", words)
        await workspace.post(SAM, HELP_API, f"@locksmith {words}")
    file = workspace.upload(
        RITA, f"token={SECRET}.txt", f"> GET /v1 HTTP/1.1\n> Authorization: Bearer {SECRET}\n".encode()
    )
    ts = await workspace.post(RITA, RANDOM, f"401 on {HOST}, password: {SECRET}", files=[file])
    await workspace.message_shortcut(SAM, "diagnose_message", RANDOM, ts)
    await workspace.shortcut(RITA, "report_401")
    (view,) = await workspace.until(partial(workspace.views, RITA))
    given = {
        form.URL: f"{HOST}?token={SECRET}",
        form.ID: f"api_key={SECRET}",
        form.SEEN: f"curl -u rita:{SECRET} -H 'Cookie: session={SECRET}' {HOST}",
    }
    assert await workspace.submit(view, {f"{block}/value": words for block, words in given.items()}) == {}
    await workspace.delivered()


async def test_no_secret_is_recorded_with_the_work_to_do(bot: Any, workspace: Workspace, redis: Redis) -> None:
    async with bot(working=False):
        await say_secrets(workspace)
        kept = await everything(redis)
    assert len([name for name in kept if ":inbox:" in name]) >= 12
    assert not [text for text in kept.values() if SECRET in text]


async def test_no_secret_is_left_anywhere_and_nothing_is_kept_for_ever(
    bot: Any, workspace: Workspace, redis: Redis, caplog: pytest.LogCaptureFixture, tmp_path: Any
) -> None:
    caplog.set_level(logging.INFO)
    line = f"2026-03-01T10:42:00Z WARN GET /v1/orders 401 jwt refused, authorization=Bearer {SECRET}"
    (tmp_path / "orders.log").write_text(line)
    service = Service(name="orders", hosts=("api.example.invalid",), logs=(str(tmp_path / "orders.log"),))

    async with bot(services=(service,)):
        reply = await answered(workspace, redis, f"@locksmith 401 on {HOST} Authorization: Bearer {SECRET}")
        await workspace.click(RITA, HELP_API, reply.ts, action_id="case_handover")
        await say_secrets(workspace)
        await eventually(partial(idle, redis))
        await workspace.click(RITA, HELP_API, reply.ts, action_id="case_works")
        await eventually(partial(idle, redis))
        kept = await everything(redis)
        lasting = [name for name in kept if await redis.ttl(name) == -1]
    assert not [text for text in kept.values() if SECRET in text]
    assert SECRET not in said_by_the_bot(workspace)
    assert SECRET not in caplog.text
    assert {name.partition("}:")[2] for name in lasting if ":lines:" not in name} <= LASTING
