from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import codec
from bot.cases import Case
from bot.codec import UnreadableError
from bot.jobs import File, Job
from bot.model import Cause, Diagnosis, Evidence, Exchange, NextStep, Presented, Report, TokenFacts

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
moments = st.datetimes(timezones=st.just(UTC))
tokens = st.builds(TokenFacts, segments=st.integers(0, 9), length=st.integers(0), aud=st.tuples(words))
presented = st.builds(Presented, place=st.just("header"), kind=st.just("jwt"), token=st.none() | tokens)
exchanges = st.builds(
    Exchange, url=st.none() | words, status=st.none() | st.integers(100, 599), body=words, at=st.none() | moments
)
reports = st.builds(
    Report,
    text=words,
    posted_at=moments,
    url=st.none() | words,
    at=st.none() | moments,
    at_precision_s=st.none() | st.floats(0, 1e6),
    ids=st.tuples(words, words),
    exchanges=st.lists(exchanges, max_size=2).map(tuple),
    presented=st.lists(presented, max_size=2).map(tuple),
)
evidence = st.builds(Evidence, finding=words, source=words, text=words, weight=st.floats(-9, 9))
causes = st.builds(Cause, id=words, title=words, confidence=st.floats(0, 1), owner=words, evidence=st.tuples(evidence))
diagnoses = st.builds(
    Diagnosis,
    report=reports,
    causes=st.tuples(causes),
    known=st.booleans(),
    next_step=st.none() | st.builds(NextStep, kind=st.just("test"), text=words, why=words, answers=st.tuples(words)),
)
AT = datetime(2026, 3, 1, tzinfo=UTC)


@given(st.builds(Case, report=reports, diagnosis=st.none() | diagnoses, created=moments, updated=moments))
def test_a_case_comes_back_as_it_was(case: Case) -> None:
    assert codec.load(Case, codec.dump(case)) == case


@given(st.builds(Job, report=st.none() | reports, files=st.tuples(st.builds(File)), at=moments))
def test_a_job_comes_back_as_it_was(job: Job) -> None:
    assert codec.load(Job, codec.dump(job)) == job


@given(st.text(max_size=200) | st.dictionaries(words, words).map(str))
def test_anything_else_is_unreadable_and_not_quoted(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        codec.load(Report, text)
    assert str(caught.value).startswith("Report: ")


def test_a_value_of_another_type_is_not_bent_into_shape() -> None:
    good = codec.dump(Report(text="x", posted_at=AT + timedelta(hours=1)))
    assert '"text":"x"' in good
    with pytest.raises(UnreadableError):
        codec.load(Report, good.replace('"text":"x"', '"text":1'))


@given(st.text(st.characters(categories=["Cs", "Ll"]), min_size=1, max_size=9))
def test_text_that_is_no_unicode_is_kept_as_well_as_it_can_be(text: str) -> None:
    kept = codec.load(Report, codec.dump(Report(text=text, posted_at=AT)))
    assert kept.text == text.encode(errors="replace").decode()
