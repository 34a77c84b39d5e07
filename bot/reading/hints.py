"""The distinctive words of a report, by which its own line is told from others' in a log."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bot.intake.phrases import praised
from bot.model import Report
from knowledge.plain import plain

LONGEST = 4_000
"""Characters of a report's text that are looked at: what comes behind is attached."""
MOST = 60
SHORTEST = 4
WORD = re.compile(r"[^\W_][\w.@+:-]*[^\W_]|[^\W_]", re.UNICODE)
PATH = re.compile(r"(?<![\w.:/])/[\w%.~-]+(?:/[\w%.~-]+)*")
DATED = re.compile(r"^\d{1,4}([:./-]\d{1,4})+\S{0,6}$|^\d{1,3}$|^HTTP|^https?$", re.IGNORECASE)
"""Times, dates and bare small numbers stand in every line."""
NUMBER = re.compile(r"(?<![\w.:/@#+-])(\d{3,9})(?:\s?(?:-|–|bis|to|a|à)\s?(\d{3,9}))?(?![\w:/@%+-]|[.,]\d)")
"""A number, or the first and last of several: `bills 4410-4413`."""
STATUS = re.compile(r"(?:20[0-6]|30[1-478]|40[0-9]|41[0-5]|42[269]|50[0-4]|(?:19|20)\d\d)$")
"""What numbers no thing: answers that people speak of, and years."""
MOST_NUMBERS = 50
CODED = re.compile(r"[\d@_-]")
SPELT_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ø": "oe", "å": "aa"}
)
"""Letters that paths and user names spell out."""


def hints(report: Report) -> tuple[str, ...]:
    """Names, numbers, addresses and codes of the report, in small letters: what few other lines would hold."""
    telling = [
        w for w in (*PATH.findall(report.text[:LONGEST]), *_meant(report)) if _distinctive(w) and w != report.host
    ]
    return tuple(dict.fromkeys(form for w in telling for form in _forms(w)))[:MOST]


def named(report: Report) -> frozenset[str]:
    """The report's words and numbers by which it may name a part of the service, or one of its things."""
    words = {form for w in _meant(report) if len(w) >= SHORTEST for form in _forms(w)}
    return frozenset(words | {str(n) for n in _numbers(report.text[:LONGEST])})


def _numbers(text: str) -> Iterator[int]:
    """Those of a list too; no statuses, and no years."""
    for match in NUMBER.finditer(text):
        first, last = int(match[1]), int(match[2] or match[1])
        if match[2] or not STATUS.match(match[1]):
            yield from range(first, min(last, first + MOST_NUMBERS) + 1)


def _meant(report: Report) -> list[str]:
    """The report's words but for those that only stand where something is said to work; names of users may."""
    text = report.text[:LONGEST]
    fine = Counter(word for clause in praised(text) for word in WORD.findall(clause) if not CODED.search(word))
    every = WORD.findall(text)
    counts = Counter(every)
    return [word for word in every if fine[word] < counts[word]]


def _forms(word: str) -> tuple[str, ...]:
    return plain(word), spelled_out(word)


def spelled_out(word: str) -> str:
    """A word in small letters, those that others lack written out: `Müller` is `mueller`."""
    return plain(word.translate(SPELT_OUT))


def words(report: Report) -> frozenset[str]:
    """The report's words that are long enough to name somebody, in small letters and without accents."""
    return frozenset(plain(w) for w in WORD.findall(report.text[:LONGEST]) if len(w) >= SHORTEST)


def _distinctive(word: str) -> bool:
    if word.startswith("/"):
        return len(word) > 4
    if len(word) < 3 or DATED.match(word):
        return False
    return any(c.isdigit() for c in word) or any(c in "-_@." for c in word) or word[0].isupper()
