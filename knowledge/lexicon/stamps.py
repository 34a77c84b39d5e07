"""A time that came, farther from the line's own than the limit beside it: `timestamp 1796025548 not within 300s`."""

from __future__ import annotations

import re
from datetime import datetime

from knowledge.lexicon.moments import MOMENT, instant

STAMP = re.compile(
    r"(?i)\b(?:[\w-]{0,20}time[_-]?stamp\w?|ts|date|x-date|x-[\w-]{1,20}-date|signed[_ -]at|sent[_ -]at"
    r"|zeitstempel|horodatage|marca de tiempo|tidsstempel)\b\W{0,6}"
)
UNIT = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
LIMIT = re.compile(
    r"(?i)\b(?:within|window|tolerance|toleranz|tolérance|tolerancia|older than|older|max\w{0,12}|limit|leeway|skew"
    r"|allowed|outside|innerhalb|fenster|fenêtre|ventana|höchstens|ramka|ikkunan?)\b\D{0,24}(?P<count>\d{1,6})\s?(?P<unit>ms|[smh])[a-zé]{0,9}\b"
)


def apart(text: str, at: datetime | None) -> str | None:
    """The stamp and how far off it is, in words; None where it is within its limit, or one of them is not told."""
    limit, label = LIMIT.search(text), STAMP.search(text)
    stamp = MOMENT.match(text, label.end()) if label else None
    then = instant(stamp, at) if stamp and at else None
    if at is None or limit is None or label is None or stamp is None or then is None:
        return None
    off, most = (then - at).total_seconds(), float(limit["count"]) * UNIT[limit["unit"].lower()]
    if abs(off) <= most:
        return None
    side = "ahead of" if off > 0 else "behind"
    return f"{label[0]}{stamp[0]} is {abs(off):.0f} s {side} the line that tells it, {most:g} s at most"
