"""When a program got its credential, and when that was first refused: both may lie long before the neighbourhood.

A program that reads or fetches its credential once calls well until that ends. Its own log tells of both moments.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.logs.interface import BEFORE
from bot.logs.lookup import order
from bot.logs.reading import Span, kept, stretches
from bot.logs.sources import Shelf
from bot.model import Entry
from knowledge.settings import pattern

LONGEST = timedelta(hours=25)
"""How far back is looked: a day is the longest lifetime that is told by its end."""
MOST_BYTES = 1 << 22
"""A larger file is no log of one program's calls, or too dear to be read through."""
OBTAINED = (
    r"(?<![\w./-]){credentials}\b[^\n]{0,40}?\b{came}\b|\b{came}\b[^\n]{0,30}?(?<![\w./-]){credentials}\b"
    r"|\b{signed_in}\b"
)
"""How a line tells that a credential came into the program."""
NUMBER = re.compile(r"(?<![\w.:/-])401(?![\w.%/-]|:\d)")


def earlier(request: Sequence[Entry], on: Shelf, reference: datetime) -> tuple[Entry, ...]:
    """The last line before the refusals that tells of a credential's coming, and the first refusal since, both raw.

    Only of the log of a program that tells of its calls to whole addresses.
    """
    mine = next((e for e in request if e.time and "://" in e.text and not (e.client or e.user_agent)), None)
    if mine is None or mine.time is None:
        return ()
    span = Span(mine.time - LONGEST, mine.time, mine.time)
    shelf = replace(on, files=tuple(f for f in on.files if f.path == mine.file and f.size <= MOST_BYTES))
    told = sorted(
        (e for s in stretches(shelf, span, reference) for e in kept(s, shelf, span, reference, _telling)), key=order
    )
    begun = next((e for e in reversed(told) if obtained(e)), None)
    since = [e for e in told if begun and begun.time and e.time and e.time > begun.time and NUMBER.search(e.text)]
    found = [e for e in (begun, *since[:1]) if e is not None]
    return tuple(e for e in found if e.time and e.time < mine.time - BEFORE)


def obtained(entry: Entry) -> bool:
    """Whether a line tells that a credential came into the program."""
    return not pattern("{went_wrong}").search(entry.message) and pattern(OBTAINED).search(entry.message) is not None


def _telling(line: str) -> bool:
    named = pattern(r"(?<![\w./-])(?:{credentials}|{signed_in})\b").search(line)  # far quicker than the rest
    return NUMBER.search(line) is not None or (named is not None and pattern(OBTAINED).search(line) is not None)
