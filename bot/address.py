"""Addresses taken apart, as strangers write them: what only looks like one has no parts."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

NONE = SplitResult("", "", "", "", "")


def split(url: str | None) -> SplitResult:
    """The parts of an address; all empty where it is none, as `https://[abc` (RFC 3986 section 3.2.2)."""
    try:
        return urlsplit(url or "")
    except ValueError:
        return NONE
