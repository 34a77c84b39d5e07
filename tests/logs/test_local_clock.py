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
        (datetime(2026, 11, 27, 9, 2), 40, 0, "u0934"),
        (datetime(2026, 11, 27, 13, 4), 40, BERLIN, "u1334"),
        (datetime(2026, 11, 27, 8, 40), 40, 0, "u0840"),
    ],
    ids=[
        "begins too late",
        "goes on into the future",
        "ends too early",
        "fits",
        "was read later",
        "lies in the future",
        "lies further in the future",
        "fits no whole hour",
    ],
)
def test_the_clock_that_fits_is_taken(tmp_path: Path, first: datetime, minutes: int, ahead_s: int, name: str) -> None:
    assert user(asked(tmp_path, first, minutes, ahead_s)) == name


def test_the_times_of_a_local_log_are_told_in_utc(tmp_path: Path) -> None:
    found = asked(tmp_path, datetime(2026, 11, 27, 9, 2), 40, BERLIN)
    assert found.request[0].time == AT


def test_a_log_that_names_its_zone_is_believed(tmp_path: Path) -> None:
    assert user(asked(tmp_path, datetime(2026, 11, 27, 9, 2), 40, BERLIN, zone="+00:00")) == "u0902"


def test_a_log_beside_it_that_names_its_zone_tells_how_late_it_is(tmp_path: Path) -> None:
    (tmp_path / "proxy.log").write_text("2026-11-27T09:41:00Z INFO GET /x 200\n")
    folder = tmp_path / "apps"
    folder.mkdir()
    asked(folder, datetime(2026, 11, 27, 8, 2), 100, 0)
    query = LogQuery(posted_at=POSTED, at=AT, precision_s=20.0, path="/pay", ahead_s=BERLIN)
    assert user(find(query, [str(tmp_path)])) == "u0834"


def test_a_time_that_is_told_roughly_may_lie_beyond_the_log(tmp_path: Path) -> None:
    asked(tmp_path, datetime(2026, 11, 27, 8, 40), 3, 0)
    query = LogQuery(posted_at=POSTED, at=AT, precision_s=900.0, path="/pay", ahead_s=DENVER)
    assert user(find(query, [str(tmp_path)])) == "u0840"


def test_where_two_programs_are_on_two_clocks_that_of_utc_is_taken(tmp_path: Path) -> None:
    asked(tmp_path, datetime(2026, 11, 27, 8, 2), 40, 0)
    (tmp_path / "home.log").write_text("2026-11-27 09:10:00 INFO up\n2026-11-27 09:40:00 INFO still up\n")
    query = LogQuery(posted_at=POSTED, at=AT, precision_s=20.0, path="/pay", ahead_s=BERLIN)
    assert user(find(query, [str(tmp_path)])) == "u0834"


def test_rotated_files_are_of_one_program(tmp_path: Path) -> None:
    asked(tmp_path, datetime(2026, 11, 27, 8, 50), 54, 0)
    (tmp_path / "app.log.1").write_text("2026-11-27 06:00:00 INFO up\n2026-11-27 08:49:00 INFO still up\n")
    query = LogQuery(posted_at=POSTED, at=AT, precision_s=20.0, path="/pay", ahead_s=BERLIN)
    assert user(find(query, [str(tmp_path)])) == "u0934"


def refused(*moments: datetime, words: str = "") -> str:
    return "".join(f"{t:%Y-%m-%d %H:%M:%S} WARNING GET /pay 401 user=u{t:%H%M}{words}\n" for t in moments)


def around(moment: datetime) -> list[datetime]:
    return [moment + timedelta(minutes=m) for m in range(-70, 90, 5)]


@pytest.mark.parametrize(
    "header",
    ["# Logfile created on 2026-11-27 08:00:34 +0100 by logger.rb/v1.5.0", "; opened 2026-11-27 08:00:34 CET, pid 7"],
)
def test_what_stands_before_the_first_record_names_the_zone(tmp_path: Path, header: str) -> None:
    log = tmp_path / "app.log"
    log.write_text(header + "\n" + refused(*around(AT + timedelta(minutes=1))))
    query = LogQuery(posted_at=POSTED, at=AT + timedelta(minutes=1), precision_s=20.0, path="/pay")
    assert user(find(query, [str(log)])) == "u0935"


def test_another_log_of_the_service_names_the_zone(tmp_path: Path) -> None:
    local = [t + timedelta(hours=1) for t in around(AT)]
    (tmp_path / "front.log").write_text("".join(f"{t:%Y-%m-%dT%H:%M:%S}+01:00 GET /ok 200\n" for t in local))
    (tmp_path / "app.log").write_text(refused(*local))
    query = LogQuery(posted_at=POSTED, at=AT, precision_s=20.0, path="/pay")
    assert user(find(query, [str(tmp_path)])) == "u0934"


def test_a_log_on_utc_beside_one_on_local_time_stays_on_utc(tmp_path: Path) -> None:
    local = [t + timedelta(hours=1) for t in around(AT)]
    (tmp_path / "front.log").write_text("".join(f"{t:%Y-%m-%dT%H:%M:%S}+01:00 GET /ok 200\n" for t in local))
    (tmp_path / "app.log").write_text(refused(*around(AT)))
    query = LogQuery(posted_at=POSTED, at=AT, precision_s=20.0, path="/pay")
    assert user(find(query, [str(tmp_path)])) == "u0834"


@pytest.mark.parametrize("hours", [2, 5.5, -5])
def test_the_line_with_the_id_sets_the_clock(tmp_path: Path, hours: float) -> None:
    written = AT + timedelta(hours=hours)
    (tmp_path / "app.log").write_text(
        refused(written - timedelta(hours=20)) + refused(written, words=" rid=4f21e8aa90") + refused(POSTED)
    )
    query = LogQuery(posted_at=POSTED, at=AT, precision_s=20.0, ids=("4f21e8aa90",))
    assert find(query, [str(tmp_path)]).request[0].time == AT


def test_a_line_with_the_id_at_some_other_time_sets_none(tmp_path: Path) -> None:
    """Seventeen minutes are no zone: the time was told wrong."""
    written = AT - timedelta(minutes=17)
    (tmp_path / "app.log").write_text(refused(written, words=" rid=4f21e8aa90") + refused(POSTED))
    query = LogQuery(posted_at=POSTED, at=AT, precision_s=20.0, ids=("4f21e8aa90",))
    assert find(query, [str(tmp_path)]).request[0].time == written
