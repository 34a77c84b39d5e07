"""Times for devices whose log counts from their start: laid so that their refusal falls on the named moment.

A router or a microcontroller without a clock writes `I (3811402) http_server: ...`, milliseconds since it started.
That tells which lines are of one moment, and no more: which refusal is meant is open where there are several.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import Entry

UNITS = {"uptime_ms": timedelta(milliseconds=1), "uptime_s": timedelta(seconds=1)}
LONGEST = timedelta(days=3650)
COUNT = re.compile(r"\d{1,12}(?:\.\d{1,6})?$")
REFUSED = re.compile(r"(?<![\w.:-])401(?![\w.:-])")


def since_start(entries: Sequence[Entry], moment: datetime) -> list[Entry]:
    """The entries, those that count from a start with times: the first refusal of their file at that moment."""
    begun = {file: start for file in dict.fromkeys(e.file for e in entries) if (start := _begun(file, entries, moment))}
    return [
        replace(e, time=begun[e.file] + up) if e.time is None and e.file in begun and (up := _up(e)) else e
        for e in entries
    ]


def _begun(file: str, entries: Sequence[Entry], moment: datetime) -> datetime | None:
    own = (e for e in entries if e.file == file and e.time is None)
    refused = next((up for e in own if (up := _up(e)) and (e.status == 401 or REFUSED.search(e.message))), None)
    return moment - refused if refused else None


def _up(entry: Entry) -> timedelta | None:
    told = (float(value) * UNITS[name] for name, value in entry.fields if name in UNITS and COUNT.match(value))
    return next((up for up in told if up <= LONGEST), None)
