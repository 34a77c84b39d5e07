"""Times that refused requests bring, at one distance from the clock that wrote their lines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model import Entry, Report
from bot.reading.stamped import APART
from tests.reading.scenes import NOON, entry, ids, reading

DAY = 86_400.0


def refused(second: float, off: float, words: str = "signature refused, timestamp: {stamp}") -> Entry:
    stamp = int(NOON.timestamp() + second + off)
    return entry(second, status=None, level="warning", message="", text=words.format(stamp=stamp))


def shown(*offs: float, words: str = "signature refused, timestamp: {stamp}", report: Report | None = None) -> set[str]:
    lines = [refused(at * 40.0, off, words) for at, off in enumerate(offs)]
    return ids(reading(entry(1, status=401, text="GET /v1/items 401"), lines, report)) & {APART}


@pytest.mark.parametrize(
    ("offs", "words"),
    [
        ((9 * DAY + 75, 9 * DAY + 76), "signature refused, timestamp: {stamp}"),
        ((-700.0, -702.0, -699.0), '{{"error":"invalid hmac","x-acme-timestamp":"{stamp}"}}'),
        ((3 * DAY, 3 * DAY + 2), "request rejected signed_at={stamp}000"),
    ],
)
def test_a_constant_distance_tells_that_the_clocks_are_apart(offs: tuple[float, ...], words: str) -> None:
    assert shown(*offs, words=words) == {APART}


@pytest.mark.parametrize(
    "offs",
    [
        (9 * DAY,),
        (2.0, 1.0, 3.0),
        (-4000.0, -9000.0),
        (7200.0, 7201.0),
        (-19800.0, -19799.0),
    ],
    ids=["one alone", "in time", "old messages", "zone of two hours", "zone of half hours"],
)
def test_what_is_in_time_sent_again_or_of_another_zone_tells_nothing(offs: tuple[float, ...]) -> None:
    assert shown(*offs) == set()


def test_lines_of_the_wrong_day_are_the_reports_by_the_time_that_came() -> None:
    report = Report(
        text="401", posted_at=NOON + timedelta(days=9, hours=1), at=NOON + timedelta(days=9), path="/v1/items"
    )
    lines = [refused(at * 30.0, 9 * DAY + 20) for at in range(2)]
    found = reading(entry(1, status=401, text="GET /v1/items 401"), lines, report).findings
    assert [f.trust >= 0.7 for f in found if f.id == APART] == [True]


def test_times_of_one_caller_tell_sooner_where_those_of_others_are_in_time() -> None:
    late = [
        entry(n * 40.0, status=401, client="203.0.113.9", user_agent="curl/8", text=_stamped(n * 40.0 - 42))
        for n in range(3)
    ]
    fine = [
        entry(n * 10.0, status=200, client="203.0.113.5", user_agent="node", text=_stamped(n * 10.0 - 1))
        for n in range(4)
    ]
    assert APART in ids(reading(late[1], [late[0], late[2], *fine]))
    assert APART not in ids(reading(late[1], [late[0], late[2]]))


def _stamped(second: float) -> str:
    return f"GET /v1/items?hmac_timestamp={int(NOON.timestamp() + second)}&hmac_sign=77aa"
