"""The length of the logged answer, held against those of our own."""

from __future__ import annotations

import pytest

from bot.model import Exchange
from bot.reading.sizes import like_ours
from tests.reading.scenes import entry

WITHOUT, MADE_UP = '{"message":"no token"}', '{"message":"signature is invalid"}'


def found(size: int, *, without: str = WITHOUT, made_up: str = MADE_UP) -> list[str]:
    answers = [(label, Exchange(status=401, body=body)) for label, body in (("without", without), ("made_up", made_up))]
    return [f.id for f in like_ours(answers, [entry(0, status=401, fields=(("size", str(size)),))])]


@pytest.mark.parametrize(
    ("body", "told"),
    [(WITHOUT, "probe.reporter_like_without"), (MADE_UP, "probe.reporter_like_made_up")],
)
def test_an_answer_as_long_as_one_of_ours_is_that_one(body: str, told: str) -> None:
    assert found(len(body)) == [told]


def test_other_lengths_and_answers_of_one_length_tell_nothing() -> None:
    assert found(len(WITHOUT) + 1) == []
    assert found(len(WITHOUT), made_up=WITHOUT.upper()) == []
    assert found(2, without="no", made_up="never") == []
