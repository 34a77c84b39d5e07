"""The live watcher: real files, a real engine, and processes that are killed."""

from __future__ import annotations

import signal
from dataclasses import dataclass, replace

import pytest
from redis.asyncio import Redis

from bot import services, store
from bot.incidents.told import Noticed, Told
from bot.spikes.model import MINUTE, Cell, Count
from bot.spikes.watch import hours, leader
from bot.spikes.watch.hours import LastDay
from bot.spikes.watch.keeping import Keys
from bot.spikes.watch.lease import Lease, LostError
from tests.spikes.conftest import DAYS, Shop, placed
from tests.spikes.traffic import DAY, START, failing, steady, written

FIRST = DAYS * DAY - 20
"""The watcher starts twenty minutes before midnight."""


@dataclass
class Clock:
    now: float

    def __call__(self) -> float:
        return self.now


def at(number: int) -> int:
    """The start of a minute since the watcher began."""
    return START + (FIRST + number) * MINUTE


def minute(number: int, *, bad: bool = False) -> list[Count]:
    (counts,) = steady(1, seed=number + 9, first=FIRST + number)
    return placed(failing(counts, user_agent="app/1.2") if bad else counts)


async def test_kills_in_the_middle_of_a_spike_lose_nothing_and_tell_nothing_twice(shop: Shop) -> None:
    shop.time(at(0))
    process = await shop.start()
    await shop.judged(at(-1))
    for number in range(70):
        shop.write(minute(number, bad=12 <= number < 25))
        if number in {14, 30}:
            shop.log.rename(shop.folder / f"access.log.{number}")
            shop.log.write_text("")
        shop.time(at(number + 1) + 20)
        if number in {12, 13, 14, 21, 26}:  # before it is told, as it is told, around midnight, as it ends
            process.kill()
            await process.wait()
            process = await shop.start()
        if number % 5 == 0 or number in {12, 13, 20}:
            await shop.judged(at(number))
    await shop.judged(at(69))
    await shop.expect_all()
    # Who is killed between telling and noting that it told tells again, to the word: whoever takes it knows it by that.
    every = await shop.told()
    told = [news for number, news in enumerate(every) if news not in every[:number]]
    assert [news["state"] for news in told if news["state"] != "update"] == ["open", "closed"]
    assert len({(news["incident"], news["at"], news["state"]) for news in told}) == len(told)
    assert {tuple(news["node"]) for news in told} == {(None, "app/1.2", None)}
    failed = sum(c.unauthorized for n in range(12, 70) for c in minute(n, bad=n < 25) if c.cell.user_agent == "app/1.2")
    assert failed * 0.95 <= told[-1]["observed"] <= failed  # until it closed, without callers refused again and again
    kept = [await shop.redis.hgetall(store.key("watch", "shop", "u", str(at(number)))) for number in range(70)]
    repeated = sum(int(times) for minute_ in kept for name, times in minute_.items() if str(name).endswith("r"))
    counted = [c for n in range(70) for c in minute(n, bad=12 <= n < 25)]
    total, refused = sum(c.total for c in counted), sum(c.unauthorized for c in counted) - repeated
    # From 23:40 to 00:50, in two hours by the clock.
    assert await hours.read(shop.redis, "shop", at(70)) == LastDay(hours=2, total=total, unauthorized=refused)
    assert told[0]["onset"] == at(12)
    first = told[0]
    assert first["samples"]
    assert sum(point["unauthorized"] for point in first["series"] if point["minute"] >= at(12)) == first["observed"]


async def test_another_takes_over_and_the_old_leader_writes_no_more(shop: Shop) -> None:
    shop.time(at(0))
    old = await shop.start()
    await shop.judged(at(-1))
    new = await shop.start()
    for number in range(4):
        shop.write(minute(number))
        shop.time(at(number + 1) + 20)
        await shop.judged(at(number))
    old.send_signal(signal.SIGSTOP)  # a machine that was put to sleep, with lines read that it had not written
    shop.write(minute(4))
    await shop.led(new)
    shop.time(at(5) + 20)
    await shop.judged(at(4))
    old.send_signal(signal.SIGCONT)
    for number in range(5, 9):
        shop.write(minute(number))
        shop.time(at(number + 1) + 20)
        await shop.judged(at(number))
        await shop.led(new)
    new.kill()
    await shop.led(old)
    shop.write(minute(9))
    shop.time(at(10) + 20)
    await shop.judged(at(9))
    await shop.expect_all()


async def test_a_step_is_refused_after_the_lease_is_lost_and_done_once_when_repeated(redis: Redis) -> None:
    first, second = Lease(redis, "lease", 5), Lease(redis, "lease", 5)
    assert await first.take()
    assert not await second.take()
    await first.step([("ADD", "n", 60, "x", 2, "y", 1), ("SET", "told", "first")])
    first._step -= 1  # its answer was lost, and it is sent again
    await first.step([("ADD", "n", 60, "x", 2, "y", 1), ("SET", "told", "again")])
    assert await redis.hgetall("n") == {"x": "2", "y": "1"}
    await redis.delete("lease")
    assert await second.take()
    with pytest.raises(LostError):
        await first.step([("SET", "told", "stale")])
    await first.drop()
    await second.step([("RPUSH", "list", *map(str, range(1000)))])
    assert await redis.get("told") == "first"
    assert await redis.llen("list") == 1000


async def test_of_the_hours_a_day_is_kept_over_a_pause_too(redis: Redis) -> None:
    lease = Lease(redis, "lease", 5)
    assert await lease.take()
    for hour in (0, 20, 43):
        minute_ = START + hour * 3600
        counts = [Count(minute_, Cell(route, "web", "north"), 5, 3, 1) for route in ("GET /a", "POST /login")]
        await lease.step(list(hours.counted("shop", minute_, counts, frozenset({"POST /login"}))))
    assert await hours.read(redis, "shop", START + 43 * 3600) == LastDay(hours=24, total=10, unauthorized=4)
    name = store.key("hours", "shop")
    first = START // 3600
    assert {*await redis.hgetall(name)} == {f"{first + hour}{kind}" for hour in (20, 43) for kind in ("", "u")}
    assert 0 < await redis.ttl(name) <= 86_400


async def test_whoever_takes_over_goes_on_exactly(shop: Shop) -> None:
    """The same minutes with a new leader after each of them and with one for all: the same is told, to the word."""
    whole = await _lead(shop, "whole", every=1000)
    pieces = await _lead(shop, "pieces", every=1)
    assert [told.state for told in whole if told.state != "update"] == [
        "open",
        "open",
        "open",
        "closed",
        "closed",
        "closed",
    ]
    assert whole == pieces
    # From 23:40 to 01:10; what came late counts in its own hour.
    kept = [await shop.redis.hgetall(store.key("hours", name)) for name in ("whole", "pieces")]
    assert kept[0] == kept[1]
    assert {name for name in kept[0] if "u" not in str(name)} == {f"{at(0) // 3600 + n}" for n in range(3)}


async def _lead(shop: Shop, name: str, every: int) -> list[Told]:
    (service,) = services.load(shop.folder / "services.yaml")
    log = shop.folder / f"{name}.log"
    log.write_text("")
    service = replace(service, name=name, logs=(str(log),))
    found: list[Told] = []
    clock = Clock(at(0))

    async def tell(_: Redis, told: Told | Noticed) -> None:
        assert isinstance(told, Told)
        # What was usual before midnight is worked out anew by who takes over after it.
        series = tuple(replace(point, expected=0, high=0) for point in told.series)
        own = told.incident.removeprefix(name)
        found.append(replace(told, service="", incident=own, samples=(), contributors=(), series=series))

    lease = Lease(shop.redis, Keys(name).of("lease"), 60)
    assert await lease.take()
    leading = await leader.begin(shop.redis, service, lease, tell, clock)
    for number in range(90):
        if number % every == every - 1:
            leading.follower.close()
            leading = await leader.begin(shop.redis, service, lease, tell, clock)
        counts = minute(number, bad=5 <= number < 15)
        if 30 <= number < 45:
            counts = placed(failing(steady(1, seed=number, first=FIRST + number)[0], route="POST /b"))
        late, counts = counts[:2], counts[2:]
        with log.open("a") as stream:
            stream.write(written(counts))
        clock.now = at(number + 1) + 12  # before the watermark: written, and not judged
        await leading.round()
        if number % every == every - 1:
            leading.follower.close()
            leading = await leader.begin(shop.redis, service, lease, tell, clock)
        clock.now += 8
        await leading.round()
        with log.open("a") as stream:
            stream.write(written(late))
        clock.now += 12
        await leading.round()
    leading.follower.close()
    return found


async def test_says_that_logs_are_missing_and_that_nothing_is_known_yet(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    (service,) = services.load(shop.folder / "services.yaml")
    clock = Clock(at(0))

    told: list[str] = []

    async def tell(_: Redis, news: Told | Noticed) -> None:
        assert isinstance(news, Noticed)
        told.append(news.notice.kind)

    lease = Lease(shop.redis, Keys("shop").of("lease"), 60)
    assert await lease.take()
    leading = await leader.begin(shop.redis, service, lease, tell, clock)
    for number in range(16):
        shop.write([] if 3 <= number < 10 else minute(number))
        clock.now = at(number + 1) + 20
        await leading.round()
    leading.follower.close()
    said = [record.getMessage() for record in caplog.records]
    assert [text.rsplit(" since ")[0] for text in said] == [
        "shop: no logs from everything", "shop: logs from everything again, missing"
    ]  # fmt: skip
    assert told == ["gap", "back"]
    caplog.clear()
    cold = replace(service, name="cold", watch=None)
    lease = Lease(shop.redis, Keys("cold").of("lease"), 60)
    assert await lease.take()
    leading = await leader.begin(shop.redis, cold, lease, tell, clock)
    clock.now += 120
    await leading.round()
    leading.follower.close()
    assert ["learning what is usual" in record.getMessage() for record in caplog.records] == [True]
