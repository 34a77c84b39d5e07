"""Strangers' files of counts: read rightly, or refused in one line that names the file, the line and the mending."""

from __future__ import annotations

import gzip
import tempfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.spikes import changes_file, counts_file
from bot.spikes.model import MINUTE, Cell, Change, Count, Node

HEADER = "time,route,user_agent,region,total,unauthorized,seen\n"
ROW = "2026-01-05T09:00:00Z,GET /a,web,north,5,1,2026-01-05T09:01:00Z\n"
NINE = 1_767_603_600


def written(folder: Path, text: str | bytes, name: str = "counts.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def read(path: Path) -> list[counts_file.Batch]:
    return list(counts_file.read(path))


names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
cells = st.builds(Cell, names, names, names)


@st.composite
def counts(draw: st.DrawFn) -> Count:
    total = draw(st.integers(1, 10**6))
    bad = draw(st.integers(0, total))
    minute = NINE + draw(st.integers(0, 300)) * MINUTE
    return Count(minute, draw(cells), total, bad, draw(st.integers(0, bad)))


@settings(deadline=None)
@given(st.lists(counts(), min_size=1, max_size=20), st.sampled_from(["c.csv", "c.csv.gz"]))
def test_what_is_written_is_read(some: list[Count], name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        counts_file.write(path, some)
        batches = read(path)
    assert sorted(c for _, batch in batches for c in batch) == sorted(some)
    assert [minute for minute, _ in batches] == list(range(batches[0][0], batches[-1][0] + 1, MINUTE))
    assert all(c.minute == minute for minute, batch in batches for c in batch)


@given(st.integers(-14 * 60, 14 * 60))
def test_a_moment_is_the_same_in_any_zone(offset: int) -> None:
    there = datetime.fromtimestamp(NINE, timezone(timedelta(minutes=offset)))
    assert counts_file.moment(there.isoformat()) == counts_file.moment(str(NINE)) == NINE


def test_columns_may_come_in_any_order_with_others_between(tmp_path: Path) -> None:
    text = (
        "\ufeffRegion,total,note,unauthorized,user_agent,time,route\nnorth,5,x,1,web,2026-01-05T10:00:00+01:00,GET /a\n"
    )
    assert read(written(tmp_path, text)) == [(NINE, [Count(NINE, Cell("GET /a", "web", "north"), 5, 1)])]


def test_late_and_repeated_rows_come_with_the_minute_in_which_they_were_seen(tmp_path: Path) -> None:
    late = ROW.replace("09:01:00Z", "09:04:10Z")
    (first, some), *quiet, (last, others) = read(written(tmp_path, HEADER + ROW + ROW + late))
    assert (first, len(some), last) == (NINE, 2, NINE + 4 * MINUTE)
    assert [c.minute for c in others] == [NINE]
    assert [batch for _, batch in quiet] == [[], [], []]


def test_shorter_intervals_are_put_together(tmp_path: Path) -> None:
    rows = [ROW.replace("09:00:00Z", f"09:00:{s:02}Z", 1).replace("09:01:00Z", f"09:00:{s + 10:02}Z") for s in (0, 10)]
    ((minute, batch),) = read(written(tmp_path, HEADER + "".join(rows)))
    assert (minute, sum(c.total for c in batch)) == (NINE, 10)


BAD = {
    "no column": ("time,route\n", "line 1: needs a first line with the columns", "missing: user_agent, region"),
    "empty": ("", "line 1: needs a first line", "missing: time"),
    "no rows": (HEADER, "holds no counts", "locksmith spikes counts"),
    "words for a number": (HEADER + ROW.replace(",5,", ",many,"), "line 2: has 'many' as total", "whole number"),
    "a negative number": (
        HEADER + ROW + ROW.replace(",1,", ",-1,"),
        "line 3: has '-1' as unauthorized",
        "not negative",
    ),
    "a fraction": (HEADER + ROW.replace(",5,", ",5.5,"), "line 2: has '5.5' as total", "whole number"),
    "a vast number": (HEADER + ROW.replace(",5,", f",{'9' * 30},"), "line 2: has '9999", "whole number"),
    "more 401s than requests": (HEADER + ROW.replace(",1,", ",6,"), "line 2: counts more 401s", "correct it"),
    "no zone": (HEADER + ROW.replace("Z", ""), "line 2: has", "names no time zone; write it like"),
    "no time": (HEADER + ROW.replace("2026-01-05T09:00:00Z", "noon"), "line 2: has 'noon' as time", "write it like"),
    "a year out of reach": (HEADER + ROW.replace("2026-01-05T09:00:00Z", "1" * 30), "line 2", "outside 1970 to 9999"),
    "seen before": (HEADER + ROW.replace("09:01", "08:01"), "line 2: was seen before its time", "correct one"),
    "out of order": (
        HEADER + ROW.replace("T09", "T10") + ROW,
        "line 3: is out of order",
        "sort the rows by seen",
    ),
    "a wrong year": (
        HEADER + ROW + ROW.replace("2026", "2062"),
        "nothing between 2026-01-05T09:01Z",
        "correct the dates",
    ),
    "too few fields": (HEADER + "2026-01-05T09:00:00Z,GET /a\n", "line 2: has 2 fields", "complete or delete it"),
    "an open quote": (HEADER + '"2026', "line 2: is no CSV", "quote names"),
    "a NUL": (HEADER + "\0" + ROW, "line 2", "write"),
}


@pytest.mark.parametrize("text, what, mending", BAD.values(), ids=BAD)
def test_an_unusable_file_is_told_in_one_line(tmp_path: Path, text: str, what: str, mending: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as told:
        read(path)
    (line,) = told.value.faults
    assert line.startswith(str(path))
    assert what in line
    assert mending in line
    assert "\n" not in line


@pytest.mark.parametrize("cut", [30, 200, -3])
def test_a_damaged_gzip_is_told_after_what_could_be_read(tmp_path: Path, cut: int) -> None:
    rows = "".join(ROW.replace("09:0", f"09:{m % 6}") for m in [0] * 500)
    path = written(tmp_path, gzip.compress((HEADER + rows).encode(), mtime=0)[:cut], "counts.csv.gz")
    with pytest.raises(UsageError, match=r"line \d+: is where the gzip data ends too early or is damaged; copy"):
        read(path)


@pytest.mark.parametrize("place", [20, 60])
def test_a_gzip_with_wrong_bytes_is_told(tmp_path: Path, place: int) -> None:
    packed = bytearray(gzip.compress((HEADER + ROW * 500).encode(), mtime=0))
    packed[place] ^= 0xFF
    with pytest.raises(UsageError):
        read(written(tmp_path, bytes(packed), "counts.csv.gz"))


@settings(deadline=None)
@given(st.binary(max_size=300), st.booleans(), st.booleans())
def test_any_bytes_are_read_or_refused_in_one_line(noise: bytes, header: bool, packed: bool) -> None:
    data = HEADER.encode() * header + noise
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), gzip.compress(data) if packed else data)
        try:
            read(path)
        except UsageError as error:
            (line,) = error.faults
            assert line.startswith(str(path))


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path)


def test_changes_are_read_and_the_rest_is_passed_over(tmp_path: Path) -> None:
    change = '{"id": "c1", "time": "2026-01-05T09:00:00Z", "type": "deploy", "target": {"route": "GET /a"}}'
    text = f'{{"meta": 1, "changes": [{change}]}}'
    assert changes_file.read(written(tmp_path, text)) == [Change("c1", NINE, "deploy", Node(route="GET /a"))]


@pytest.mark.parametrize("text, where", [
    ("[", "the file"), ("{}", "changes"), ('{"changes": [{"id": "x"}]}', "changes.0.time"),
    ('{"changes": [{"id": "x", "time": "noon"}]}', "changes.0.time"),
    ('{"changes": [{"id": "x", "time": "2026-01-05T09:00:00"}]}', "changes.0.time"),
    ('{"changes": [{"id": "x", "time": 1, "target": {"route": 7}}]}', "changes.0.target.route"),
])  # fmt: skip
def test_unusable_changes_are_told_in_one_line(tmp_path: Path, text: str, where: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as told:
        changes_file.read(path)
    (line,) = told.value.faults
    assert line.startswith(f"{path}: {where}: ")
    assert "write it like" in line


def test_the_file_is_utc(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    counts_file.write(path, [Count(NINE, Cell("a", "b", "c"), 1, 0)])
    assert path.read_text().splitlines()[1].startswith(f"{datetime.fromtimestamp(NINE, UTC):%Y-%m-%dT%H:%M:%SZ},")
