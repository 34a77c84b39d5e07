"""Small log scenes for the tests: requests as tuples, read into entries."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.logs.interface import Found
from bot.model import Collected, Entry, Report
from bot.reading.summary import prepared, read

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def entry(second: float, **known: Any) -> Entry:
    """A log record so many seconds after noon."""
    fields = {"file": "access.log", "offset": 0, "format": "access", "text": "", "method": "GET", "path": "/v1/items"}
    return Entry(**{**fields, "time": NOON + timedelta(seconds=second), **known})


def reading(
    failing: Entry | None,
    around: Iterable[Entry],
    report: Report | None = None,
    request: tuple[Entry, ...] | None = None,
) -> Collected:
    """What is read when this is the failing record amid these others, or these are all lines of the request."""
    everything = tuple(sorted((*around, *([failing] if failing else [])), key=lambda e: e.time or NOON))
    report = report or Report(text="401", posted_at=NOON + timedelta(minutes=10), path="/v1/items")
    found = Found(
        request=request or ((failing,) if failing else ()),
        around=everything,
        how="id" if failing else "none",
        files=("access.log",),
    )
    return read(report, prepared(found))


def ids(collected: Collected) -> set[str]:
    """The ids of the findings."""
    return {f.id for f in collected.findings}
