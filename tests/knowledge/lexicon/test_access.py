"""Words about being let in, and words about anything else."""

import pytest

from knowledge.lexicon import speaks_of_access


@pytest.mark.parametrize(
    "text",
    [
        "I can't log in to the portal",
        "komme nicht rein seit heute früh",
        "Passwort falsch, sagt das Portal",
        "je n'arrive pas à me connecter",
        "it kicks me out all the time",
        "access denied",
        "ログインできません",
        "API answers 401",
        "my token has expired",
    ],
)
def test_who_wants_in_is_heard(text: str) -> None:
    assert speaks_of_access(text)


@pytest.mark.parametrize(
    "text",
    ["hello there", "when is lunch?", "wyh 5STA", "who owns the wiki?", "the build is red again", "room 4010", ""],
)
def test_who_speaks_of_something_else_is_not(text: str) -> None:
    assert not speaks_of_access(text)
