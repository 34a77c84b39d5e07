"""The distinctive words of a report, by which its own line is told from others' in a log."""

from __future__ import annotations

import re
import unicodedata

from bot.model import Report

LONGEST = 4_000
"""Characters of a report's text that are looked at: what comes behind is attached."""
MOST = 60
WORD = re.compile(r"[^\W_][\w.@+:-]*[^\W_]|[^\W_]", re.UNICODE)
PATH = re.compile(r"(?<![\w.:/])/[\w%.~-]+(?:/[\w%.~-]+)*")
DATED = re.compile(r"^\d{1,4}([:./-]\d{1,4})+\S{0,6}$|^\d{1,3}$|^HTTP|^https?$", re.IGNORECASE)
"""Times, dates and bare small numbers stand in every line."""


def hints(report: Report) -> tuple[str, ...]:
    """Names, numbers, addresses and codes of the report, in small letters: what few other lines would hold."""
    text = report.text[:LONGEST]
    telling = [w for w in (*PATH.findall(text), *WORD.findall(text)) if _distinctive(w) and w != report.host]
    return tuple(dict.fromkeys(plain(w) for w in telling))[:MOST]


def plain(word: str) -> str:
    """In small letters and without accents, as user names are: `Lucía` signs in as `lucia`."""
    return "".join(c for c in unicodedata.normalize("NFKD", word).lower() if not unicodedata.combining(c))


def words(report: Report) -> frozenset[str]:
    """The report's words that are long enough to name somebody, in small letters and without accents."""
    return frozenset(plain(w) for w in WORD.findall(report.text[:LONGEST]) if len(w) >= 4)


def _distinctive(word: str) -> bool:
    if word.startswith("/"):
        return len(word) > 4
    if len(word) < 3 or DATED.match(word):
        return False
    return any(c.isdigit() for c in word) or any(c in "-_@." for c in word) or word[0].isupper()
