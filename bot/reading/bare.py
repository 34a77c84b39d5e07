"""Whether the pasted request brought no credentials at all, and whether lines tell of one that was read."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import Entry, Exchange, Report
from knowledge.messages import match

SHOWN_WHOLE = frozenset({"host", "user-agent", "accept", ":authority"})
"""Headers that every client sends: where one of them is shown, so would be a credential."""
CARRIERS = frozenset({"cookie", "content-type", "content-length", "transfer-encoding"})
"""Headers of a request that may bring a credential in a cookie or in its body."""
READ = frozenset(
    f"says.{name}"
    for name in (
        *("token_malformed", "token_wrong_type", "token_expired", "token_not_yet_valid", "signature_invalid"),
        *("key_unknown", "algorithm_rejected", "audience_wrong", "issuer_wrong", "claim_missing", "scope_missing"),
        *(
            "token_revoked",
            "token_inactive",
            "token_invalid",
            "session_expired",
            "session_not_found",
            "password_wrong",
            "user_unknown",
        ),
        *("account_blocked", "key_invalid", "placeholder_key", "request_signature_mismatch", "header_malformed"),
    )
)
"""What nobody can say of a request that brought nothing."""


def bare(report: Report) -> bool:
    """Whether a refused request is shown whole and without a credential, a cookie or a body."""
    refused = [e for e in report.exchanges if e.status == 401 and e.request_headers is not None]
    return bool(refused) and all(map(_empty, refused))


def _empty(exchange: Exchange) -> bool:
    names = {name.lower() for name, _ in exchange.request_headers or ()}
    return bool(names & SHOWN_WHOLE) and not names & CARRIERS and not exchange.presented


def reads_credential(entries: Iterable[Entry]) -> bool:
    """Whether one of the lines tells of a credential that was read."""
    return any(hit.finding in READ for entry in entries for hit in match(entry.text, "log"))
