"""Changes are kept by service, once each, for a while, and without secrets."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot import store
from bot.settings import Settings
from bot.spikes import change_log
from bot.spikes.model import Change, Node

NOW = time.time()


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    async with store.connect(Settings(data=tmp_path / "data")) as client:
        yield client


def change(name: str, at: float = NOW, text: str = "") -> Change:
    return Change(name, at, "deploy", Node(route="GET /orders/{id}", user_agent="iOS 5"), text)


async def test_a_service_has_its_own_changes_and_those_of_all(redis: Redis) -> None:
    mine, every, theirs = change("b", NOW - 5), change("a", NOW - 9), change("c", NOW - 1)
    assert await change_log.add(redis, "billing", mine)
    assert await change_log.add(redis, "", every)
    assert await change_log.add(redis, "orders", theirs)
    assert await change_log.recent(redis, "billing", NOW - 60) == (every, mine)
    assert await change_log.recent(redis, "", NOW - 60) == (every,)
    assert await change_log.recent(redis, "billing", NOW - 7) == (mine,)


async def test_a_change_told_twice_is_one(redis: Redis) -> None:
    assert await change_log.add(redis, "billing", change("d17", text="first"))
    assert not await change_log.add(redis, "billing", change("d17", NOW - 1, "second"))
    assert [known.text for known in await change_log.recent(redis, "billing", 0)] == ["first"]


async def test_old_changes_and_those_beyond_the_limit_go(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_log, "MOST", 3)
    for turn in range(5):
        await change_log.add(redis, "billing", change(f"c{turn}", NOW - turn))
    await change_log.add(redis, "billing", change("old", NOW - change_log.KEEP_S - 60))
    assert [known.id for known in await change_log.recent(redis, "billing", 0)] == ["c2", "c1", "c0"]
    assert await redis.hlen(store.key("changes", "by-id", "billing")) == 3
    assert 0 < await redis.ttl(store.key("changes", "by-time", "billing")) <= change_log.KEEP_S


async def test_what_is_kept_is_redacted_and_one_line(redis: Redis) -> None:
    await change_log.add(redis, "billing", change("s", text="set password=hunter2horse\nin prod " + "x" * 900))
    (known,) = await change_log.recent(redis, "billing", 0)
    assert "hunter2horse" not in known.text
    assert "\n" not in known.text
    assert len(known.text) == change_log.TEXT_MAX


async def test_what_another_version_wrote_is_passed_over(redis: Redis) -> None:
    await change_log.add(redis, "billing", change("good"))
    await redis.hset(store.key("changes", "by-id", "billing"), "odd", '{"id": "odd", "when": 3}')
    await redis.zadd(store.key("changes", "by-time", "billing"), {"odd": NOW})
    assert [known.id for known in await change_log.recent(redis, "billing", 0)] == ["good"]


async def test_no_part_of_a_change_keeps_a_secret(redis: Redis) -> None:
    key = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
    secret = Change(key, NOW, "deploy", Node(route=f"/v1?token={key}", user_agent=f"ios {key}", region=key), key)
    assert await change_log.add(redis, "billing", secret)
    assert not await change_log.add(redis, "billing", secret)
    (known,) = await change_log.recent(redis, "billing", 0)
    assert key not in str(known)
    assert key not in str(await redis.zrange(store.key("changes", "by-time", "billing"), 0, -1))
