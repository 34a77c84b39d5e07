"""Whatever stands in a store's rows: no answer is lost, and any part of them counts as it does among all."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.logs.names import network
from bot.spikes.model import Cell
from bot.spikes.sources.fold import Folding
from bot.spikes.sources.interface import Answer, Counted, Row
from bot.spikes.templates import Templates
from tests.spikes.traffic import START

WORDS = st.text(max_size=30) | st.sampled_from(["GET", "/v1/orders/17", "okhttp/4.12", "198.51.100.7", "Mozilla/5.0 ("])
ROWS = st.lists(
    st.builds(
        lambda minute, words, total, bad: Row._make((START + 60 * minute, *words, total, min(bad, total))),
        st.integers(0, 3),
        st.tuples(*[WORDS] * 5),
        st.integers(1, 50),
        st.integers(0, 50),
    ),
    max_size=20,
)


def sums(*some: Counted) -> Counter[tuple[int, Cell, str]]:
    found: Counter[tuple[int, Cell, str]] = Counter()
    for counted in some:
        for count in counted.counts:
            found[count.minute, count.cell, "total"] += count.total
            found[count.minute, count.cell, "bad"] += count.unauthorized
        for asked in counted.asked:
            found[asked.minute, asked.cell, asked.caller.hex()] += asked.times
    return +found


@given(rows=ROWS, at=st.integers(0, 20), beyond=st.integers(0, 9))
def test_nothing_is_lost_and_parts_add_up(rows: list[Row], at: int, beyond: int) -> None:
    for regions in (None, network):
        folding = Folding(Templates(["/v1/orders/{id}"]), regions)
        whole = folding.counted(Answer(tuple(rows)))
        assert sum(count.total for count in whole.counts) == sum(row.total for row in rows)
        assert sum(count.unauthorized for count in whole.counts) == sum(row.refused for row in rows)
        parts = [
            Folding(Templates(["/v1/orders/{id}"]), regions).counted(Answer(tuple(p))) for p in (rows[:at], rows[at:])
        ]
        assert sums(*parts) == sums(whole)
        known = sum(row.total for row in rows if row.minute == START)
        more = folding.counted(Answer(tuple(rows), {START: (known + beyond, beyond)}))
        assert sum(count.total for count in more.counts) == sum(row.total for row in rows) + beyond
        assert len(more.notes) == (beyond > 0)
