"""The course of a run that a paste shows: let in at first, and refused after minutes or hours by the same place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from knowledge.lexicon.clauses import done

STAMP = re.compile(
    r"^\W{0,3}(?:(?P<date>20\d\d[-/]\d\d[-/]\d\d)[T ]{1,2})?"
    r"(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d)"
)
REFUSED = re.compile(r"(?i)(?<![\d.:/-])401(?![\d.:-])|unauthori[sz]ed|bad credentials|authentication (?:error|failed)")
SERVED = re.compile(r'HTTP/\d|"(?:method|path|level)"|\blevel=|^\W{0,3}\d{1,3}(?:\.\d{1,3}){3}\b')
"""A server's own line: what it tells of one caller says nothing of another."""
SHORTEST = timedelta(minutes=4)
"""A refusal sooner than this after the sign-in is no lifetime that ended."""
LONGEST, MOST = timedelta(days=2), 4_000


@dataclass(frozen=True, slots=True)
class _Step:
    at: timedelta
    stamp: str
    text: str


def ended(text: str) -> str | None:
    """The sentence that tells of the first refusal after a time of success; None where a paste shows none."""
    begun: _Step | None = None
    for step in _steps(text):
        if REFUSED.search(step.text):
            if begun is None or not SHORTEST <= step.at - begun.at <= LONGEST:
                return None
            minutes = round((step.at - begun.at).total_seconds() / 60)
            return f"Accepted at {begun.stamp}, refused at {step.stamp}, {minutes} minutes later in the same run"
        if begun is None and done(step.text):
            begun = step
    return None


def _steps(text: str) -> Iterator[_Step]:
    """The lines of a program's output with their times; one without has that of the line above."""
    day, before, stamp = timedelta(), timedelta(), ""
    dates: dict[str, int] = {}
    for line in text.split("\n")[:MOST]:
        if match := STAMP.match(line):
            if match["date"]:
                day = timedelta(days=dates.setdefault(match["date"], len(dates)))
            at = day + timedelta(hours=int(match["hour"]), minutes=int(match["minute"]), seconds=int(match["second"]))
            if at < before and not match["date"]:  # past midnight
                day, at = day + timedelta(days=1), at + timedelta(days=1)
            before, stamp = at, f"{match['hour']}:{match['minute']}:{match['second']}"
        elif not line.strip():
            stamp = ""
        if stamp and not SERVED.search(line):
            yield _Step(before, stamp, line)
