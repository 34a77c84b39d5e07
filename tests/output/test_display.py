import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.display import clean, clusters, cut, isolate, one_line, units
from tests.blocks.samples import STRANGE


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a␛[31mb"),
        ("bell\x07 nul\x00 del\x7f", "bell␇ nul␀ del␡"),
        ("one\r\ntwo\ttabbed", "one\ntwo\ttabbed"),
        ("zero\u200bwidth\ufeff \u00adsoft", "zerowidth soft"),
        ("\u202eexe.png\u202c", "exe.png"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("c1 \x9b2J", "c1 <U+009B>2J"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("ab\u200dcd", "abcd"),
    ],
)
def test_nothing_acts_and_nothing_hides(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_in_a_log_line_what_is_invisible_is_named() -> None:
    assert clean("Bearer\u200b x\r", reveal=True) == "Bearer<U+200B> x␍"


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("👩‍👩‍👧‍👦 family", 8, "…"),
        ("🇩🇪🇫🇷", 6, "🇩🇪…"),
        ("👍🏽👍🏽", 6, "👍🏽…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("anything", 0, ""),
    ],
)
def test_a_cut_falls_between_what_a_reader_sees_as_characters(text: str, limit: int, shown: str) -> None:
    assert cut(text, limit) == shown


def test_right_to_left_text_ends_where_it_ends() -> None:
    assert isolate("שלום 401") == "\u2068שלום 401\u2069"
    assert isolate("plain 401 ✓") == "plain 401 ✓"


@given(STRANGE, st.integers(0, 60))
def test_cuts_keep_their_limit_and_split_no_cluster(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert units(shown) <= limit
    if shown != text and limit:
        ends = {stop for _, stop in clusters(text)} | {0}
        assert any(text[:end].rstrip() == shown[:-1] for end in ends)


@given(STRANGE)
def test_clean_text_holds_no_control_and_no_direction_override(text: str) -> None:
    for shown in (clean(text), clean(text, reveal=True), one_line(text)):
        rest = {char for char in shown if unicodedata.category(char) in {"Cc", "Cf", "Cs"}}
        assert rest <= {"\n", "\t", "\u200c", "\u200d"}
        shown.encode()


@given(STRANGE)
def test_clusters_cover_the_text(text: str) -> None:
    assert "".join(text[start:stop] for start, stop in clusters(text)) == text
