"""The ledger counts as one would by hand: by minute and cell, within its hours, lines and what stores counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.spikes.callers import Callers
from bot.spikes.model import MINUTE, OTHER, Cell, Count
from bot.spikes.sources.interface import Counted
from bot.spikes.taken import Refusal, Taken
from bot.spikes.watch import words
from bot.spikes.watch.ledger import AHEAD_S, DAY, HOURS_S, Ledger
from bot.spikes.watch.words import Words

NOW = 400 * DAY + 90
"""A minute and a half after midnight."""
NAMES = (["GET /a", "GET /b", "POST /c"], ["app/1", "app/2"], ["", "192.0.2.0/24"])
minutes = st.sampled_from([-1, 0, 1, 2, HOURS_S // MINUTE - 1, HOURS_S // MINUTE, HOURS_S // MINUTE + 1, 9_000]).map(
    lambda back: NOW // MINUTE * MINUTE - back * MINUTE
) | st.just(NOW + AHEAD_S + MINUTE)
told = st.tuples(minutes, st.integers(0, 2), st.integers(0, 1), st.integers(0, 1))
answers = st.lists(st.tuples(told, st.booleans()), max_size=12)
Told = list[tuple[tuple[int, int, int, int], bool]]


def cell(places: Sequence[int]) -> Cell:
    return Cell(*(names[place] for names, place in zip(NAMES, places, strict=True)))


def taken(some: Told) -> Taken:
    refusals = [Refusal(minute, cell(places), b"", b"") for (minute, *places), refused in some if refused]
    return Taken(np.array([one for one, _ in some], np.int64).reshape(-1, 4).T, NAMES, refusals)


def of(ledger: Ledger) -> Counter[tuple[int, Cell, str]]:
    ledger.settle()
    assert ledger.fresh == ledger.waiting
    found = Counter[tuple[int, Cell, str]]()
    for minute, some in ledger.waiting.items():
        for one in ledger.counts(minute, some):
            found[minute, one.cell, "all"] = one.total
            found[minute, one.cell, "401"] = one.unauthorized
    return +found


@given(st.lists(answers, max_size=4))
def test_lines_and_stores_count_alike_and_as_by_hand(chunks: list[Told]) -> None:
    read, asked = (Ledger(Callers(), Words, NOW // MINUTE * MINUTE) for _ in range(2))
    by_hand = Counter[tuple[int, Cell, str]]()
    for some in chunks:
        read.add(taken(some), NOW)
        counted = tuple(Count(minute, cell(places), 1, int(refused)) for (minute, *places), refused in some)
        asked.count(Counted(counts=counted), NOW)
        for (minute, *places), refused in some:
            if read.oldest <= minute < NOW + AHEAD_S:
                by_hand.update([(minute, cell(places), kind) for kind in ("all", "401")[: 1 + refused]])
    assert of(read) == of(asked) == by_hand
    every = sum(map(len, chunks))
    assert read.strange == asked.strange == every - sum(n for (*_, kind), n in by_hand.items() if kind == "all")


def test_names_beyond_a_days_limits_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "LIMITS", (2, 256, 128))
    ledger, at = Ledger(Callers(), Words, NOW // MINUTE * MINUTE), NOW // MINUTE * MINUTE
    ledger.add(taken([((at, route, 0, 0), True) for route in (0, 1, 2, 1)]), NOW)
    known, other = cell((0, 0, 0)), cell((0, 0, 0))._replace(route=OTHER)
    assert of(ledger) == {
        (at, known, "all"): 1, (at, known, "401"): 1, (at, other, "all"): 3, (at, other, "401"): 3,
    }  # fmt: skip
