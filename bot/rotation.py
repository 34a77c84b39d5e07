"""Which secrets that were posted still open something, and have to be made invalid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.model import Report

TOKEN = "JSON Web Token"


def live(report: Report, now: datetime) -> tuple[str, ...]:
    """The kinds of secrets in a report, without tokens that have all expired by now."""
    over = report.tokens_end is not None and report.tokens_end < now.timestamp()
    return tuple(kind for kind in dict.fromkeys(report.secrets) if not (over and kind == TOKEN))


def last(ends: Iterable[int | None]) -> int | None:
    """The latest of the ends of tokens; None where one has none."""
    known = list(ends)
    return None if None in known else max((end for end in known if end is not None), default=None)
