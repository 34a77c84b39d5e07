"""A time that came, farther from the line's own than may be: `timestamp 1796025548 not within 300s`.

Where no limit stands beside it, a refused signature tells that the time was weighed.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from knowledge.lexicon.moments import EPOCH, MOMENT, instant

STAMP = re.compile(
    r"(?i)\b(?:[\w-]{0,20}time[_-]?stamp\w?|ts|date|x-date|x-[\w-]{1,20}-date|signed[_ -]at|sent[_ -]at"
    r"|zeitstempel|horodatage|marca de tiempo|tidsstempel)\b\W{0,6}"
)
NUMBERED = re.compile(
    r"(?i)(?<![\w-])(?:(?:x-[\w-]{1,24}-|(?:req(?:uest)?|webhook|client|sig(?:nature|ned)?|auth|oauth|hmac|svix|header)[_-]?)?time[_-]?stamp"
    r"|x-[\w-]{1,20}-(?:date|time)|signed[_ -]at|sent[_ -]at|zeitstempel|horodatage|marca de tiempo)"
    rf"[\"']?\s{{0,3}}[:=]?\s{{0,3}}[\"']?(?P<epoch>{EPOCH})"
)
"""A request's own time as a number: it has no zone to be mistaken in."""
SIGNED = re.compile(r"(?i)\bsignature|\bhmac\b|\bsigned (?:request|message|webhook)|\bsignatur\b|\bfirma\b")
REFUSED = re.compile(
    r"(?i)\binvalid|\bmismatch|\bnot match|\bdoes ?n['o]t match|\bfail\w*|\breject\w*|\brefus\w*|\bdenied|\bnot valid"
    r"|\bbad\b|\bungültig|\bno válid|\binvalide|\bnon valid"
)
UNIT = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
LIMIT = re.compile(
    r"(?i)\b(?:within|window|tolerance|toleranz|tolérance|tolerancia|older than|older|max\w{0,12}|limit|leeway|skew"
    r"|allowed|outside|innerhalb|fenster|fenêtre|ventana|höchstens|ramka|ikkunan?)\b\D{0,24}(?P<count>\d{1,6})\s?(?P<unit>ms|[smh])[a-zé]{0,9}\b"
)
WIDEST_S = 900.0
"""The widest window that services commonly let signed requests be off by."""
QUARTER_S, OFF_S, ZONES_S = 900, 90, 14 * 3600
"""Zones are whole quarters of an hour apart, up to fourteen hours."""


def apart(text: str, at: datetime | None) -> str | None:
    """The stamp and how far off it is, in words; None where it is within its limit, or one of them is not told."""
    if at is None:
        return None
    return _over(text, at) if LIMIT.search(text) else _unsaid(text, at)


def brought(text: str, at: datetime) -> datetime | None:
    """The time, told as a number, that the request of a line brought along: of several not the line's own."""
    stamps = [datetime.fromtimestamp(int(m["epoch"][:10]), UTC) for m in NUMBERED.finditer(text)]
    return max(stamps, key=lambda stamp: abs(stamp - at), default=None)


def by_zone(seconds: float) -> bool:
    """Whether two times may be apart only since one was written without its zone."""
    rest = abs(seconds) % QUARTER_S
    return QUARTER_S - OFF_S <= abs(seconds) <= ZONES_S + OFF_S and min(rest, QUARTER_S - rest) <= OFF_S


def _over(text: str, at: datetime) -> str | None:
    limit, label = LIMIT.search(text), STAMP.search(text)
    stamp = MOMENT.match(text, label.end()) if label else None
    then = instant(stamp, at) if stamp else None
    if limit is None or label is None or stamp is None or then is None:
        return None
    off, most = (then - at).total_seconds(), float(limit["count"]) * UNIT.get(limit["unit"].lower(), 1)
    return f"{label[0]}{stamp[0]} is {_told(off)}, {most:g} s at most" if abs(off) > most else None


def _unsaid(text: str, at: datetime) -> str | None:
    """The same where the line tells no limit: of a refused signature alone, and by far."""
    came = brought(text, at) if SIGNED.search(text) and REFUSED.search(text) else None
    off = (came - at).total_seconds() if came else 0.0
    return f"the request's own time is {_told(off)}" if abs(off) > WIDEST_S and not by_zone(off) else None


def _told(off: float) -> str:
    return f"{abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} the line that tells it"
