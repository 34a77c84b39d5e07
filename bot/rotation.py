"""Which secrets that were posted still open something, and have to be made invalid."""

from __future__ import annotations

from datetime import datetime

from bot.model import Report

TOKEN = "JSON Web Token"


def live(report: Report, now: datetime) -> tuple[str, ...]:
    """The kinds of secrets in a report, without tokens that have all expired by now."""
    kinds = tuple(dict.fromkeys(report.secrets))
    tokens = [shown.token for shown in report.presented if shown.token]
    over = bool(tokens) and all(token.exp is not None and token.exp < now.timestamp() for token in tokens)
    return tuple(kind for kind in kinds if not (over and kind == TOKEN))
