"""The dates of a token, judged when the failing request was made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.model import Report, TokenFacts

ALLOWED_S = 5.0
"""Clocks of good machines differ by less."""


def times(token: TokenFacts, report: Report) -> Iterator[tuple[str, str]]:
    """What exp, nbf and iat say (RFC 7519 section 4.1). Without a time of the request, only what is beyond doubt."""
    at, slack = moment(report)
    now = at.timestamp()
    if token.exp is not None and now - token.exp > slack:
        yield (
            "token.expired",
            f"The token had expired {span(now - token.exp)} before the request (exp {stamp(token.exp)})",
        )
    if token.nbf is not None and token.nbf - now > slack:
        yield (
            "token.not_yet_valid",
            f"The token is valid only {span(token.nbf - now)} after the request (nbf {stamp(token.nbf)})",
        )
    if token.iat is not None and token.iat - now > slack:
        yield (
            "token.issued_in_future",
            f"The token was issued {span(token.iat - now)} after the request (iat {stamp(token.iat)})",
        )
    if (
        token.exp is not None
        and now < token.exp - min(slack, 60)
        and max(token.nbf or 0, token.iat or 0) - now <= slack
    ):
        yield "token.in_date", f"The token was in date when the request was made (exp {stamp(token.exp)})"


def moment(report: Report) -> tuple[datetime, float]:
    """(when the request was made as far as is known, the seconds within which nothing can be said)."""
    if report.at is None:
        return report.posted_at, 900.0
    return report.at, min(max(report.at_precision_s or 0.0, ALLOWED_S), 86_400.0)


def stamp(seconds: float) -> str:
    """A NumericDate as people read it."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return f"{seconds:.0f}"


def span(seconds: float) -> str:
    """A duration in the one unit that fits: `58 minutes`."""
    for name, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= size * (2 if size > 60 else 1):
            count = int(seconds // size)
            return f"{count} {name}{'s' if count != 1 else ''}"
    count = max(1, round(seconds))
    return f"{count} second{'s' if count != 1 else ''}"
