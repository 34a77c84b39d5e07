"""Answers without secrets: what a probe brings back is shown and kept, so it is redacted at the door."""

from __future__ import annotations

import re

from bot.model import Headers
from bot.probe.body import visible
from bot.redact import redact

MOST_HEADERS, LONGEST = 60, 1000
CHALLENGES = frozenset({"www-authenticate", "proxy-authenticate"})

_COOKIE = re.compile(r"^\s*([^=;\s]*)=[^;]*")


def masked_text(text: str) -> str:
    """A text without secrets."""
    return redact(text).text


def masked_headers(headers: Headers) -> Headers:
    """Response headers without secrets, in order, as many and as long as people can read."""
    return tuple((name, _value(name.lower(), visible(value[:LONGEST]))) for name, value in headers[:MOST_HEADERS])


def _value(name: str, value: str) -> str:
    if name == "set-cookie":
        return _COOKIE.sub(r"\1=***", value)
    # A challenge is public by its nature, and `Bearer realm=...` is no bearer token.
    return value if name in CHALLENGES else masked_text(value)
