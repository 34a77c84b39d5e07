"""What one answer of a transcript hands out, and the refused request after it does not bring along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bot.intake.request_findings import complete
from bot.model import Exchange, Report
from bot.probe.seen import origin_of, short

NAME = "[cx]srf|anti-?forgery|request-?verification|authenticity[-_]?token"
FORGERY = re.compile(NAME, re.IGNORECASE)
"""How headers, cookies and fields with an anti-forgery token are named."""
IN_BODY = re.compile(rf"\"(?P<name>[\w-]{{0,40}}(?:{NAME})[\w-]{{0,40}})\"\s*:\s*\"[^\"]", re.IGNORECASE)
READING = frozenset({"GET", "HEAD", None})
FORM = re.compile(r"(?i)form-urlencoded|multipart/form")
MOST = 60


def handed_out(report: Report) -> Iterator[tuple[str, str]]:
    """(finding, sentence) of each refused request beside the latest answer before it that let somebody in."""
    given: Exchange | None = None
    for exchange in islice(report.exchanges, MOST):
        if exchange.status is not None and exchange.status < 400 and exchange.response_headers:
            given = exchange
        elif given is not None and exchange.status in (401, 403) and _same(given, exchange):
            yield from _forgotten(given, exchange)


def _same(one: Exchange, other: Exchange) -> bool:
    return bool(one.url and other.url) and origin_of(one.url or "") == origin_of(other.url or "")


def _forgotten(given: Exchange, refused: Exchange) -> Iterator[tuple[str, str]]:
    set_, sent = _set(given), _sent(refused)
    session = {name for name in set_ if not FORGERY.search(name)}
    token = _token(given, refused) if refused.request_headers else None
    if token and sent & session:
        yield (
            "request.csrf_not_returned",
            f"The answer of {short(given.url)} hands out an anti-forgery token ({token});"
            f" the {refused.method or 'request'} to {short(refused.url)} does not bring it",
        )
    elif session and not refused.presented and not sent and complete(refused):
        yield (
            "request.cookie_not_returned",
            f"The answer of {short(given.url)} sets the cookie {min(session)};"
            f" the request to {short(refused.url)} carries none",
        )


def _token(given: Exchange, refused: Exchange) -> str | None:
    """The name of the anti-forgery token that was handed out and not brought; None where there is none."""
    named = [name for name, _ in refused.request_headers or ()]
    if any(map(FORGERY.search, named)) or FORGERY.search(refused.url or ""):
        return None
    if any(FORM.search(value) for name, value in refused.request_headers or () if name.lower() == "content-type"):
        return None  # it may stand in the form
    cookies = {name for name in _set(given) if FORGERY.search(name)}
    if refused.method in READING:
        # What only reads rarely needs the header; that the cookie itself stays away tells all the same.
        cookies -= _sent(refused)
    headers = [name for name, _ in given.response_headers or () if FORGERY.search(name)]
    body = IN_BODY.search(given.body)
    return next(iter([*sorted(cookies), *headers, *([body["name"]] if body else [])]), None)


def _set(exchange: Exchange) -> set[str]:
    return {line.partition("=")[0].strip() for line in exchange.all("Set-Cookie") if not _ended(line)}


def _ended(line: str) -> bool:
    """Whether a Set-Cookie line takes a cookie away (RFC 6265 section 3.1)."""
    return re.search(r"(?i)max-age=0\b|expires=[^;]*\b19[79]\d\b", line) is not None


def _sent(exchange: Exchange) -> set[str]:
    lines = (value for name, value in exchange.request_headers or () if name.lower() == "cookie")
    return {pair.partition("=")[0].strip() for line in lines for pair in line.split(";") if pair.strip()}
