"""What the words before a token say of how it fared: a contraction denies as well."""

import pytest

from bot.tokens.pair import _fared


@pytest.mark.parametrize("words", ["this one doesn't work: ", "this isn’t accepted: ", "the other isnt fine: "])
def test_a_contraction_denies(words: str) -> None:
    assert _fared(words) is False


@pytest.mark.parametrize("words", ["this one works: ", "accepted: ", "the client works: ", "the old one is fine: "])
def test_what_is_let_in(words: str) -> None:
    assert _fared(words) is True
