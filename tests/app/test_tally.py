"""What is counted of a case, once each, whatever is delivered again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

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
    found = tally.of_answer(job("report"), ANSWERED, AT + timedelta(seconds=4))
    assert found == {"cause:token_expired": 1, "answer_ms": 4000, "answer_s:3": 1}
    unknown = replace(ANSWERED, revision=2, diagnosis=replace(KNOWN, known=False))
    assert tally.of_answer(job("again"), unknown, AT) == {"cause:unknown": 1}


SECOND, SOLVED = replace(ANSWERED, revision=2), replace(ANSWERED, state="solved")
UNKNOWN = replace(ANSWERED, diagnosis=replace(KNOWN, known=False))


@pytest.mark.parametrize(
    ("course", "right", "wrong"),
    [
        ([("report", ANSWERED), ("works", SOLVED)], 1, 0),
        ([("report", ANSWERED), ("failing", SECOND)], 0, 1),
        ([("report", ANSWERED), ("again", SECOND)], 0, 0),
        ([("report", ANSWERED), ("failing", SECOND), ("works", replace(SOLVED, revision=2))], 0, 1),
        ([("report", ANSWERED), ("works", SOLVED), ("failing", SECOND)], 1, 0),
        ([("report", UNKNOWN), ("failing", SECOND)], 0, 0),
        ([("report", UNKNOWN), ("works", replace(UNKNOWN, state="solved"))], 0, 0),
    ],
)
async def test_people_say_whether_the_first_answer_was_right(
    redis: Redis, course: list[tuple[Kind, Case]], right: int, wrong: int
) -> None:
    for kind, after in course:
        await tally.count(redis, job(kind), after)
    found = await tally.totals(redis)
    assert (found.get("right", 0), found.get("wrong", 0)) == (right, wrong)


async def test_what_is_told_again_counts_once(redis: Redis) -> None:
    for kind, after in [("report", ANSWERED)] * 3 + [("works", SOLVED)] * 2:
        await tally.count(redis, job(cast(Kind, kind)), after)
    found = dict(await tally.totals(redis))
    assert found.pop("answer_ms") > 0
    assert sum(number for name, number in found.items() if name.startswith("answer_s:")) == 1
    assert [found[name] for name in ("opened", "cause:token_expired", "named", "solved", "right")] == [1] * 5


async def test_work_is_done_though_it_cannot_be_counted(redis: Redis) -> None:
    await redis.config_set("maxmemory", "1")
    assert not await tally.add(redis, {"opened": 1})
    await redis.config_set("maxmemory", "0")
    assert await tally.add(redis, {"opened": 1})
