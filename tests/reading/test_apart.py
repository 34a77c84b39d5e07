"""Two files of one service whose clocks are apart."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.logs.interface import Found
from bot.model import Entry, Report
from bot.reading.apart import aligned
from bot.reading.summary import prepared, read
from tests.reading.scenes import NOON, entry

CALLS = (
    (-300.0, "/a", 200),
    (-200.0, "/b", 200),
    (0.0, "/v1/items", 401),
    (130.0, "/v1/items", 401),
    (210.0, "/a", 200),
)


def proxy(calls: Sequence[tuple[float, str, int]] = CALLS) -> list[Entry]:
    return [entry(s, path=p, status=c, offset=n) for n, (s, p, c) in enumerate(calls)]


def application(off: float, calls: Sequence[tuple[float, str, int]] = CALLS) -> list[Entry]:
    """Its own lines of the same calls, on a clock that is so far ahead, with the reason before each refusal."""
    told = [entry(s + off, file="app.log", path=p, status=c, offset=10 * n + 9) for n, (s, p, c) in enumerate(calls)]
    said = "token rejected: not yet valid"
    why = [
        entry(s + off, file="app.log", format="plain", method=None, path=None, text=said, message=said, offset=10 * n)
        for n, (s, _, c) in enumerate(calls)
        if c == 401
    ]
    return [*told, *why]


def found(base: list[Entry], other: list[Entry], late: tuple[Entry, ...] = ()) -> Found:
    mine = next(e for e in base if e.status == 401)
    return Found(request=(mine,), around=(*base, *other), beyond=late, how="window", files=("access.log", "app.log"))


def ids(it: Found) -> set[str]:
    return {f.id for f in read(Report(text="401", posted_at=NOON, at=NOON, path="/v1/items"), prepared(it)).findings}


@pytest.mark.parametrize("off", [-664.0, -90.0, 775.0])
def test_the_lines_of_a_clock_that_is_off_are_brought_to_the_request(off: float) -> None:
    it = found(proxy(), application(off))
    assert aligned(it).apart == (("app.log", off),)
    assert {e.file for e in aligned(it).request} == {"access.log", "app.log"}
    assert {"log.clocks_apart", "says.token_not_yet_valid"} <= ids(it)


def test_what_lies_beyond_the_neighbourhood_is_moved_into_it() -> None:
    it = found(proxy(), [], tuple(application(2000.0)))
    assert {e.file for e in aligned(it).request} == {"access.log", "app.log"}


def test_time_zones_are_no_clock_that_is_off() -> None:
    it = found(proxy(), application(3600.0))
    assert aligned(it).apart == (("app.log", 3600.0),)
    assert "log.clocks_apart" not in ids(it)


@pytest.mark.parametrize(
    "calls",
    [
        tuple((60.0 * n, "/v1/items", 401) for n in range(8)),  # a poll meets itself at every step
        ((0.0, "/v1/items", 401), (50.0, "/a", 200)),  # too few
    ],
)
def test_where_it_is_not_sure_nothing_is_moved(calls: tuple[tuple[float, str, int], ...]) -> None:
    it = found(proxy(calls), application(-90.0, calls))
    assert aligned(it) is it


def test_other_requests_are_no_sign() -> None:
    it = found(proxy(), application(-664.0, ((0.0, "/v1/items", 401), (77.0, "/c", 200), (91.0, "/d", 401))))
    assert aligned(it) is it
