"""Times for files that write none (uvicorn's access lines): borrowed from a dated file that saw the same requests.

Both write a line a request in nearly the same order, so the paths are matched in order, a few lines ahead at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.logs.match import same_path
from bot.model import Entry

AHEAD = 6
ENOUGH = 0.5
"""The share of an undated file's requests that must be matched for its times to be believed."""


def dated(entries: Sequence[Entry]) -> list[Entry]:
    """The entries, those of undated files with the times of the requests they fit in a dated file, where one fits."""
    files = {name: [e for e in entries if e.file == name] for name in dict.fromkeys(e.file for e in entries)}
    timed = [[e for e in f if e.path and e.time] for f in files.values() if any(e.time for e in f)]
    result: list[Entry] = []
    for lines in files.values():
        undated = not any(e.time for e in lines)
        borrowed = max((_borrowed(lines, t) for t in timed if undated), key=_count, default=[])
        asked = sum(e.path is not None for e in lines)
        if borrowed and _count(borrowed) >= max(ENOUGH * asked, 3):
            result += _filled(lines, borrowed)
        else:
            result += lines
    return result


def _count(times: Sequence[datetime | None]) -> int:
    return sum(t is not None for t in times)


def _borrowed(lines: Sequence[Entry], timed: Sequence[Entry]) -> list[datetime | None]:
    times: list[datetime | None] = []
    at = 0
    for line in lines:
        match = next((i for i in range(at, min(at + AHEAD, len(timed))) if _same(line, timed[i])), None)
        times.append(None if match is None else timed[match].time)
        at = at if match is None else match + 1
    return times


def _same(line: Entry, other: Entry) -> bool:
    if not line.path or not other.path or not same_path(line.path, other.path):
        return False
    return (not line.status or not other.status or line.status == other.status) and (
        not line.method or not other.method or line.method == other.method
    )


def _filled(lines: Sequence[Entry], times: Sequence[datetime | None]) -> list[Entry]:
    """A line between two matched ones takes the time of the one before it."""
    last = next((t for t in times if t is not None), None)
    result = []
    for line, time in zip(lines, times, strict=True):
        last = time or last
        result.append(replace(line, time=last))
    return result
