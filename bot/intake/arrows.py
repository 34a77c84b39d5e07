"""Calls as a program's own log draws them: an arrow with the request, what was sent, an arrow back with the status.

09:12:06 -> POST https://chat.acme.test/api/channels
   Authorization: Bearer …
09:12:06 <- 401 Unauthorized
   {"message": "…"}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.intake.interface import RawExchange

_STAMP = r"(?:\[?(?:20\d\d-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?[ \t]{1,4})?"
_WORD = r"(?:\[?(?:[A-Za-z][\w.-]{0,30})\]?:?[ \t]{1,4})?"
SENT = re.compile(
    rf"(?P<lead>{_STAMP}{_WORD})(?:-{{1,3}}>|={{1,2}}>|→|>{{2,3}})[ \t]{{0,3}}"
    r"(?P<method>GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (?P<url>(?:https?:/)?/\S{1,4000})(?:[ \t]|$)"
)
CAME = re.compile(
    rf"{_STAMP}{_WORD}(?:<-{{1,3}}|<={{1,2}}|←|<{{2,3}})[ \t]{{0,3}}(?:HTTP/[\d.]+ )?(?P<status>[1-5]\d\d)(?![\w.])"
)
HEADER = re.compile(r"[ \t]*(?P<name>[A-Za-z][\w-]{0,60}): ?(?P<value>\S.{0,8000})$")
BODY = re.compile(r"[ \t]*[{\[<]")
MOST, LINES, LINE = 60, 40, 9_000


@dataclass(slots=True)
class _Call:
    """A call being read; `status` None while its answer has not come."""

    begin: int
    end: int
    method: str
    url: str
    status: int | None = None
    sent: list[tuple[str, str]] = field(default_factory=list)
    came: list[tuple[str, str]] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    lines: int = 0


def drawn(text: str) -> Iterator[RawExchange]:
    """Every call with its answer, in their order; one whose answer is not shown is none."""
    current: _Call | None = None
    at = read = 0
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        if sent := SENT.match(line[:LINE]):
            yield from _finished(current)
            current = _Call(start + len(sent["lead"]), at - 1, sent["method"], sent["url"])
            if (read := read + 1) > MOST:
                return
        elif current is not None and not _goes_on(current, line.rstrip("\r")[:LINE], at - 1):
            yield from _finished(current)
            current = None
    yield from _finished(current)


def _goes_on(call: _Call, line: str, end: int) -> bool:
    """Whether a line belongs to the call; what it shows is noted."""
    call.lines += 1
    if call.lines > LINES or not line.strip():
        return False
    if call.status is None and (came := CAME.match(line)):
        call.status = int(came["status"])
    elif (header := HEADER.match(line)) and not call.body:
        (call.sent if call.status is None else call.came).append((header["name"], header["value"].strip()))
    elif call.status is not None and (call.body or BODY.match(line)):
        call.body.append(line.strip())
    elif call.status is not None:
        return False
    call.end = end
    return True


def _finished(call: _Call | None) -> Sequence[RawExchange]:
    if call is None or call.status is None:
        return ()
    return (
        RawExchange(
            method=call.method,
            url=call.url,
            request_headers=tuple(call.sent) or None,
            status=call.status,
            response_headers=tuple(call.came) or None,
            body="\n".join(call.body),
            recorded=True,
            span=(call.begin, call.end),
        ),
    )
