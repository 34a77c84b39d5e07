"""The dates of a token, judged when the failing request was made."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.durations import duration
from bot.model import Exchange, Report, TokenFacts

ALLOWED_S = 5.0
"""Clocks of good machines differ by less."""
MISREAD_S = 900.0
"""A time that people name and that lies farther before the token's making is misread or misremembered, no clock."""
REFUSALS = frozenset({400, 401, 403})


def times(token: TokenFacts, report: Report, leeway_s: float = 0) -> Iterator[tuple[str, str]]:
    """What exp, nbf and iat say (RFC 7519 section 4.1) to a service that lets clocks differ by its leeway.

    Without a time of the request, only what is beyond doubt.
    """
    at, unsure = moment(report, token)
    now, slack = at.timestamp(), unsure + leeway_s
    if token.exp is not None and now - token.exp > slack:
        yield (
            "token.expired",
            f"The token had expired {duration(now - token.exp)} before the request (exp {stamp(token.exp)})",
        )
    if token.nbf is not None and token.nbf - now > slack:
        yield (
            "token.not_yet_valid",
            f"The token is valid only {duration(token.nbf - now)} after the request (nbf {stamp(token.nbf)})",
        )
    if token.iat is not None and slack < token.iat - now <= (
        math.inf if clock(report, token) or report.borne_out else MISREAD_S
    ):
        yield (
            "token.issued_in_future",
            f"The token was issued {duration(token.iat - now)} after the request (iat {stamp(token.iat)})",
        )
    if (
        token.exp is not None
        and now < token.exp - min(unsure, 60)
        and max(token.nbf or 0, token.iat or 0) - now <= slack
    ):
        yield "token.in_date", f"The token was in date when the request was made (exp {stamp(token.exp)})"


def moment(report: Report, token: TokenFacts | None = None) -> tuple[datetime, float]:
    """(when the request (with this token) was made, the seconds within which nothing can be said).

    The server's own clock, the Date of its refusal (RFC 9110 section 6.6.1), goes before what people remember.
    """
    if answered := clock(report, token):
        return answered, ALLOWED_S
    if report.at is None:
        return report.posted_at, 900.0
    return report.at, min(max(report.at_precision_s or 0.0, ALLOWED_S), 86_400.0)


def clock(report: Report, token: TokenFacts | None = None) -> datetime | None:
    """When the refusal (of this token) happened by the server's own clock; None where no one answer tells it."""
    refused = [e for e in report.exchanges if e.status in REFUSALS]
    with_it = [e for e in refused if any(p.token == token for p in e.presented)] if token else []
    dates = {date for e in with_it or refused if (date := answered_at(e))}
    return dates.pop() if len(dates) == 1 else None


def answered_at(exchange: Exchange) -> datetime | None:
    """When the server says that it answered; None where it does not say, or not in the form of a date."""
    try:
        date = parsedate_to_datetime(exchange.header("date") or "")
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def stamp(seconds: float) -> str:
    """A NumericDate as people read it."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return f"{seconds:.0f}"
