import asyncio
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from bot import embedded, jobs, store, worker
from bot.errors import UsageError
from bot.jobs import Job
from bot.settings import Settings
from bot.worker import Worker
from tests.app.seen import eventually

HOLD = """
import asyncio, sys
from pathlib import Path
from bot import store
from bot.settings import Settings

async def main():
    async with store.connect(Settings(data=Path(sys.argv[1]))) as redis:
        await redis.set(sys.argv[2], "1")
        print("ready", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


def holder(data: Path, key: str) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(data), key], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def pid_of(data: Path) -> int:
    return int((data / "valkey.pid").read_text())


async def test_it_outlives_a_killed_bot_and_is_adopted_with_everything_in_it(tmp_path: Path) -> None:
    first = holder(tmp_path, "kept")
    pid = pid_of(tmp_path)
    kill(first)
    async with store.connect(Settings(data=tmp_path)) as redis:
        assert await redis.get("kept") == "1"
        assert pid_of(tmp_path) == pid


async def test_the_last_one_to_leave_stops_it_and_nobody_before(tmp_path: Path) -> None:
    other = holder(tmp_path, "kept")
    async with store.connect(Settings(data=tmp_path)) as redis:
        pid = pid_of(tmp_path)
        await redis.ping()
    os.kill(pid, 0)
    kill(other)
    async with store.connect(Settings(data=tmp_path)):
        pass
    assert not embedded.socket_path(tmp_path).exists()


async def test_what_was_written_survives_a_killed_engine(tmp_path: Path) -> None:
    async with store.connect(Settings(data=tmp_path)) as redis:
        await redis.set("kept", "1")
        await redis.waitaof(1, 0, 2000)
        os.kill(pid_of(tmp_path), signal.SIGKILL)
    async with store.connect(Settings(data=tmp_path)) as redis:
        assert await redis.get("kept") == "1"
        assert (await redis.config_get("maxmemory-policy"))["maxmemory-policy"] == "noeviction"
        assert (await redis.config_get("appendfsync"))["appendfsync"] == "everysec"


async def test_four_that_start_at_once_share_one(tmp_path: Path) -> None:
    engines = await asyncio.gather(*(asyncio.to_thread(embedded.start, tmp_path) for _ in range(4)))
    pids = {engine.keeper.info("server")["process_id"] for engine in engines}
    for engine in engines:
        embedded.leave(engine)
    assert len(pids) == 1


async def test_only_its_owner_reaches_the_socket_and_a_long_path_gets_a_short_one(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30)
    engine = await asyncio.to_thread(embedded.start, data)
    try:
        assert len(os.fsencode(engine.socket)) < embedded.SOCKET_PATH_MAX
        assert engine.socket.stat().st_mode & 0o077 == 0
        assert data.stat().st_mode & 0o077 == 0
    finally:
        embedded.leave(engine)


def test_a_folder_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"LOCKSMITH_DATA: .*file/data: cannot be used .*; name another folder"):
        embedded.start(tmp_path / "file" / "data")


async def test_an_engine_that_was_killed_is_started_again_with_everything_in_it(tmp_path: Path) -> None:
    async with store.connect(Settings(data=tmp_path)) as redis:
        await redis.set("kept", "1")
        first = pid_of(tmp_path)
        os.kill(first, signal.SIGKILL)

        async def back() -> bool:
            try:
                return await redis.get("kept") == "1"
            except (RedisError, OSError):
                return False

        await eventually(back)
        assert pid_of(tmp_path) != first
        os.kill(pid_of(tmp_path), signal.SIGSTOP)
        assert not embedded.gone(embedded.Engine(tmp_path, embedded.socket_path(tmp_path), Redis()))
        os.kill(pid_of(tmp_path), signal.SIGCONT)


async def nothing(_: Job) -> None:
    return None


async def test_a_worker_tells_once_that_the_queue_is_away_and_once_that_it_is_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    stop = asyncio.Event()
    async with store.connect(Settings(data=tmp_path)) as redis:
        await jobs.ready(redis)
        working = asyncio.create_task(worker.run(Worker(redis=redis, handle=nothing, give_up=nothing), stop))
        os.kill(pid_of(tmp_path), signal.SIGKILL)

        async def back() -> bool:
            return "the queue is back" in caplog.text

        await eventually(back)
        stop.set()
        await working
    assert caplog.text.count("the queue is out of reach") == 1
