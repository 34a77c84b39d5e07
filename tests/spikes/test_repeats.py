"""One client that is refused again and again is told from many who are."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.spikes.model import Cell
from bot.spikes.repeats import CROWD, KEPT_S, MOST, Repeats

CELLS = [Cell("GET /a", "curl/8", "10.0.0.0/24"), Cell("GET /b", "ios/5", "10.0.0.0/24")]
ASKED = st.lists(st.tuples(st.integers(0, 8), st.sampled_from(CELLS), st.integers(1, 4)), max_size=80)


def repeated(asked: list[tuple[int, Cell, int]], repeats: Repeats, minute: int = 60) -> Counter[Cell]:
    found: Counter[Cell] = Counter()
    for caller, cell, times in asked:
        for other, more in repeats.changes(minute, cell, b"%d" % caller, times):
            found[other] += more
    return found


@given(ASKED)
def test_a_repeat_counts_once_so_many_callers_had_as_many(asked: list[tuple[int, Cell, int]]) -> None:
    had: Counter[int] = Counter()
    for caller, _, times in asked:
        had[caller] += times
    alone = sum(sum(other > nth for other in had.values()) < CROWD for times in had.values() for nth in range(times))
    found = repeated(asked, Repeats())
    assert found.total() == alone
    assert all(number >= 0 for number in found.values())


def test_a_retry_loop_among_others_counts_as_often_as_they_do() -> None:
    repeats, others = Repeats(), [(caller, CELLS[0], 7) for caller in range(2, 1 + CROWD)]
    assert repeated([(1, CELLS[1], 10 * MOST)], repeats) == {CELLS[1]: 10 * MOST}
    assert repeated(others[1:], repeats) == {CELLS[0]: 7 * (CROWD - 2)}
    assert repeated(others[:1], repeats) == {CELLS[0]: -7 * (CROWD - 2), CELLS[1]: -7}
    assert repeated(others, repeats, 120 + KEPT_S) == {CELLS[0]: 7 * (CROWD - 1)}  # of another time
