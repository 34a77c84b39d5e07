"""A real engine in a folder of its own, and a service whose logs are watched at a time that the test tells."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot import store
from bot.settings import Settings
from bot.spikes import counts_file
from bot.spikes.model import MINUTE, Count
from tests.spikes.traffic import DAY, START, steady, written

PATIENCE_S = 180
DAYS = 8
NETWORKS = {"north": "198.51.1.0/24", "south": "198.51.2.0/24"}


def placed(counts: list[Count]) -> list[Count]:
    """With networks as regions, as logs have them."""
    return [c._replace(cell=c.cell._replace(region=NETWORKS[c.cell.region])) for c in counts]


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    async with store.connect(Settings(data=tmp_path / "data")) as client:
        yield client


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await true():  # noqa: ASYNC110 - it becomes true in another process
            await asyncio.sleep(0.02)


@dataclass
class Shop:
    """A watched service: its log, its time, and the processes that watch it."""

    folder: Path
    redis: Redis
    running: list[asyncio.subprocess.Process] = field(default_factory=list)
    made: dict[int, list[Count]] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        return self.folder / "access.log"

    def time(self, at: float) -> None:
        fresh = self.folder / "clock.new"
        fresh.write_text(str(at))
        fresh.replace(self.folder / "clock")

    def write(self, counts: list[Count]) -> None:
        """Lines of a minute; whole ones."""
        for count in counts:
            self.made.setdefault(count.minute, []).append(count)
        with self.log.open("a") as log:
            log.write(written(counts))

    async def start(self) -> asyncio.subprocess.Process:
        words = [Path(__file__).with_name("watch_program.py"), *(self.folder / name for name in self.files)]
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        process = await asyncio.create_subprocess_exec(sys.executable, *map(str, words), env=environ)
        self.running.append(process)
        return process

    files = ("data", "services.yaml", "clock")

    async def state(self) -> dict[str, Any]:
        found = await self.redis.get(store.key("watch", "shop", "state"))
        return dict(json.loads(found)) if found else {"minute": 0}

    async def holder(self) -> str:
        return str(await self.redis.get(store.key("watch", "shop", "lease")) or "")

    async def judged(self, minute: int) -> None:
        """Wait until a minute is judged."""

        async def is_judged() -> bool:
            return bool((await self.state())["minute"] >= minute)

        await until(is_judged)

    async def led(self, process: asyncio.subprocess.Process) -> None:
        """Wait until a process leads."""

        async def is_leading() -> bool:
            return f"-{process.pid}-" in await self.holder()

        await until(is_leading)

    async def told(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in await self.redis.lrange("told", 0, -1)]

    async def kept(self, minute: int) -> tuple[int, int]:
        """(total, 401s) of a minute as they stand in Redis."""
        total = 0
        for shard in range(8):
            fields = await self.redis.hgetall(store.key("watch", "shop", "c", str(minute), str(shard)))
            total += sum(map(int, fields.values()))
        refused = await self.redis.hgetall(store.key("watch", "shop", "u", str(minute)))
        return total, sum(int(number) for name, number in refused.items() if not str(name).endswith("r"))

    async def expect_all(self) -> None:
        """Every minute is kept as it was written: no line is lost, none counts twice."""
        for minute, counts in self.made.items():
            wanted = sum(c.total for c in counts), sum(c.unauthorized for c in counts)
            assert await self.kept(minute) == wanted, (minute - START) // MINUTE


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight steady days as a file of counts, up to four hours before the ninth begins."""
    path = tmp_path_factory.mktemp("past") / "past.csv.gz"
    counts_file.write(path, [count for counts in steady(DAYS * DAY - 240) for count in placed(counts)])
    return path


@pytest.fixture
async def shop(tmp_path: Path, redis: Redis, past: Path) -> AsyncIterator[Shop]:
    made = Shop(tmp_path, redis)
    made.log.write_text("")
    (tmp_path / "services.yaml").write_text(
        f"services:\n- name: shop\n  hosts: [a.test]\n  logs: [access.log]\n  watch: {{history: {past}}}\n"
    )
    try:
        yield made
    finally:
        for process in made.running:
            if process.returncode is None:
                process.kill()
            await process.wait()
