"""Logs without a zone: on UTC unless only the writer's clock fits."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.logs.files import find
from bot.logs.interface import Found, LogQuery

POSTED = datetime(2026, 11, 27, 8, 44, tzinfo=UTC)
AT = datetime(2026, 11, 27, 8, 34, tzinfo=UTC)
BERLIN, DENVER = 3600, -7 * 3600


def asked(tmp_path: Path, first: datetime, minutes: int, ahead_s: int, zone: str = "") -> Found:
    """A log that tells every minute of a refusal, read for one at 08:34 UTC."""
    times = [first + timedelta(minutes=m) for m in range(minutes)]
    log = tmp_path / "app.log"
    log.write_text("".join(f"{t:%Y-%m-%d %H:%M:%S}{zone} WARNING GET /pay 401 user=u{t:%H%M}\n" for t in times))
    query = LogQuery(posted_at=POSTED, at=AT, precision_s=20.0, path="/pay", ahead_s=ahead_s)
    return find(query, [str(log)])


def user(found: Found) -> str | None:
    return found.request[0].user


@pytest.mark.parametrize(
    ("first", "minutes", "ahead_s", "name"),
    [
        (datetime(2026, 11, 27, 9, 2), 40, BERLIN, "u0934"),
        (datetime(2026, 11, 27, 6, 0), 222, BERLIN, "u0934"),
        (datetime(2026, 11, 27, 1, 0), 43, DENVER, "u0134"),
        (datetime(2026, 11, 27, 8, 2), 40, BERLIN, "u0834"),
        (datetime(2026, 11, 27, 8, 2), 60, BERLIN, "u0834"),
        (datetime(2026, 11, 27, 9, 2), 40, 0, "u0902"),
    ],
    ids=["begins too late", "goes on into the future", "ends too early", "fits", "was read later", "nobody is ahead"],
)
def test_the_clock_that_fits_is_taken(tmp_path: Path, first: datetime, minutes: int, ahead_s: int, name: str) -> None:
    assert user(asked(tmp_path, first, minutes, ahead_s)) == name


def test_the_times_of_a_local_log_are_told_in_utc(tmp_path: Path) -> None:
    found = asked(tmp_path, datetime(2026, 11, 27, 9, 2), 40, BERLIN)
    assert found.request[0].time == AT


def test_a_log_that_names_its_zone_is_believed(tmp_path: Path) -> None:
    assert user(asked(tmp_path, datetime(2026, 11, 27, 9, 2), 40, BERLIN, zone="+00:00")) == "u0902"
