"""Confirmed cases move the engine as far as they go, and none of them not at all."""

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.diagnose import diagnose
from bot.engine.learned import COLDEST, ENOUGH, FINDING, HOTTEST, PSEUDO_CASES, Learned, Told, fitted, priors
from bot.model import Collected, Finding
from knowledge.causes import causes
from tests.engine.test_engine import REPORT, finding, some_findings

BASE = {cause.id: cause.prior for cause in causes().values()}
counts = st.dictionaries(st.sampled_from(sorted(BASE)), st.integers(0, 500), max_size=8)
EXPIRED = [Collected((finding("token.expired", 0.6),))]


@given(counts)
def test_learned_priors_are_shares_of_the_same_whole(seen: dict[str, int]) -> None:
    now, whole = priors(BASE, seen), sum(BASE.values())
    assert math.isclose(sum(now.values()) / whole, 1)
    assert all(value > 0 for value in now.values())
    total = sum(seen.values())
    if total:
        for name, value in now.items():
            share = (PSEUDO_CASES * BASE[name] / whole + seen.get(name, 0)) / (PSEUDO_CASES + total)
            assert math.isclose(value / whole, share)


@given(counts, st.sampled_from(sorted(BASE)), st.integers(1, 50))
def test_a_cause_that_was_confirmed_more_often_is_expected_more(seen: dict[str, int], name: str, more: int) -> None:
    before, after = priors(BASE, seen), priors(BASE, seen | {name: seen.get(name, 0) + more})
    assert after[name] > before[name]
    assert all(after[other] < before[other] for other in BASE if other != name)


@given(some_findings)
def test_nothing_confirmed_changes_nothing(some: list[Finding]) -> None:
    assert priors(BASE, {}) == priors(BASE, {"no_such_cause": 7}) == BASE
    plain = diagnose(REPORT, [Collected(tuple(some))])
    for learned in (Learned(), Learned({"no_such_cause": 7})):
        assert diagnose(REPORT, [Collected(tuple(some))], learned=learned) == plain


@given(some_findings, st.sampled_from(sorted(BASE)), st.integers(1, 200), st.integers(1, 200))
def test_confidence_grows_with_what_was_confirmed(some: list[Finding], name: str, few: int, more: int) -> None:
    def confidence(times: int) -> float:
        told = diagnose(REPORT, [Collected(tuple(some))], learned=Learned({name: times} if times else {}))
        assert math.isclose(sum(share for _, share in told.standing), 1, abs_tol=0.05)
        return dict(told.standing).get(name, 0.0)

    # Where the evidence as good as rules a cause out, what is left to the words is the same to some digits.
    assert confidence(0) <= confidence(few) + 1e-6 <= confidence(few + more) + 2e-6


def test_it_is_shown_as_evidence_and_is_no_evidence_by_itself() -> None:
    told = diagnose(REPORT, EXPIRED, learned=Learned({"token_expired": 12, "clock_skew": 3}))
    (shown,) = (e for e in told.causes[0].evidence if e.finding == FINDING)
    assert shown.text == "Seen 12 times at this service, of 15 confirmed cases"
    assert shown.weight > 0
    alone = diagnose(REPORT, [], learned=Learned({"token_expired": 3000}))
    assert alone.causes[0].id == "token_expired"
    assert not alone.known


def test_a_deployments_temperature_is_undone_by_what_is_told_with_it() -> None:
    """Fitting on answers that were told with a temperature finds the same as fitting on the untempered ones."""
    at_random = random.Random(7)
    plain, tempered = [], []
    for _ in range(400):
        share = at_random.uniform(0.5, 0.95)
        hot = share**0.5 / (share**0.5 + (1 - share) ** 0.5)
        true = "a" if at_random.random() < hot else "b"
        plain.append(Told((("a", share), ("b", 1 - share)), 1.0, true))
        tempered.append(Told((("a", hot), ("b", 1 - hot)), 2.0, true))
    assert 1.5 < fitted(plain) < 2.6
    assert math.isclose(fitted(plain), fitted(tempered), rel_tol=1e-3)


@given(st.lists(st.tuples(st.floats(0.01, 0.99), st.booleans()), min_size=ENOUGH, max_size=60))
def test_the_temperature_is_bounded_and_needs_enough_cases(answers: list[tuple[float, bool]]) -> None:
    told = [Told((("a", share), ("b", 1 - share)), 1.0, "a" if right else "c") for share, right in answers]
    assert COLDEST <= fitted(told) <= HOTTEST
    assert fitted(told[: ENOUGH - 1]) == 1.0
