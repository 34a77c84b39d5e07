"""The words of a report that look like no word of a language: what names a request may be among them."""

from __future__ import annotations

import re

from bot.model import Report
from bot.reading.hints import LONGEST

MOST = 12
WORD = re.compile(r"(?<![\w./@%+-])[A-Za-z0-9](?:[A-Za-z0-9_-]{3,38}[A-Za-z0-9])(?![\w/@%+-]|\.\w)")
CODED = re.compile(r"(?=.*\d)(?=.*[A-Za-z])|\d{6,12}$|[A-Z]{6,}$|(?=.*[a-z][A-Z])(?=.*[A-Z]{2})")
"""Digits among letters, a long number, a run of capitals, capitals amid."""
KNOWN = re.compile(
    r"(?i)(?:20\d\d|19\d\d)[-_]?\d\d|\d+(?:st|nd|rd|th|ms|kb|mb|gb|min|sec|px|bit|days?|x\d+)$"
    r"|(?:utf|rfc|iso|sha|hs|rs|es|ps|aes|base|http|oauth|ipv|tls|ssl|windows|win|python|java|node|php|ios|h|v)-?\d+$"
    r"|\d+(?:-\d+)+$|v\d"
    r"|[iwef](?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$"
)
"""Dates, measures, standards, versions, and the level with the day before every line that klog writes."""


def codes(report: Report) -> tuple[str, ...]:
    """What may be an id, as it was written, the likeliest first: those that mix digits and letters."""
    texts = [report.text[:LONGEST], *(e.body[:LONGEST] for e in report.exchanges if e.body)]
    found = dict.fromkeys(word for text in texts for word in WORD.findall(text) if _like_no_word(word))
    place = f"{report.host or ''}{report.path or ''}".lower()
    told = [word for word in found if word.lower() not in place and word not in report.ids]
    return tuple(sorted(told, key=lambda word: not any(c.isdigit() for c in word)))[:MOST]


def _like_no_word(word: str) -> bool:
    return CODED.match(word) is not None and KNOWN.match(word) is None
