"""Of what is said of a case's end, the best known stands, however often and in whatever order it is said."""

from dataclasses import replace
from itertools import permutations

import pytest
from redis.asyncio import Redis

from bot import audit, outcomes
from bot.ledger import Ledger
from bot.outcomes import ANSWERS, OUTCOMES, Answer, Seen, answered, confirm, correct
from tests.learning.conftest import CREATED, case_of


async def test_the_best_way_of_knowing_stands_in_whatever_order_it_comes(redis: Redis) -> None:
    ways: list[Seen] = ["reporter", "probe", "seen_in_logs"]
    orders = list(permutations(ways))
    for at, order in enumerate(orders):
        case = case_of(id=f"AB2{at}")
        for how in (*order, *order):
            await confirm(redis, case, how)
    kept = await OUTCOMES.all(redis)
    assert len(kept) == len(orders)
    assert {(o.cause, o.how, o.service) for o in kept.values()} == {("token_expired", "seen_in_logs", "orders")}


async def test_a_later_answers_end_replaces_an_earlier_ones_and_nothing_an_engineers_word(redis: Redis) -> None:
    first = case_of("token_expired")
    second = replace(case_of("clock_skew"), revision=2)
    await confirm(redis, first, "seen_in_logs")
    await confirm(redis, second, "reporter")
    await confirm(redis, first, "seen_in_logs")
    (kept,) = (await OUTCOMES.all(redis)).values()
    assert (kept.cause, kept.how) == ("clock_skew", "reporter")
    await correct(redis, first, "wrong_audience", "U9")
    await confirm(redis, replace(second, revision=3), "seen_in_logs")
    (kept,) = (await OUTCOMES.all(redis)).values()
    assert (kept.cause, kept.how) == ("wrong_audience", "engineer")
    lines = [fields for _, fields in await redis.xrange(audit.STREAM) or ()]
    assert lines == [{"team": "T1", "user": "U9", "action": "correct", "case": "AB23", "about": "wrong_audience"}]


async def test_the_first_answer_that_names_a_cause_is_the_first_answer(redis: Redis) -> None:
    for case in (case_of(""), case_of("clock_skew", 0.6), case_of("token_expired", 0.9), case_of("")):
        await answered(redis, case)
    (kept,) = (await ANSWERS.all(redis)).values()
    assert (kept.cause, kept.confidence, kept.reported) == ("clock_skew", 0.6, CREATED)


@pytest.mark.parametrize("how", ["reporter", "seen_in_logs"])
async def test_an_end_that_nobody_explained_names_no_cause(redis: Redis, how: Seen) -> None:
    await confirm(redis, case_of(""), how)
    (kept,) = (await OUTCOMES.all(redis)).values()
    assert kept.cause == ""


async def test_a_ledger_keeps_the_latest_and_skips_what_it_cannot_read(redis: Redis) -> None:
    ledger = Ledger(Answer, "few", 3)
    for at in range(5):
        moment = CREATED.replace(minute=at)
        assert await ledger.put(redis, str(at), Answer(case=str(at), team="T1", reported=CREATED, at=moment), moment)
    assert sorted(await ledger.all(redis)) == ["2", "3", "4"]
    await redis.hset("{locksmith}:few", "3", '0 {"of": "another version"}')
    assert sorted(await ledger.all(redis)) == ["2", "4"]
    assert list(await ledger.get(redis, ["1", "3", "4"])) == ["4"]
    assert outcomes.name(case_of()) == f"AB23-{int(CREATED.timestamp())}"
