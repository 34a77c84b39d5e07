"""Lines in columns that nothing names, between bars, semicolons, tabs or commas: each cell is told by its form.

Products write such lines without a header (Azure Storage, Artifactory, Bitbucket, PostgreSQL's csvlog), and so do
in-house programs. What a number is, is told only in a line that holds a call.
"""

from __future__ import annotations

import re
from datetime import datetime

from bot.logs.formats import times

MARKS = ("|", ";", "\t", ",")
FEWEST = 4
"""Marks of one kind that make a line one in columns."""
HEAD = 200
"""Characters in which a line's time stands."""
EPOCH = re.compile(r"(?<=[|;\t,])[ \"]{0,2}(1\d{9}(?:\d{3}){0,3}(?:\.\d{1,9})?)(?=[ \"]{0,2}[|;\t,])")
WEEKDAY = r"(?:[A-Z][a-z]{2,8},? )?"
BEFORE = {mark: re.compile(rf"(?:[^{mark}\n]{{0,80}}[{mark}]){{1,8}}[ \"]{{0,2}}{WEEKDAY}$") for mark in MARKS}
BEHIND = {mark: re.compile(rf"[ \"]{{0,2}}[{mark}]") for mark in MARKS}


def stamp(line: str, reference: datetime) -> tuple[datetime, int, int] | None:
    """Seconds or milliseconds since 1970 in a column of their own: (time, where it begins, where it ends)."""
    match = EPOCH.search(line, 0, HEAD)
    if match is None or not holds(line, match.start(1), match.end(1)):
        return None
    moment = times.value(match[1], reference)
    return (moment, match.start(1), match.end(1)) if moment else None


def holds(line: str, start: int, end: int) -> bool:
    """Whether a part of a line is one of its columns."""
    for mark in MARKS:
        if line.count(mark, 0, 4 * HEAD) >= FEWEST and BEHIND[mark].match(line, end):
            return start <= HEAD and BEFORE[mark].match(line[:start]) is not None
    return False
