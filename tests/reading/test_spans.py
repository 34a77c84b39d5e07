"""Requests that a file tells in two lines without an id."""

from datetime import timedelta
from typing import Any

import pytest

from bot.logs.interface import Found
from bot.model import Entry
from bot.reading.spans import completed
from tests.reading.scenes import NOON, entry, ids, reading

ASPNET = ("Request starting HTTP/1.1 GET https://a.test/v1/items?page=2", "Request finished in 34.2ms {}")
OWN = ("begin GET /v1/items", "end {} 12ms")
ARROWS = ('--> "GET /v1/items"', "<-- {}")
GERMAN = ("Anfrage beginnt: GET /v1/items", "Anfrage beendet: {}")


def told(second: float, *messages: str, **known: Any) -> list[Entry]:
    """Lines of a program's own log, a hundredth of a second apart."""
    plain = {"format": "plain", "method": None, "path": None}
    return [
        entry(second + n / 100, **{**plain, **known}, message=message, text=message, offset=int(second * 1000) + n)
        for n, message in enumerate(messages)
    ]


def whole(lines: list[Entry]) -> list[tuple[str | None, str | None, int | None, str | None]]:
    found = completed(Found(request=tuple(lines[-2:]), around=tuple(lines)))
    return [(e.method, e.path, e.status, e.user) for e in found.around if e.status is not None]


@pytest.mark.parametrize(("begins", "ends"), [ASPNET, OWN, ARROWS, GERMAN])
def test_the_line_that_ends_a_request_knows_its_call(begins: str, ends: str) -> None:
    lines = told(0, begins, "key row 11 owner=webshop active", ends.format(401))
    assert whole(lines) == [("GET", "/v1/items", 401, "webshop")]
    assert completed(Found(request=(lines[-1],), around=tuple(lines))).request[0].path == "/v1/items"


def test_what_another_request_or_a_long_time_parts_is_not_joined() -> None:
    assert whole(told(0, OWN[0], "begin GET /v1/orders", OWN[1].format(200), OWN[1].format(401))) == []
    assert whole([*told(0, OWN[0]), *told(60, OWN[1].format(401))]) == []
    assert whole([*told(0, OWN[0], ids=("a1",)), *told(1, OWN[1].format(401), ids=("b2",))]) == []
    assert whole(told(0, "job begins", "job done, 401 rows")) == []


def test_everybody_refused_since_is_seen_where_a_request_is_told_in_two_lines() -> None:
    def request(second: float, owner: str, status: int) -> list[Entry]:
        return told(second, OWN[0], f"key row of owner={owner} found", OWN[1].format(status))

    good = [e for n in range(6) for e in request(n * 10 - 120, f"shop{n % 3}", 200)]
    bad = [e for n in range(5) for e in request(n * 10 - 40, f"shop{n % 3}", 401)]
    mine = bad[-1]
    assert mine.time == NOON + timedelta(seconds=0.02)
    assert "log.everyone_refused_since" in ids(reading(mine, [*good, *bad[:-1]], request=tuple(bad[-3:])))


def test_everybody_is_refused_where_the_log_names_only_whom_it_lets_in() -> None:
    good = [entry(n - 60, status=200, user=f"svc{n % 3}") for n in range(6)]
    bad = [entry(n * 5 - 20, status=401) for n in range(5)]
    assert "log.everyone_refused_since" in ids(reading(bad[-1], [*good, *bad[:-1]]))
    assert "log.everyone_refused_since" not in ids(reading(bad[-1], [*good, *bad[2:-1]]))
    assert "log.everyone_refused_since" not in ids(reading(bad[-1], [*good[::3], *bad[:-1]]))
