"""What a caller was refused right after an answer that let it in: signed in, and sent back to the sign-in at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.logs.interface import LogQuery
from bot.logs.match import STRONG, Scored
from bot.model import Entry

SOON = timedelta(seconds=30)
"""A page asks for what it shows within this time."""
SIGN_IN = re.compile(r"(?i)log[-_]?in|sign[-_]?in|log[-_]?on|oauth|session|auth(?:s?(?:/|$))|callback")


def refused_after(fine: Sequence[Entry], around: Sequence[Entry], query: LogQuery, centre: datetime) -> list[Scored]:
    """The first refusal of each caller after its sign-in on the named path."""
    return [
        Scored(STRONG, -abs((entry.time - centre).total_seconds()), True, entry)
        for success in fine
        if (entry := next(_refusals(success, around, query.status or 401), None)) is not None and entry.time
    ]


def _refusals(success: Entry, around: Sequence[Entry], status: int) -> Iterator[Entry]:
    if success.client is None or success.time is None or not SIGN_IN.search(success.path or ""):
        return
    for entry in around:
        same = entry.client == success.client and entry.file == success.file
        if same and entry.status == status and entry.time and success.time <= entry.time <= success.time + SOON:
            yield entry
