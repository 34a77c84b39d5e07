"""When somebody is reminded, and when a case is looked at again."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases import Watch
from bot.casework.desk import Intervals
from bot.casework.timers import next_turn, working

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("start", "reminded"),
    [
        ("2026-03-03 10:00", "2026-03-04 10:00"),
        ("2026-03-03 22:30", "2026-03-05 09:00"),
        ("2026-03-03 03:00", "2026-03-04 09:00"),
        ("2026-03-06 16:00", "2026-03-09 16:00"),
        ("2026-03-07 11:00", "2026-03-09 11:00"),
        # Over the night in which summer begins it is the same hour of the day.
        ("2026-03-27 10:00", "2026-03-30 10:00"),
    ],
)
def test_a_working_day_later(start: str, reminded: str) -> None:
    at = datetime.fromisoformat(start).replace(tzinfo=BERLIN)
    assert working(at.astimezone(UTC), 1, BERLIN) == datetime.fromisoformat(reminded).replace(tzinfo=BERLIN)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), st.sampled_from(["Asia/Kolkata", "America/New_York"]))
def test_nobody_is_reminded_at_night_on_a_weekend_or_before_a_day_is_over(at: datetime, zone: str) -> None:
    start = at.replace(tzinfo=UTC)
    due = working(start, 1, ZoneInfo(zone)).astimezone(ZoneInfo(zone))
    assert due.weekday() < 5
    assert 9 <= due.hour < 17
    # An hour less where the clocks go forward.
    assert timedelta(hours=23) <= due.astimezone(UTC) - start <= timedelta(days=4)


@pytest.mark.parametrize(("minutes", "turn"), [(0, 1), (3, 1), (20, 3), (50 * 60, 7)])
def test_looks_that_were_slept_through_are_not_made_up_for(minutes: int, turn: int) -> None:
    begun = datetime(2026, 3, 3, 12, tzinfo=UTC)
    watch = next_turn(Watch(since=begun, begun=begun), Intervals(), begun + timedelta(minutes=minutes))
    assert watch.turn == turn
