"""Every question's every answer, as a button and as words, means its finding and no other."""

from datetime import UTC, datetime

import pytest

from bot.intake import read
from bot.intake.merge import follow
from bot.investigate import investigate
from bot.model import NextStep, Report
from bot.reading.answered import collect, understood, user_named
from knowledge.questions import Question, questions

AT = datetime(2026, 9, 20, 10, 0, tzinfo=UTC)
REPORT = read("getting 401 on https://api.example.com/v1/orders since ten minutes", posted_at=AT)
ANSWERS = [(question, at) for question in questions().values() for at in range(len(question.answers))]
NAMED = pytest.mark.parametrize(("question", "at"), ANSWERS, ids=lambda v: v.id if isinstance(v, Question) else str(v))


def step(question: Question) -> NextStep:
    answers = tuple(text for text, _ in question.answers)
    return NextStep(kind=question.kind, text=question.text, why=question.why, answers=answers, id=question.id)


@NAMED
async def test_an_answer_is_its_finding_and_settles_its_question(question: Question, at: int) -> None:
    told = Report(text="", posted_at=AT, answered=((question.id, at),))
    diagnosis = await investigate(follow(REPORT, told))
    finding = question.answers[at][1]
    named = {found.id for found in diagnosis.findings}
    assert named & {other for _, other in question.answers if other} == ({finding} if finding else set())
    assert diagnosis.next_step is None or diagnosis.next_step.id != question.id


@NAMED
def test_an_answer_that_is_typed_is_understood(question: Question, at: int) -> None:
    words = question.answers[at][0]
    for said in (words, f"{words.lower()}.", f"  {words.upper()}!! "):
        assert understood(step(question), said) == at


@pytest.mark.parametrize(
    ("name", "words", "at"),
    [
        ("who", "only me", 1),
        ("place", "yes", 0),
        ("place", "no, at my desk", 1),
        ("before", "never worked", None),
        ("idle", "nope", 1),
        ("change", "yes", None),
        ("change", "no idea", 4),
        ("clock", "I don't know, sorry", 2),
        ("which_time", "I can't tell", 0),
        ("who", "everyone in the building says that they wait for the lift", None),
        ("who", "", None),
    ],
)
def test_words_that_are_no_answer_for_sure_are_none(name: str, words: str, at: int | None) -> None:
    assert understood(step(questions()[name]), words) == at


@pytest.mark.parametrize("name", ["who", "clock"])
async def test_who_cannot_tell_is_asked_something_else(name: str) -> None:
    question = questions()[name]
    told = Report(text="", posted_at=AT, answered=((name, len(question.answers)),))
    diagnosis = await investigate(follow(REPORT, told))
    assert diagnosis.next_step is not None and diagnosis.next_step.id != name
    assert {f.id for f in diagnosis.findings} == {f.id for f in (await investigate(REPORT)).findings}


def test_the_last_answer_to_a_question_counts_and_unknown_ones_are_passed_over() -> None:
    first, second = (Report(text="", posted_at=AT, answered=(("who", at),)) for at in (0, 1))
    both = follow(follow(REPORT, first), second)
    assert both.answered == (("who", 1),)
    assert {found.id for found in collect(both).findings} == {"report.only_some_affected"}
    assert not collect(Report(text="", posted_at=AT, answered=(("gone", 0), ("who", 9), ("who", -1)))).findings


@pytest.mark.parametrize("words", ["mira", "It was mira.", "my user name is `mira`", "as mira", "I sign in as mira"])
def test_a_user_name_that_is_asked_for_is_taken_from_the_answer(words: str) -> None:
    assert user_named(step(questions()["which_user"]), words) == "mira"


@pytest.mark.parametrize(
    ("name", "words"), [("which_time", "mira"), ("which_user", "I do not remember"), ("which_user", "")]
)
def test_what_is_no_user_name_or_was_not_asked_for_is_none(name: str, words: str) -> None:
    assert user_named(step(questions()[name]), words) is None
