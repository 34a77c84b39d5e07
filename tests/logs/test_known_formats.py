"""Every known format's samples are read as its table says, and the page about them is current."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.logs.document import page
from bot.logs.formats import envelopes, parse, quick_time
from bot.logs.formats.patterns import SHAPES
from bot.logs.formats.table import FAMILIES, Known, formats, named
from bot.model import Entry

ROOT = Path(__file__).parents[2]
REFERENCE = datetime(2026, 11, 30, 8, tzinfo=UTC)
READ = (
    "time", "level", "method", "path", "query", "host", "status", "client", "user", "user_agent", "pid", "ids",
    "upstream", "upstream_status", "cache",
)  # fmt: skip
SAMPLES = [
    pytest.param(known, line, read, id=f"{known.name}-{number}")
    for known in formats()
    for number, (line, read) in enumerate(known.samples)
]


def entries(*lines: str) -> list[Entry]:
    return list(parse(enumerate(lines), file="x.log", reference=REFERENCE))


def told(entry: Entry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in READ}
    values |= {"time": entry.time.isoformat() if entry.time else None, "ids": list(entry.ids)}
    return {name: value for name, value in values.items() if value not in (None, "", [])}


@pytest.mark.parametrize(("known", "line", "read"), SAMPLES)
def test_a_sample_is_read_as_the_table_says(known: Known, line: str, read: Mapping[str, Any]) -> None:
    (entry,) = entries(line)
    assert entry.format == known.format
    assert told(entry) == read
    assert entry.text == line


@pytest.mark.parametrize(("known", "line", "read"), SAMPLES)
def test_a_sample_can_be_found_by_its_time(known: Known, line: str, read: Mapping[str, Any]) -> None:
    quick = quick_time(line, REFERENCE)
    if "time" in read and quick is not None:
        assert abs(quick - datetime.fromisoformat(read["time"])) < timedelta(minutes=2)


@pytest.mark.parametrize(("known", "line", "read"), SAMPLES)
def test_half_a_sample_never_breaks_the_reading(known: Known, line: str, read: Mapping[str, Any]) -> None:
    for end in range(0, len(line), 7):
        assert len(entries(line[:end])) <= 1
        assert entries(line, line[end:] or "x", line)[0].offset == 0


@pytest.mark.parametrize("known", [k for k in formats() if k.mark or k.keys], ids=lambda known: known.name)
def test_a_format_with_a_mark_is_told_from_its_likes(known: Known) -> None:
    line = known.samples[0][0]
    found = named(known.format, envelopes.unwrap(line, REFERENCE).line)
    assert found is not None
    assert found.name == known.name


def test_a_format_is_verified_or_documented_and_named_once() -> None:
    names = [known.name for known in formats()]
    assert len(names) == len(set(names))
    for known in formats():
        assert (known.verified is None) != (known.documented is None), known.name
        assert known.samples, known.name


def test_every_shape_has_a_sample() -> None:
    sampled = {known.format for known in formats()}
    other = {"mojolicious", "php-error", "slapd", "postgres", "python-logging"}
    assert {shape.name for shape in SHAPES} - sampled == other, "samples of these stand in tests/logs/samples"


def test_families_are_told_by_marks_alone() -> None:
    assert named("access", "no line at all") is None
    assert {known.format for known in formats()} >= FAMILIES


def test_the_page_is_current_and_leads_from_the_readme() -> None:
    assert (ROOT / "docs" / "logs.md").read_text(encoding="utf-8") == page(), "the table has changed: run 'make docs'"
    assert "(docs/logs.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "bot.logs.document > docs/logs.md" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_command_of_the_makefile_writes_the_page() -> None:
    command = [sys.executable, "-m", "bot.logs.document"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=60)
    assert done.stdout.decode() == page()


def test_every_row_of_the_page_is_a_format() -> None:
    assert re.findall(r"^\| `([\w-]+)` \|", page(), re.MULTILINE) == [known.name for known in formats()]
