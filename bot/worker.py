"""Works off what was recorded: several cases side by side, each by one worker at a time, none forgotten."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from bot import jobs
from bot.cases import Case
from bot.codec import UnreadableError
from bot.incidents.record import Record
from bot.jobs import DELIVERIES, GROUP, STREAM, Job
from bot.lease import LEASE_S, Lease
from bot.slack import UninstalledError

SLOTS = 8
GRACE_S = 6.0
"""How long running work may take to end once we were asked to stop."""

log = logging.getLogger(__name__)

Handle = Callable[[Job], Awaitable[Case | Record | None]]
"""Does a job; the case or incident as it is afterwards, None: as it was. May be repeated for the same job.

Raises UninstalledError when nobody can do it any more.
"""
Kept = Callable[[Job, Case | Record | None], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """What a worker needs."""

    redis: Redis
    handle: Handle
    give_up: Handle
    """Says in the thread that a job could not be finished, after the last delivery failed."""
    kept: Kept | None = None
    """Is told what came of each job, once that is kept."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    """By which jobs fall due."""
    slots: int = SLOTS
    lease_s: float = LEASE_S

    @property
    def pause_s(self) -> float:
        """Between looks for lost work; a read blocks for half of it, well short of half the socket's timeout."""
        return min(1.0, self.lease_s)


async def run(worker: Worker, stop: asyncio.Event) -> None:
    """Work until `stop` is set; then finish what runs, or give it back undone for the next worker."""
    consumer = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
    running: set[asyncio.Task[None]] = set()
    taking = asyncio.create_task(_take(worker, consumer, running, stop))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({taking, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not (await asyncio.wait({taking}, timeout=2 * worker.pause_s))[0]:
        taking.cancel()  # stuck on a store that does not answer
        await asyncio.wait({taking})
    await _drain(running)
    with contextlib.suppress(RedisError, OSError, TimeoutError):
        await asyncio.wait_for(_forget(worker.redis, consumer), 1)
    if not taking.cancelled():
        taking.result()


async def _take(worker: Worker, consumer: str, running: set[asyncio.Task[None]], stop: asyncio.Event) -> None:
    claimed, away = 0.0, False
    wakes: list[tuple[str, str]]
    while not stop.is_set():
        try:
            wakes = []
            if time.monotonic() - claimed >= worker.pause_s:
                await jobs.due(worker.redis, worker.clock())
                wakes, claimed = await _claim(worker, consumer), time.monotonic()
            wakes += await _read(worker, consumer, worker.slots - len(running) - len(wakes))
        except (RedisError, OSError) as error:
            if not away:
                log.warning("the queue is out of reach (%s); trying until it is back", type(error).__name__)
            away = True
            await _trouble(worker, error, stop)
            continue
        if away:
            log.info("the queue is back")
            away = False
        running |= {asyncio.create_task(_attend(worker, consumer, wake, case)) for wake, case in wakes}
        await _settle(running, full=len(running) >= worker.slots)


async def _claim(worker: Worker, consumer: str) -> list[tuple[str, str]]:
    """Wake-ups whose worker has not been heard of for a lease."""
    idle = int(worker.lease_s * 1000)
    answer = await worker.redis.xautoclaim(STREAM, GROUP, consumer, min_idle_time=idle, count=worker.slots)
    return [(wake, fields["case"]) for wake, fields in answer[1] if fields]


async def _read(worker: Worker, consumer: str, room: int) -> list[tuple[str, str]]:
    if room <= 0:
        return []
    answer: Any = await worker.redis.xreadgroup(
        GROUP, consumer, {STREAM: ">"}, count=room, block=int(worker.pause_s * 500)
    )
    return [(wake, fields["case"]) for _, entries in answer for wake, fields in entries]


async def _trouble(worker: Worker, error: Exception, stop: asyncio.Event) -> None:
    with contextlib.suppress(RedisError, OSError):
        if isinstance(error, ResponseError) and str(error).startswith("NOGROUP"):
            await jobs.ready(worker.redis)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), 0.5)


async def _settle(running: set[asyncio.Task[None]], *, full: bool) -> None:
    """Let go of the tasks that ended; waits for one to end when there is no room for more."""
    if full:
        await asyncio.wait(running, timeout=1.0, return_when=asyncio.FIRST_COMPLETED)
    for task in [task for task in running if task.done()]:
        running.discard(task)
        _report(task)


def _report(task: asyncio.Task[None]) -> None:
    """A failed job needs no more than a line: its lease runs out and it is delivered again."""
    if not task.cancelled() and (error := task.exception()) is not None:
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        at = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else "?"
        log.error("a job failed and will be tried again: %s at %s", type(error).__name__, at)


async def _drain(running: set[asyncio.Task[None]]) -> None:
    if not running:
        return
    _, late = await asyncio.wait(running, timeout=GRACE_S)
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=2)
    for task in running:
        if task.done():
            _report(task)


async def _forget(redis: Redis, consumer: str) -> None:
    """Take our name off the group, unless wake-ups still hang on it (they would go with it)."""
    if not await redis.xpending_range(STREAM, GROUP, "-", "+", 1, consumername=consumer):
        await redis.xgroup_delconsumer(STREAM, GROUP, consumer)


async def _attend(worker: Worker, consumer: str, wake: str, case: str) -> None:
    """Empty the inbox of a case, as long as its lease is ours."""
    lease = Lease(worker.redis, case, wake, consumer, f"{consumer}-{secrets.token_hex(4)}", worker.lease_s)
    me = asyncio.current_task()
    assert me is not None
    beating = asyncio.create_task(_beat(lease, me))
    try:
        await _work_off(worker, lease)
    except asyncio.CancelledError:
        with contextlib.suppress(RedisError, OSError):
            await lease.release()
        raise
    finally:
        beating.cancel()
        await asyncio.wait({beating})  # it may hold a connection, which must be back before the store is left


async def _work_off(worker: Worker, lease: Lease) -> None:
    while True:
        try:
            taken = await lease.take()
        except UnreadableError as error:
            log.error("a job of case %s cannot be read (%s); set aside", lease.case, error)
            await lease.done(None, dead=str(error))
            continue
        if taken.status == "busy":
            return
        if taken.job is None:
            if await lease.finish():
                return
            continue
        dead = "" if taken.delivery <= DELIVERIES else f"failed {DELIVERIES} times"
        try:
            case = await (worker.give_up if dead else worker.handle)(taken.job)
        except UninstalledError as error:
            log.warning("a job of case %s is set aside: %s", lease.case, error)
            case, dead = None, str(error)
        if not await lease.done(case, dead=dead):
            return
        if worker.kept:
            await worker.kept(taken.job, case)


async def _beat(lease: Lease, work: asyncio.Task[None]) -> None:
    heard = time.monotonic()
    while True:
        await asyncio.sleep(lease.seconds / 3)
        try:
            mine = await lease.beat()
            heard = time.monotonic()
        except (RedisError, OSError):
            mine = time.monotonic() - heard < lease.seconds
        if not mine:
            work.cancel()
            return
