"""A line that misses its header among those that came, and the clock on the wall where a line was written."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Entry
from bot.reading.seen import elsewhere
from bot.reading.wall import on_the_wall


def line(text: str, time: datetime | None = None) -> Entry:
    return Entry(file="a.log", offset=0, text=text, format="plain", message=text, time=time)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("header absent, seen Accept Api-Key User-Agent", True),
        ("no key header (host, accept, x-auth-token, user-agent)", True),
        ("header missing; came: Accept, Authorization, Connection", True),
        ("header absent, seen Accept User-Agent", False),
        ("csrf header missing, seen Accept, Authorization, Host", False),
        ("request came with Accept, Authorization, Host", False),
    ],
)
def test_a_credential_in_another_header_is_seen_in_the_list(text: str, seen: bool) -> None:
    assert [f.id for f in elsewhere([line(text)])] == (["request.other_header_wanted"] if seen else [])


@pytest.mark.parametrize(
    ("stamp", "ahead"),
    [
        ("2026-11-19 11:38:22 W x", 1),
        ("2026-11-19T10:38:22Z", 0),
        ("[19/Nov/2026:05:38:22]", -5),
        ("no stamp 07:01:13", 0),
    ],
)
def test_a_record_is_in_the_zone_of_its_own_stamp(stamp: str, ahead: int) -> None:
    moment = on_the_wall(line(stamp, datetime(2026, 11, 19, 10, 38, 22, tzinfo=UTC)))
    assert moment is not None
    assert moment.utcoffset() == timedelta(hours=ahead)
