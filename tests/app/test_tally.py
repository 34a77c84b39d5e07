"""What is counted of a case, once each, whatever is delivered again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot import tally
from bot.cases import Case
from bot.jobs import Job, Kind
from bot.model import Cause, Diagnosis, Report

AT = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
REPORT = Report(text="401", posted_at=AT)
KNOWN = Diagnosis(
    report=REPORT, known=True, causes=(Cause(id="token_expired", title="", confidence=0.9, owner="caller"),)
)
ANSWERED = Case(
    id="AB23",
    team="T1",
    channel="C1",
    thread_ts="1.0",
    reporter="U1",
    report=REPORT,
    diagnosis=KNOWN,
    revision=1,
    created=AT,
    updated=AT,
)


def job(kind: Kind) -> Job:
    return Job(
        id=f"{kind}:1", kind=kind, case="AB23", team="T1", channel="C1", thread_ts="1.0", ts="", user="U1", at=AT
    )


def test_a_first_answer_counts_by_its_cause_and_its_time() -> None:
    found = tally.of_answer(job("report"), None, ANSWERED, AT + timedelta(seconds=4))
    assert found == {"cause:token_expired": 1, "answer_ms": 4000, "answer_s:3": 1}
    unknown = replace(ANSWERED, diagnosis=replace(KNOWN, known=False))
    assert tally.of_answer(job("again"), ANSWERED, replace(unknown, revision=2), AT) == {"cause:unknown": 1}


@pytest.mark.parametrize(
    ("kind", "before", "after", "verdict"),
    [
        ("works", ANSWERED, replace(ANSWERED, state="solved"), {"right": 1}),
        ("failing", ANSWERED, replace(ANSWERED, revision=2), {"wrong": 1}),
        ("again", ANSWERED, replace(ANSWERED, revision=2), {}),
        ("works", replace(ANSWERED, revision=2), replace(ANSWERED, revision=2, state="solved"), {}),
        ("works", replace(ANSWERED, state="solved"), replace(ANSWERED, state="solved"), {}),
        ("works", replace(ANSWERED, diagnosis=replace(KNOWN, known=False)), replace(ANSWERED, state="solved"), {}),
    ],
)
def test_people_say_whether_the_first_answer_was_right(
    kind: Kind, before: Case, after: Case, verdict: dict[str, int]
) -> None:
    assert tally.of_verdict(job(kind), before, after) == verdict


async def test_a_job_that_is_delivered_again_counts_once(redis: Redis) -> None:
    async def handle(_: Job) -> Case:
        return ANSWERED

    for _ in range(3):
        assert await tally.counting(redis, handle)(job("report")) == ANSWERED
    found = dict(await tally.totals(redis))
    assert found.pop("answer_ms") > 0
    assert sum(number for name, number in found.items() if name.startswith("answer_s:")) == 1
    assert (found["opened"], found["cause:token_expired"]) == (1, 1)


async def test_work_is_done_though_it_cannot_be_counted(redis: Redis) -> None:
    await redis.config_set("maxmemory", "1")
    assert not await tally.add(redis, {"opened": 1})
    await redis.config_set("maxmemory", "0")
    assert await tally.add(redis, {"opened": 1})
