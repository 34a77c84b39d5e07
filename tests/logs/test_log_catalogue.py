"""What is read of a file to find a time in it: little, and still every line that there is."""

from __future__ import annotations

import bz2
import gzip
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from backports import zstd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.logs import bisect, blocks, reading
from bot.logs.catalogue import clock, facts
from bot.logs.formats import quick_time
from bot.logs.reading import Span
from bot.logs.rotation import family
from bot.logs.sources import shelf
from bot.logs.story import Asked, Story, story
from tests.logs.lines import BEGAN, access, traffic, write

NOW = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)


def sought(number: int, at: datetime | None, *paths: Path, within: float = 120.0) -> Story:
    asked = Asked(now=NOW, request_id=f"aa{number:08}bb", at=at, within_s=within)
    return story(asked, [str(path) for path in paths])


def at(number: int, apart: float = 0.5) -> datetime:
    return BEGAN + timedelta(seconds=number * apart)


def test_what_is_read_does_not_grow_with_the_file(tmp_path: Path) -> None:
    costs = []
    for count in (40_000, 80_000, 160_000):
        path = write(tmp_path / f"{count}.log", traffic(count))
        found = sought(count // 3, at(count // 3), path)
        assert [e.ids for e in found.lines] == [(f"aa{count // 3:08}bb",)]
        assert found.windows == (120.0,)
        costs.append(found.read.bytes)
    assert max(costs) < min(costs) + 4 * bisect.CLOSE
    assert costs[-1] < (tmp_path / "160000.log").stat().st_size / 10


def test_without_a_time_every_byte_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.log", traffic(30_000))
    found = sought(29_999, None, path)
    beside = 2 * path.stat().st_size / 30_000 * 16 + 2_000_000
    assert len(found.lines) == 1
    assert path.stat().st_size <= found.read.bytes < path.stat().st_size + beside
    assert found.windows == (None,)


def test_a_running_process_does_not_look_a_file_over_twice(tmp_path: Path) -> None:
    path = write(tmp_path / "a.log", traffic(60_000))
    first, second = (sought(30_000, at(30_000), path).read.bytes for _ in range(2))
    assert second < first - 500_000


def test_what_a_file_gained_meanwhile_is_found(tmp_path: Path) -> None:
    path = write(tmp_path / "a.log", traffic(20_000))
    assert not sought(39_000, at(39_000), path).lines
    with path.open("a") as stream:
        stream.write("\n".join(traffic(40_000)[20_000:]) + "\n")
    found = sought(39_000, at(39_000), path)
    assert len(found.lines) == 1
    assert found.windows == (120.0,)


def test_another_file_of_the_same_name_is_another(tmp_path: Path) -> None:
    path = write(tmp_path / "a.log", traffic(20_000))
    assert sought(9_000, at(9_000), path).lines
    later = BEGAN + timedelta(days=1)
    path.write_text("\n".join(traffic(30_000, began=later)) + "\n")  # in place, as copytruncate does
    found = sought(9_000, later + timedelta(seconds=4_500), path)
    assert [e.time for e in found.lines] == [later + timedelta(seconds=4_500)]
    assert found.windows == (120.0,)


PACKERS: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "zst": zstd.compress, "bz2": bz2.compress}


@pytest.mark.parametrize("suffix", PACKERS)
def test_of_a_rotated_set_the_file_of_that_time_is_read(tmp_path: Path, suffix: str) -> None:
    chance = random.Random(1)
    lines = [f"{line} key={chance.getrandbits(256):064x}" for line in traffic(80_000)]
    for number in range(8):
        text = "\n".join(lines[number * 10_000 : (number + 1) * 10_000]) + "\n"
        (tmp_path / f"access.log.{8 - number}.{suffix}").write_bytes(PACKERS[suffix](text.encode()))
    found = sought(35_000, at(35_000), tmp_path)
    assert [Path(e.file).name for e in found.lines] == [f"access.log.5.{suffix}"]
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert found.read.bytes < sum(sizes) / 2 or suffix == "bz2"  # one of its blocks is a third of such a file
    assert len(sought(35_000, None, tmp_path).lines) == 1


def test_a_line_at_the_edge_of_two_rotated_files_is_found_in_both(tmp_path: Path) -> None:
    lines = traffic(20_000)
    for name, some in (("a.log.2.gz", lines[:10_000]), ("a.log.1.gz", lines[10_000:])):
        (tmp_path / name).write_bytes(gzip.compress(("\n".join(some) + "\n").encode()))
    for number in (9_999, 10_000):
        assert len(sought(number, at(number), tmp_path, within=1.0).lines) == 1


@pytest.mark.parametrize(
    ("name", "log"),
    [
        ("access.log", "access.log"),
        ("access.log.2.gz", "access.log"),
        ("access.log-20261120.gz", "access.log"),
        ("access.log.1.zst", "access.log"),
        ("app-2026-11-20.log.bz2", "app.log"),
        ("app.2026-11-20_13.gz", "app"),
        ("node-3.log.1", "node-3.log"),
        ("7.gz", "7"),
    ],
)
def test_the_log_that_a_rotated_file_belongs_to(name: str, log: str) -> None:
    assert family(f"/var/log/{name}") == f"/var/log/{log}"


def test_writers_that_flush_by_turns_widen_the_search_and_hide_nothing(tmp_path: Path) -> None:
    writers = [traffic(30_000)[n::3] for n in range(3)]
    lines: list[str] = []
    while any(writers):
        for writer in writers:
            lines += writer[:200]  # 300 seconds
            del writer[:200]
    path = write(tmp_path / "a.log", lines)
    on = shelf([str(path)])
    about = facts(on.files[0], on, NOW)
    assert about.ordered
    assert about.disorder
    assert about.disorder > timedelta(seconds=60)
    for number in (0, 1, 7_777, 15_001, 29_999):
        found = sought(number, at(number), path, within=1.0)
        assert (len(found.lines), found.windows) == (1, (1.0,))


def test_a_file_out_of_order_is_read_through(tmp_path: Path) -> None:
    lines = traffic(30_000)
    random.Random(1).shuffle(lines)
    path = write(tmp_path / "a.log", lines)
    found = sought(12_345, at(12_345), path)
    assert (len(found.lines), found.windows) == (1, (120.0,))
    assert found.read.bytes > path.stat().st_size


def zoneless(count: int) -> list[str]:
    """Lines in local time in the night in which the clocks go back from three to two."""
    began = datetime(2026, 10, 24, 22, tzinfo=UTC)
    change = datetime(2026, 10, 25, 1, tzinfo=UTC)
    lines = []
    for number in range(count):
        moment = began + timedelta(seconds=number)
        local = moment + timedelta(hours=2 if moment < change else 1)
        lines.append(
            f"{local:%Y-%m-%d %H:%M:%S} INFO GET /p/{number} 200 some words that fill the line id=aa{number:08}bb"
        )
    return lines


@pytest.mark.parametrize("number", [9_000, 12_600, 16_200, 16_201, 2_000, 20_000])
def test_the_hour_that_comes_twice_is_looked_at_twice(tmp_path: Path, number: int) -> None:
    path = write(tmp_path / "app.log", zoneless(22_000))
    stamp = datetime.fromisoformat(zoneless(22_000)[number][:19]).replace(tzinfo=UTC)
    found = sought(number, stamp, path, within=10.0)
    assert (len(found.lines), found.windows) == (1, (10.0,))


def test_zones_of_lines_are_heeded(tmp_path: Path) -> None:
    lines = [line.replace("+0000", "+0000") for line in traffic(20_000)]
    shifted = [
        access(at(n) + timedelta(hours=5, minutes=30), f"/q/{n % 9}", 200, f" rid=aa{n:08}bb").replace("+0000", "+0530")
        for n in range(20_000)
    ]
    write(tmp_path / "utc.log", lines)
    write(tmp_path / "kolkata.log", shifted)
    found = sought(10_000, at(10_000), tmp_path, within=1.0)
    assert [e.time for e in found.lines] == [at(10_000)] * 2
    assert found.windows == (1.0,)


def test_a_stack_trace_belongs_to_the_line_before_also_at_a_buffers_end(tmp_path: Path) -> None:
    lines: list[str] = []
    for number in range(4_000):
        lines.append(f"{at(number, 1.0):%Y-%m-%d %H:%M:%S} ERROR refused GET /p/{number} 401")
        lines += [f"\tat com.example.Frame{number}x{depth}(App.java:{depth})" for depth in range(6)]
    path = write(tmp_path / "app.log", lines)
    with patch.object(blocks, "ROOM", 4_096):
        for number in (0, 1_234, 2_345, 3_999):
            asked = Asked(now=NOW, request_id=f"com.example.Frame{number}x5", at=at(number, 1.0))
            found = story(asked, [str(path)])
            assert [e.time for e in found.lines] == [at(number, 1.0)]
            assert found.lines[0].text.startswith(lines[number * 7][:30])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.floats(0, 40), min_size=30, max_size=300),
    swaps=st.lists(st.floats(-2, 2), min_size=1, max_size=7),
    trace=st.integers(0, 3),
    pick=st.integers(0, 10_000),
    window=st.sampled_from([0.0, 1.0, 30.0, 500.0]),
)
def test_a_stretch_holds_every_line_of_its_span(
    tmp_path: Path, steps: list[float], swaps: list[float], *, trace: int, pick: int, window: float
) -> None:
    """However the times lie, bisecting loses nothing that reading all would find."""
    moments, moment = [], BEGAN
    for number, step in enumerate(steps):
        moment += timedelta(seconds=step)
        moments.append(moment + timedelta(seconds=swaps[number % len(swaps)]))
    lines = [access(m, f"/p/{n}", 200) + "\n\tat frame" * (trace * (n % 3 == 0)) for n, m in enumerate(moments)]
    path = write(tmp_path / "a.log", lines)
    centre = moments[pick % len(moments)].replace(microsecond=0)
    span = Span(centre - timedelta(seconds=window), centre + timedelta(seconds=window), centre)
    wanted = [n for n, m in enumerate(moments) if span.start <= m.replace(microsecond=0) <= span.end]
    with (
        patch.object(reading, "SMALL", 0),
        patch.object(bisect, "CLOSE", 512),
        patch.object(bisect, "STEP", 64),
        patch.object(blocks, "ROOM", 1_024),
        patch.object(blocks, "STEP", 128),
    ):
        on = shelf([str(path)])
        found = [
            int((e.path or "").rpartition("/")[2])
            for stretch in reading.stretches(on, span, NOW)
            for e in reading.kept(stretch, on, span, NOW, lambda _: True)
        ]
        near = [
            int((e.path or "").rpartition("/")[2])
            for stretch in reading.stretches(on, span, NOW)
            for e in reading.near(stretch, on, span, NOW, 1_000)
        ]
    assert found == wanted
    assert near == wanted


@given(st.datetimes(datetime(1980, 1, 1), datetime(2037, 1, 1)), st.integers(-14, 14), st.text(max_size=12))
def test_the_short_way_to_an_access_lines_time_leads_where_the_long_one_does(
    moment: datetime, zone: int, client: str
) -> None:
    stamp = f"{moment:%d/%b/%Y:%H:%M:%S} {'-' if zone < 0 else '+'}{abs(zone):02}00"
    for line in (f"203.0.113.9 - ann [{stamp}] x", f"{client} - - [{stamp}] x", f"::1 - - [{stamp.replace('/', '-')}]"):
        assert clock(NOW)(line.encode("utf-8", "replace")) == quick_time(
            line.encode("utf-8", "replace").decode("utf-8", "replace").lstrip("\ufeff"), NOW
        )
