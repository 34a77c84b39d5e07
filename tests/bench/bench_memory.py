"""What the counts of a service take in Valkey: `python tests/bench/bench_memory.py [--days 14]`.

Two weeks in which 2,000 of 750,000 cells are asked each minute and one answer in 50 is a 401 are written to the
embedded engine by the watcher's own code, with a clock of their own. All 401s are written minute by minute. What is
kept for some hours is written for the last hours alone: what came before would be gone. The detector learns the last
days, from one minute of five with five times its counts. Prints used_memory and MEMORY USAGE by kind.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from redis.asyncio import Redis

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot import embedded
from bot.spikes.callers import Callers
from bot.spikes.detector import Detector
from bot.spikes.history import BIN
from bot.spikes.model import MINUTE, Cell, Count
from bot.spikes.repeats import SPELL_S
from bot.spikes.taken import Refusal, Taken
from bot.spikes.watch.keeping import Keys, counted
from bot.spikes.watch.lease import Lease
from bot.spikes.watch.ledger import DAY, HOURS_S, Ledger
from bot.spikes.watch.state import Writer
from bot.spikes.watch.words import Words

FIRST = 1_767_571_200
"""A Monday, 00:00 UTC."""
SIZES = (1000, 25, 30)
"""Routes, programs and networks: 750,000 cells."""
NAMES = (
    [f"GET /v1/resource-{route}/{{}}" for route in range(SIZES[0])],
    [f"Program-{agent}/1.{agent}" for agent in range(SIZES[1])],
    [f"198.51.{region}.0/24" for region in range(SIZES[2])],
)
ACTIVE = 2_000
SHARE = 0.02
CALLERS = 20_000
LEARNT_DAYS = 4
"""Days that the detector learns: of both kinds, and more than one of a kind."""
SERVICE = "billing"


class Traffic:
    """Minutes of it: a few routes, programs and networks have most of the requests, as everywhere."""

    def __init__(self) -> None:
        self._chance = np.random.default_rng(1)
        self._odds = [(odds := 1 / np.arange(1, size + 1)) / odds.sum() for size in SIZES]
        self._requests = ACTIVE
        while len(np.unique(self._drawn(self._requests))) < ACTIVE:
            self._requests += 50

    def minute(self, at: int) -> Taken:
        """Answers of a minute in about 2,000 cells, and who was refused."""
        cells = np.unravel_index(self._drawn(self._requests), SIZES)
        told = np.stack([np.full(self._requests, at, np.int64), *cells])
        return Taken(told, NAMES, self.refused(at))

    def refused(self, at: int) -> list[Refusal]:
        """The 401s of a minute."""
        cells = self._drawn(int(self._requests * SHARE)).tolist()
        callers = self._chance.integers(CALLERS, size=len(cells)).tolist()
        return [Refusal(at, _cell(cell), b"%d" % caller, b"") for cell, caller in zip(cells, callers, strict=True)]

    def _drawn(self, size: int) -> NDArray[np.int64]:
        """Numbers of cells."""
        parts = [self._chance.choice(len(odds), size, p=odds) for odds in self._odds]
        return np.ravel_multi_index(parts, SIZES)


@cache
def _cell(number: int) -> Cell:
    places = np.unravel_index(number, SIZES)
    return Cell(*(names[place] for names, place in zip(NAMES, places, strict=True)))


class Watched:
    """The watcher's own parts, put together for a clock that runs as fast as it can."""

    def __init__(self, redis: Redis) -> None:
        self._redis, self._keys = redis, Keys(SERVICE)
        self._lease = Lease(redis, self._keys.of("lease"), 86_400)
        self._detector = Detector(name=SERVICE)
        self._ledger = Ledger(Callers(proxy=False), Words, FIRST)
        self._writer = Writer(self._keys, self._detector)

    async def start(self) -> None:
        """Take the lease."""
        assert await self._lease.take()

    async def refused(self, at: int, refusals: list[Refusal]) -> None:
        """Keep a minute's 401s alone."""
        self._ledger.add(Taken(refusals=refusals), at)
        self._ledger.take(at)
        await self._lease.step(list(counted(self._keys, self._ledger)))
        if at % SPELL_S == 0:
            await self._redis.unlink(self._keys.of("a", at // SPELL_S - 3))  # its time is over by our clock

    async def learn(self, at: int, taken: Taken) -> None:
        """Give the detector a minute for five, and keep what it learns at midnight."""
        bad = Counter((one.minute, one.cell) for one in taken.refusals)
        counts = [Count(*key, 5 * number, 5 * bad[key]) for key, number in taken.answers.items()]
        if self._detector.counter.minute(at, counts):
            for command in self._writer.history():
                await self._lease.step([command])
            await self._lease.step(list(self._writer.learn()))
            await self._redis.unlink(self._keys.of("t", at // DAY - 2))
        await self._lease.step([*self._writer.names(), *self._writer.bins({at})])

    async def whole(self, at: int, taken: Taken) -> None:
        """Do all that is done with a minute."""
        self._ledger.add(taken, at)
        self._detector.minute(at, self._ledger.take(at))
        kept = [*self._writer.names(), *self._writer.bins({at}), self._writer.state(at, {}, False, True)]
        await self._lease.step([*counted(self._keys, self._ledger), *kept])


async def used(redis: Redis) -> int:
    """Bytes in use."""
    return int((await redis.info("memory"))["used_memory"])


async def by_kind(redis: Redis) -> dict[str, tuple[int, int]]:
    """Keys and bytes by the letter of their kind."""
    found: dict[str, tuple[int, int]] = {}
    begins = Keys(SERVICE).of("")
    async for name in redis.scan_iter(match=Keys(SERVICE).every(), count=1000):
        kind = name.removeprefix(begins).partition(":")[0]
        keys, size = found.get(kind, (0, 0))
        found[kind] = keys + 1, size + int(await redis.memory_usage(name, samples=0) or 0)
    return found


async def measure(redis: Redis, days: int) -> None:
    """Write the days and print."""
    before, traffic, watched = await used(redis), Traffic(), Watched(redis)
    await watched.start()
    end = FIRST + days * DAY
    for at in range(FIRST, end, MINUTE):
        if at >= end - HOURS_S:
            await watched.whole(at, traffic.minute(at))
            continue
        await watched.refused(at, traffic.refused(at))
        if at >= end - LEARNT_DAYS * DAY and at % BIN == 0:
            await watched.learn(at, traffic.minute(at))
    found = await by_kind(redis)
    for kind, (keys, size) in sorted(found.items(), key=lambda one: -one[1][1]):
        print(f"{kind:<12}{keys:>8,} keys{size / 1e6:10.2f} MB")
    print(f"{'used_memory':<25}{(await used(redis) - before) / 1e6:10.2f} MB after {days} days")


async def run(days: int) -> None:
    """The same in an engine of its own."""
    with tempfile.TemporaryDirectory() as folder:
        engine = embedded.start(Path(folder))
        try:
            async with Redis(unix_socket_path=str(engine.socket), decode_responses=True) as redis:
                await measure(redis, days)
        finally:
            embedded.leave(engine)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=14)
    asyncio.run(run(parser.parse_args().days))


if __name__ == "__main__":
    main()
