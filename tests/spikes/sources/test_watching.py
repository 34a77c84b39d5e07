"""The live watcher with stores that count: kills, stores that are down, and what is told of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot.incidents.told import Noticed, Told
from bot.services import Service
from bot.spikes.model import Count
from bot.spikes.watch import leader
from bot.spikes.watch.feed import Fed, Feed
from bot.spikes.watch.keeping import Keys
from bot.spikes.watch.leader import Leader
from bot.spikes.watch.lease import Lease
from bot.spikes.watch.options import Watch
from tests.logs.stores.conftest import ClickHouseServer
from tests.logs.stores.standins import Handler, Record, serving
from tests.spikes.conftest import Shop, past, redis, shop
from tests.spikes.sources.conftest import configured, credentials, entry, insert
from tests.spikes.sources.standins import loki, record
from tests.spikes.test_watch import Clock, at, minute
from tests.spikes.traffic import requests, written

__all__ = ["past", "redis", "shop"]
DELAY = 60


async def test_kills_neither_lose_nor_double_what_clickhouse_counts(
    shop: Shop, clickhouse: ClickHouseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials(monkeypatch)
    clickhouse.run("DROP TABLE IF EXISTS logs.answers")
    insert(clickhouse, [])
    configured(shop.folder, logs=[entry("clickhouse", clickhouse.url)])
    shop.time(at(0))
    process = await shop.start()
    await shop.judged(at(-1))
    for number in range(12):
        counts = minute(number)
        shop.made[at(number)] = counts
        insert(clickhouse, requests(counts))
        shop.time(at(number + 1) + DELAY)
        if number in {2, 3, 6, 9}:
            process.kill()
            await process.wait()
            process = await shop.start()
        if number % 3 == 0:
            await shop.judged(at(number))
    await shop.judged(at(11))
    await shop.expect_all()


@dataclass
class Loki:
    """A stand-in that may be down."""

    records: list[Record] = field(default_factory=list)
    down: bool = False

    def handler(self) -> Handler:
        up = loki(self.records)

        async def handler(request: web.BaseRequest) -> web.StreamResponse:
            return web.Response(status=404, text="no such host") if self.down else await up(request)

        return handler

    def write(self, counts: list[Count]) -> None:
        self.records += [record(one) for one in requests(counts)]


@dataclass
class Watched:
    """A service that is led in this process."""

    redis: Redis
    service: Service
    clock: Clock
    told: list[Told | Noticed] = field(default_factory=list)
    leading: Leader | None = None

    async def begin(self) -> None:
        """Lead, after whoever led before."""
        await self.redis.delete(Keys(self.service.name).of("lease"))
        lease = Lease(self.redis, Keys(self.service.name).of("lease"), 60)
        assert await lease.take()
        self.leading = await leader.begin(self.redis, self.service, lease, self._tell, self.clock)

    async def _tell(self, _: Redis, told: Told | Noticed) -> None:
        self.told.append(told)

    async def until(self, now: float, done: Callable[[Leader], bool]) -> None:
        self.clock.now = max(now, self.clock.now)
        assert self.leading
        async with asyncio.timeout(60):
            while not done(self.leading):
                await self.leading.round()
                await asyncio.sleep(0.001)
                self.clock.now += 0.01

    async def judged(self, number: int, late: float = 0) -> None:
        """At the end of a minute and of the store's delay, wait until it is judged."""
        await self.until(at(number + 1) + DELAY + late, lambda leading: leading.judged >= at(number))


async def watched(shop: Shop, url: str, past: Path) -> Watched:
    service = configured(shop.folder, logs=[entry("loki", url)], watch={"history": str(past)})
    found = Watched(shop.redis, service, Clock(at(0)))
    await found.begin()
    return found


async def test_a_store_that_is_down_is_told_and_counted_once_when_it_is_back(
    shop: Shop, past: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials(monkeypatch)
    store = Loki()
    with serving(store.handler()) as url:
        one = await watched(shop, url, past)
        for number in range(16):
            shop.made[at(number)] = minute(number)
            store.write(shop.made[at(number)])
        for number in range(16):
            store.down = 3 <= number < 11
            await one.judged(number, 120 if store.down else 0)
            if number in {7, 9, 12}:  # somebody else goes on, while it is down and after
                assert one.leading
                await one.leading.flush()
                await one.leading.close()
                await one.begin()
        assert one.leading
        await one.leading.close()
    await shop.expect_all()
    said = [text for text in (r.getMessage() for r in caplog.records) if "logs from" in text]
    assert [text.split("127.0.0.1")[0] for text in said] == ["shop: no logs from loki ", "shop: logs from loki "]
    assert "has nothing there (404: no such host)" in said[0]
    assert said[1].endswith("again, missing since 2026-01-12 23:43 UTC")
    kinds = [told.notice.kind for told in one.told if isinstance(told, Noticed)]
    assert kinds == ["gap", "back"]


async def test_an_abandoned_leader_loses_and_doubles_nothing(
    shop: Shop, past: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another begins after every round of the first, with answers taken, on their way, or written."""
    credentials(monkeypatch)
    store = Loki()
    with serving(store.handler()) as url:
        one = await watched(shop, url, past)
        for number in range(8):
            shop.made[at(number)] = counts = minute(number)
            store.write(counts)
            one.clock.now = at(number + 1) + DELAY
            for _ in range(number):
                assert one.leading
                await one.leading.round()
                await asyncio.sleep(0.002 * number)
            assert one.leading
            await one.leading.close()  # unwritten counts go with it
            await one.begin()
        await one.judged(8)
        assert one.leading
        await one.leading.close()
    await shop.expect_all()


async def test_an_incident_shows_failing_requests_out_of_the_store(
    shop: Shop, past: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials(monkeypatch)
    store = Loki()
    with serving(store.handler()) as url:
        one = await watched(shop, url, past)
        for number in range(8):
            store.write(minute(number, bad=number >= 4))
            await one.judged(number)
        assert one.leading
        await one.leading.close()
    opened = [told for told in one.told if isinstance(told, Told) and told.state == "open"]
    assert [told.node.user_agent for told in opened] == ["app/1.2"]
    assert opened[0].samples
    assert {(entry.status, entry.user_agent) for entry in opened[0].samples} == {(401, "app/1.2")}


async def test_files_and_a_store_count_side_by_side(shop: Shop, past: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    credentials(monkeypatch)
    store = Loki()
    with serving(store.handler()) as url:
        one = await watched(shop, url, past)
        assert one.leading
        await one.leading.close()
        both = replace(one.service, name="both", logs=(str(shop.log),))
        one = Watched(shop.redis, both, Clock(at(0)))
        await one.begin()
        for number in range(3):
            counts = minute(number)
            store.write(counts[::2])
            with shop.log.open("a") as log:
                log.write(written(counts[1::2]))
            await one.judged(number)
        assert one.leading
        await one.leading.close()
    name = Keys("both")
    for number in range(3):
        shards = [await shop.redis.hgetall(name.of("c", at(number), shard)) for shard in range(8)]
        assert sum(int(n) for fields in shards for n in fields.values()) == sum(c.total for c in minute(number))
    cursor = json.loads(str(await shop.redis.get(name.of("cursor"))))
    assert [fed["until"] for fed in cursor["fed"].values()] == [at(3)]


async def test_minutes_of_long_ago_are_left_out_and_that_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials(monkeypatch)
    store = Loki()
    store.write([*minute(0), *minute(300)])
    with serving(store.handler()) as url:
        (source,) = Watch().sources(configured(tmp_path, logs=[entry("loki", url)]))
        feed, total = Feed(source, Fed(until=at(0))), 0
        async with asyncio.timeout(60):
            while feed.fed.until <= at(300):
                if counted := feed.poll(at(301) + DELAY):
                    total += sum(count.total for count in counted.counts)
                await asyncio.sleep(0)
        await feed.close()
    assert total == sum(count.total for count in minute(300))
    assert [r.getMessage() for r in caplog.records] == [
        f"{source.name}: minutes of more than 3 hours ago are not counted any more"
    ]
