import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from bot import cases, jobs, worker
from bot.cases import Case
from bot.jobs import Job
from bot.lease import Lease
from bot.model import Report
from bot.worker import Worker

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE_S = 1.0
"""What a stalled machine does not outlast, and a test can wait for."""
Handle = Callable[[Job], Awaitable[Case | None]]


def job(number: int, case: str = "K7Q2") -> Job:
    report = Report(text=f"401 {number}", posted_at=AT)
    return Job(
        id=str(number), kind="report", case=case, team="T1", channel="C1", thread_ts="1.0", ts=f"{number}.0", user="U1",
        at=AT, report=report,
    )  # fmt: skip


def case(case_id: str, text: str) -> Case:
    report = Report(text=text, posted_at=AT)
    return Case(
        id=case_id, team="T1", channel="C1", thread_ts="1.0", reporter="U1", report=report, created=AT, updated=AT
    )


async def nothing(_: Job) -> None:
    return None


class Workers:
    """Workers that run until told to stop."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.stop = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    def start(
        self, handle: Handle, give_up: Handle = nothing, slots: int = 8, lease_s: float = LEASE_S
    ) -> asyncio.Task[None]:
        made = Worker(redis=self.redis, handle=handle, give_up=give_up, slots=slots, lease_s=lease_s)
        self.tasks.append(asyncio.create_task(worker.run(made, self.stop)))
        return self.tasks[-1]

    async def end(self) -> None:
        self.stop.set()
        await asyncio.gather(*self.tasks, return_exceptions=True)


@pytest.fixture
async def workers(redis: Redis):  # type: ignore[no-untyped-def]
    await jobs.ready(redis)
    made = Workers(redis)
    yield made
    await made.end()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def empty(redis: Redis) -> None:
    """Wait until nothing is left in any inbox or on the stream."""
    async with asyncio.timeout(60):
        while await redis.xlen(jobs.STREAM) or await redis.keys("{locksmith}:inbox:*"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_the_same_event_is_recorded_once_by_either_of_its_names(redis: Redis) -> None:
    assert await jobs.record(redis, job(1), once=("event:E1", "message:1"))
    assert not await jobs.record(redis, job(1), once=("event:E1", "message:other"))
    assert not await jobs.record(redis, job(1), once=("event:E2", "message:1"))
    assert await redis.xlen(jobs.STREAM) == 1


async def test_a_case_is_worked_in_order_even_by_several_workers(redis: Redis, workers: Workers) -> None:
    done: list[str] = []
    busy: set[str] = set()

    async def handle(given: Job) -> Case:
        assert given.case not in busy
        busy.add(given.case)
        await asyncio.sleep(0)
        done.append(given.id)
        busy.discard(given.case)
        return case(given.case, given.id)

    for number in range(40):
        await jobs.record(redis, job(number, f"K{number % 3}"), once=(str(number),))
    for _ in range(3):
        workers.start(handle, lease_s=10)
    await until(lambda: len(done) == 40)
    for remainder in range(3):
        mine = [int(n) for n in done if int(n) % 3 == remainder]
        assert mine == sorted(mine)
    kept = await cases.get(redis, "K0")
    assert kept is not None
    assert kept.report.text == "39"


async def test_different_cases_are_worked_side_by_side(redis: Redis, workers: Workers) -> None:
    meeting = asyncio.Barrier(3)

    async def handle(_: Job) -> None:
        await meeting.wait()

    for number in range(3):
        await jobs.record(redis, job(number, f"K{number}"), once=(str(number),))
    workers.start(handle, lease_s=10)
    await empty(redis)


async def test_what_a_lost_worker_held_is_worked_by_another(redis: Redis, workers: Workers) -> None:
    done: list[str] = []

    async def handle(given: Job) -> None:
        done.append(given.id)

    await jobs.record(redis, job(1), once=("1",))
    await jobs.record(redis, job(2), once=("2",))
    read: Any = await redis.xreadgroup(jobs.GROUP, "lost", {jobs.STREAM: ">"}, count=1)
    wake = read[0][1][0][0]
    taken = await Lease(redis, "K7Q2", wake, "lost", "lost-1", LEASE_S).take()
    assert taken.delivery == 1
    workers.start(handle)
    await until(lambda: done == ["1", "2"])
    await empty(redis)


async def test_a_lease_that_ran_out_writes_nothing(redis: Redis) -> None:
    await jobs.ready(redis)
    await jobs.record(redis, job(1), once=("1",))
    late = Lease(redis, "K7Q2", "0-1", "late", "late-1", LEASE_S)
    await late.take()
    await redis.delete("{locksmith}:lease:K7Q2")
    taken = await Lease(redis, "K7Q2", "0-2", "next", "next-1", LEASE_S).take()
    assert taken.delivery == 2
    assert not await late.beat()
    assert not await late.done(case("K7Q2", "late"))
    assert await cases.get(redis, "K7Q2") is None
    assert await redis.llen("{locksmith}:inbox:K7Q2") == 1


async def test_a_job_that_keeps_failing_is_given_up_after_three_deliveries(redis: Redis, workers: Workers) -> None:
    tries: list[str] = []
    given_up: list[str] = []

    async def fail(given: Job) -> None:
        tries.append(given.id)
        if given.id == "1":
            raise ValueError("secret words")

    async def give_up(given: Job) -> None:
        given_up.append(given.id)

    await jobs.record(redis, job(1), once=("1",))
    await jobs.record(redis, job(2), once=("2",))
    workers.start(fail, give_up)
    await until(lambda: tries == ["1", "1", "1", "2"])
    await empty(redis)
    assert given_up == ["1"]
    dead: Any = await redis.xrange(jobs.DEAD)
    assert dead[0][1]["why"] == "failed 3 times"


async def test_a_job_that_cannot_be_read_is_set_aside_and_the_next_one_done(redis: Redis, workers: Workers) -> None:
    done: list[str] = []

    async def handle(given: Job) -> None:
        done.append(given.id)

    await jobs.record(redis, job(1), once=("1",))
    await redis.lpush("{locksmith}:inbox:K7Q2", '{"of": "another version"}')
    workers.start(handle)
    await until(lambda: done == ["1"])
    await empty(redis)
    assert await redis.xlen(jobs.DEAD) == 1


async def test_stopping_gives_unfinished_work_back_for_the_next_to_take_at_once(
    redis: Redis, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "GRACE_S", 0.01)
    started = asyncio.Event()

    async def hang(_: Job) -> None:
        started.set()
        await asyncio.Event().wait()

    await jobs.record(redis, job(1), once=("1",))
    workers.start(hang)
    await until(started.is_set)
    await workers.end()
    assert not await redis.exists("{locksmith}:lease:K7Q2", "{locksmith}:deliveries:K7Q2")
    assert (await redis.xpending(jobs.STREAM, jobs.GROUP))["pending"] == 0
    assert await redis.xlen(jobs.STREAM) == 1


async def test_what_is_for_later_is_done_once_when_its_time_has_come(redis: Redis, workers: Workers) -> None:
    done: list[str] = []

    async def handle(taken: Job) -> None:
        done.append(taken.id)

    past, future = datetime.now(UTC) - timedelta(seconds=1), datetime.now(UTC) + timedelta(days=1)
    await jobs.later(redis, job(1), past)
    await jobs.later(redis, job(2), future)
    await redis.zadd(jobs.LATER, {"not a job": 1.0})
    await asyncio.gather(*(jobs.due(redis, datetime.now(UTC)) for _ in range(5)))
    await jobs.record(redis, job(3), once=("three",))
    workers.start(handle)
    await until(lambda: len(done) >= 2)
    await empty(redis)
    assert sorted(done) == ["1", "3"]
    assert await redis.zcard(jobs.LATER) == 1
    assert await redis.xlen(jobs.DEAD) == 1


async def test_due_jobs_are_seen_by_the_worker_itself(redis: Redis, workers: Workers) -> None:
    done = asyncio.Event()

    async def handle(_: Job) -> None:
        done.set()

    workers.start(handle)
    await jobs.later(redis, job(1), datetime.now(UTC))
    await until(done.is_set)
