"""The Network panel of a browser, copied as text: `Request URL: ...`, its headers, and the console beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bot.intake.interface import RawExchange

START = re.compile(r"(?im)^[ \t]*Request URL[ \t]*:?[ \t]*\n?[ \t]*(\S{1,8000})")
METHOD = re.compile(r"(?im)^[ \t]*Request Method[ \t]*:?[ \t]*\n?[ \t]*([A-Z]{3,8})\b")
STATUS = re.compile(r"(?im)^[ \t]*Status(?: Code)?[ \t]*:?[ \t]*\n?[ \t]*(?:\S{1,2}[ \t]*)?([1-5]\d\d)\b")
SECTION = re.compile(r"(?im)^[-=# \t]*(request|response)(?: headers?)(?: \([^)\n]*\))?[-=: \t]*$")
HEADER = re.compile(r"(?m)^[ \t]*(:?[A-Za-z][\w-]{1,80}):[ \t]*\n?[ \t]*(\S[^\n]{0,20000})?$")
BODY = re.compile(r"(?im)^[ \t]*(?:response|preview|body)(?: body)?:[ \t]*(\S[^\n]{0,8000})$")
MOST = 30


def copies(text: str) -> Iterator[RawExchange]:
    """Every request of such a copy."""
    starts = list(islice(START.finditer(text), MOST))
    for number, match in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else min(len(text), match.end() + 60_000)
        part = text[match.end() : end]
        method, status, body = METHOD.search(part), STATUS.search(part), BODY.search(part)
        yield RawExchange(
            method=method[1].upper() if method else None,
            url=match[1],
            request_headers=_headers(part, "request"),
            status=int(status[1]) if status else None,
            response_headers=_headers(part, "response"),
            body=body[1].strip('"') if body else "",
            recorded=True,
            span=(match.start(), end),
        )


def _headers(part: str, side: str) -> tuple[tuple[str, str], ...] | None:
    sections = list(SECTION.finditer(part))
    for number, section in enumerate(sections):
        if section[1].lower() != side:
            continue
        end = sections[number + 1].start() if number + 1 < len(sections) else len(part)
        lines = part[section.end() : end].strip("\n").split("\n\n")[0]
        return tuple((m[1], (m[2] or "").strip()) for m in HEADER.finditer(lines))
    return None
