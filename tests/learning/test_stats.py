"""The statistics say what happened, and no more than the numbers carry."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot import outcomes, stats
from bot.cli import main
from bot.outcomes import Answer, How, Outcome
from bot.stats import interval, span
from bot.stats_words import told
from handlers.blocks.stats import stats_message
from tests.blocks.test_blocks import check
from tests.learning.conftest import CREATED, case_of

WAYS: list[How] = ["seen_in_logs", "probe", "reporter", "engineer"]
SOME = st.sampled_from(["token_expired", "clock_skew", "wrong_audience", ""])


def answer(at: int, cause: str, confidence: float, seconds: float = 30) -> Answer:
    moment = CREATED + timedelta(seconds=seconds)
    return Answer(case=str(at), team="T1", cause=cause, confidence=confidence, reported=CREATED, at=moment)


def ended(at: int, cause: str, how: How, seconds: float = 600) -> Outcome:
    moment = CREATED + timedelta(seconds=seconds)
    return Outcome(case=str(at), team="T1", cause=cause, how=how, revision=1, reported=CREATED, at=moment)


def test_what_was_right_is_counted_against_what_became_known() -> None:
    answers = {str(n): answer(n, "token_expired", 0.9, seconds=10 * (n + 1)) for n in range(10)}
    answers["no"] = answer(99, "", 0.0)
    ends = {str(n): ended(n, "token_expired" if n < 3 else "clock_skew", "probe", 100 * (n + 1)) for n in range(4)}
    ends["5"] = ended(5, "", "reporter", 1000)
    ends["no"] = ended(99, "wrong_audience", "engineer", 9e9)
    found = span(answers, ends)
    assert (found.cases, found.named, found.confirmed, found.right) == (11, 10, 4, 3)
    assert found.ways == (("probe", 4),)
    assert [(b.low, b.high, b.answers, b.right) for b in found.bins] == [(0.8, 0.95, 4, 3)]
    assert found.error == pytest.approx(0.15)
    assert found.answer == stats.Times(10, 55, 90)
    assert found.fix == stats.Times(5, 300, 1000)
    assert found.causes == (("token_expired", 8), ("clock_skew", 1), ("wrong_audience", 1))
    words = list(told(found))
    assert "right in 3 of the 4 where it became known (75\u00a0%; so few that it may be 30 to 95\u00a0%)" in " ".join(
        words
    )
    assert not any("expected calibration error" in line for line in words)
    assert span(answers, ends, CREATED + timedelta(seconds=1)).cases == 0


@given(
    st.dictionaries(st.integers(0, 60).map(str), st.tuples(SOME, st.floats(0, 1), SOME, st.sampled_from(WAYS))),
)
def test_every_number_is_within_the_one_that_it_is_a_part_of(cases: dict[str, Any]) -> None:
    answers = {name: answer(0, cause, confidence) for name, (cause, confidence, _, _) in cases.items()}
    ends = {name: ended(0, true, how) for name, (_, _, true, how) in cases.items()}
    found = span(answers, ends)
    assert found.right <= found.confirmed <= found.named <= found.cases == len(cases)
    assert sum(b.answers for b in found.bins) == found.confirmed == sum(n for _, n in found.ways)
    assert all(b.right <= b.answers and b.low <= b.confidence <= b.high for b in found.bins)
    assert found.error is None or 0 <= found.error <= 1
    check(stats_message(stats.Stats(found, replace(found, cases=found.cases + 1))))


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_interval_holds_the_share_and_narrows(right: int, wrong: int) -> None:
    low, high = interval(right, right + wrong)
    assert 0 <= low <= right / (right + wrong) <= high <= 1
    wider = interval(right * 10, (right + wrong) * 10)
    assert wider[1] - wider[0] < high - low


async def test_a_workspace_sees_its_own(redis: Redis) -> None:
    now = datetime.now(UTC)
    for at, team in enumerate(["T1", "T1", "T2"]):
        days = 90 * at
        case = replace(case_of(id=f"AB2{at + 2}", team=team), created=now - timedelta(days=days))
        await outcomes.answered(redis, replace(case, updated=case.created + timedelta(seconds=5)))
        await outcomes.confirm(redis, case, "seen_in_logs")
    first, both = await stats.read(redis, "T1"), await stats.read(redis)
    assert (first.month.cases, first.all.cases, both.all.cases, both.all.right) == (1, 2, 3, 3)


def test_the_command_prints_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOCKSMITH_DATA", str(tmp_path / "data"))
    assert main(["stats"]) == 0
    assert "No case was answered" in capsys.readouterr().out
    assert main(["stats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["all"]["cases"] == 0
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    assert main(["stats"]) == 2
    assert capsys.readouterr().err.startswith("locksmith: REDIS_URL: does not answer")
