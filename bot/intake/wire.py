"""What Python's `http.client` prints of a connection at its debug level: requests and urllib use it below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bot.intake.interface import RawExchange
from bot.intake.schemes import scheme

SENT = re.compile(
    r"send: b?(?P<quote>['\"])(?P<method>[A-Z]{3,8}) (?P<target>\S{1,8000}) HTTP/1\.[01]\\r\\n"
    r"(?P<headers>[^\n]{0,20000}?)(?P=quote)[ \t]*$",
    re.MULTILINE,
)
REPLY = re.compile(r"\s*(?:send: [^\n]*\s+)?reply: b?['\"]HTTP/1\.[01] (?P<status>[1-5]\d\d)[^\n]*")
HEADER = re.compile(r"\s*header: (?P<name>[A-Za-z][\w-]{1,80}): ?(?P<value>[^\n]{0,8000})")
MOST = 60


def debugged(text: str) -> Iterator[RawExchange]:
    """Every request with its answer (docs.python.org, http.client, set_debuglevel)."""
    for sent in islice(SENT.finditer(text), MOST):
        pairs = (line.partition(":") for line in sent["headers"].split("\\r\\n") if ":" in line)
        request = tuple((name.strip(), value.strip()) for name, _, value in pairs)
        host = next((value for name, value in request if name.lower() == "host"), None)
        status, end = None, sent.end()
        answered: list[tuple[str, str]] = []
        if reply := REPLY.match(text, end):
            status, end = int(reply["status"]), reply.end()
            while header := HEADER.match(text, end):
                answered.append((header["name"], header["value"].strip()))
                end = header.end()
        yield RawExchange(
            method=sent["method"],
            url=f"{scheme(host, text)}://{host}{sent['target']}" if host else sent["target"],
            request_headers=request,
            status=status,
            response_headers=tuple(answered) if status else None,
            recorded=True,
            span=(sent.start(), end),
        )
