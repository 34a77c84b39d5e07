import io
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from rich.console import Console

from bot.model import Diagnosis
from bot.terminal import show, show_cause
from knowledge.causes import KnownCause, causes
from tests.blocks.samples import (
    ALL,
    EXPIRED,
    HOSTILE,
    LIKELY,
    MANY,
    SECRET,
    SIGNATURE,
    SIGNED,
    STRANGE,
    UNKNOWN,
    hostile,
)

STYLING = re.compile(r"\x1b\[[\d;]*m")


def printed(diagnosis: Diagnosis, width: int = 80, colour: bool = False) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=colour, color_system="256" if colour else None)
    show(diagnosis, console)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def check_inert(text: str) -> None:
    rest = STYLING.sub("", text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", rest)


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("diagnosis", ALL.values(), ids=ALL)
def test_no_line_is_wider_than_the_terminal_and_nothing_acts(diagnosis: Diagnosis, width: int) -> None:
    text = printed(diagnosis, width)
    check_inert(text)
    assert all(len(line) <= width for line in text.splitlines() if line.isascii())


@settings(max_examples=15)
@given(STRANGE)
def test_whatever_strangers_write(text: str) -> None:
    for diagnosis in (hostile(text), replace(hostile(text), known=False)):
        check_inert(printed(diagnosis, colour=True))


def test_markup_in_a_report_is_shown_and_not_obeyed() -> None:
    text = printed(hostile("[red]x[/red] [/] [link=https://e]"), 200)
    assert "[red]x[/red]" in text and "[link=https://e]" in text


def test_it_answers_in_order() -> None:
    text = printed(EXPIRED, 120)
    parts = ["Your token expired at", "Very likely, 92\u00a0%", "What to do now", "Why", "What speaks against it",
             "What else it could be", "Ruled out", "Log lines of this request", "Asked now", "Notes"]  # fmt: skip
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    for part in ("okhttp/4.12", "somebody@example.com", "WWW-Authenticate", "token.expired", "old.log.gz"):
        assert part in text


def test_the_question_and_its_answers_are_told() -> None:
    assert "Does it work in a private window? (Yes / No / I cannot try)" in printed(LIKELY)


def test_not_knowing_is_said_first() -> None:
    text = printed(UNKNOWN)
    assert text.startswith("I don't know yet") and "My best guesses" in text and "What to do now" not in text


def test_a_posted_secret_is_warned_of_first_of_all() -> None:
    assert printed(SECRET, 200).startswith("! This report holds secrets (JSON Web Token)")


def test_long_lists_say_how_much_more_there_is() -> None:
    text = printed(MANY)
    assert "160 more" in text and "28 more" in text


def test_a_secret_that_came_this_far_goes_no_further() -> None:
    assert SIGNATURE not in re.sub(r"\s", "", printed(hostile(f"Authorization: Bearer {SIGNED}")))


def test_without_colour_there_are_no_escapes() -> None:
    assert "\x1b" not in printed(hostile(HOSTILE))
    assert STYLING.search(printed(EXPIRED, colour=True))


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_an_output_with_few_characters_gets_numbers_for_the_others(encoding: str) -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    show(hostile("日本 👩‍👧"), Console(file=file, width=80))
    file.flush()
    assert ("##########--" in raw.getvalue().decode(encoding)) == (encoding != "utf-8")


@pytest.mark.parametrize("cause", causes().values(), ids=causes())
def test_every_cause_has_its_page(cause: KnownCause) -> None:
    console = Console(file=io.StringIO(), width=80)
    show_cause(cause, console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert text.startswith(cause.title) and cause.id in text and "What to do (" in text
