"""A record's time by the clock that hung where it was written: what its text names without a zone is in that."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from bot.model import Entry

CLOCK = re.compile(r"(?:(?<=\d{4}:)|(?<![\d:]))([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?![\d:])")
START = 400
"""Characters of a record in which its stamp is looked for."""
QUARTER_S, DAY_S, OFF_S = 900, 86_400, 1
"""Zones are whole quarters of an hour apart; stamps are rounded."""


def on_the_wall(entry: Entry) -> datetime | None:
    """The record's moment in the zone of its own stamp; in UTC where the stamp is not found."""
    if entry.time is None:
        return None
    utc = entry.time.hour * 3600 + entry.time.minute * 60 + entry.time.second
    for hour, minute, second in CLOCK.findall(entry.text[:START]):
        ahead = int(hour) * 3600 + int(minute) * 60 + int(second) - utc
        ahead = (ahead + DAY_S // 2) % DAY_S - DAY_S // 2
        zone = round(ahead / QUARTER_S) * QUARTER_S
        if abs(ahead - zone) <= OFF_S:
            return entry.time.astimezone(timezone(timedelta(seconds=zone)))
    return entry.time
