"""Who writes or is refused, as people say it: `names.tsv`."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import read

POSTED = datetime(2026, 11, 20, 16, tzinfo=UTC)
ROWS = [
    line.split("\t")
    for line in Path(__file__).with_name("names.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("report", "names"), ROWS)
def test_who_is_named_and_who_is_not(report: str, names: str) -> None:
    told = read(report.replace("\\n", "\n"), posted_at=POSTED).users
    assert told[:1] == (() if names == "-" else (names,))


@given(
    st.lists(
        st.sampled_from(["my", "login", "is", "Benutzer", "gr.", "Anna", "-- ", "\n", "(x)", ".", "als", "user:"]),
        max_size=30,
    )
)
def test_no_words_break_it(words: list[str]) -> None:
    assert len(read(" ".join(words), posted_at=POSTED).users) <= 8
