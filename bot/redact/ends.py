"""Where a value ends: with its quotes, with its line, or with the run of what is not parted."""

from __future__ import annotations

import re
from functools import cache

from bot.redact.scan import Scan

LONGEST = 8192
"""As long may a value be that is found by its name: what servers take for a header line."""

NEXT_HEADER = ("uthorization:", "UTHORIZATION:", "ookie:", "OOKIE:", "ookies:", "OOKIES:")
"""Where one line holds several headers, each is read for itself."""


@cache
def _open() -> re.Pattern[str]:
    return re.compile(r"[ \t]{0,8}(?:[\[(][ \t]{0,2})?(?P<prefix>[bru]{0,2})(?P<quote>\\*+(?:\"\"\"|'''|[\"'`]))")


@cache
def _bare() -> re.Pattern[str]:
    return re.compile(
        r"(?:[^\s\"'`<>&,;|\\]|\\(?![nrt\"'\\u])|[,;&'](?![\s,;\"'`<>\])}|&\\]|$|[\w.\-\[\]%]{1,40}[ \t]?[=:]))++"
    )


def inside_quotes(text: str, place: int) -> tuple[int, int] | None:
    """The inside of the quoted text that begins here; an unclosed one ends with its line."""
    opening = _open().match(text, place)
    if opening is None:
        return None
    start, quote = opening.end(), opening["quote"]
    line = line_end(text, start)
    end = _closing(text, start, quote)
    if end < 0 or ("\n" in text[start:end] and end > line and len(quote) == 1 and quote == "'"):
        end = line
    return start, end


def _closing(text: str, start: int, quote: str) -> int:
    end = text.find(quote, start, start + LONGEST)
    while end > start and len(quote) == 1 and _escaped(text, start, end):
        end = text.find(quote, end + 1, start + LONGEST)
    return end


def _escaped(text: str, floor: int, place: int) -> bool:
    slashes = place
    while slashes > floor and text[slashes - 1] == "\\":
        slashes -= 1
    return (place - slashes) % 2 == 1


def line_end(text: str, place: int, outer: str = "", *, header: bool = False) -> int:
    """Where the line ends, also where that is written `\\n`.

    A header ends with the quote before its name (`outer`), and where another header begins, too.
    """
    end = text.find("\n", place, place + LONGEST)
    end = min(len(text), place + LONGEST) if end < 0 else end
    for escaped in ("\\n", "\\r"):
        stop = text.find(escaped, place, end)
        end = stop if stop >= 0 else end
    for stop_sign in (outer, *NEXT_HEADER) if header else ():
        stop = text.find(stop_sign, place, end) if stop_sign else -1
        end = stop if stop >= 0 else end
    return end


def run_end(scan: Scan, place: int) -> int:
    """Where the unquoted value ends that begins here, behind blanks."""
    while scan.text[place : place + 1] in {" ", "\t"}:
        place += 1
    return scan.run_end(_bare(), place)
