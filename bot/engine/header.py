"""The header that a service wants, and the one that was sent: names and schemes only, the secret left open."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.model import Presented, Report
from bot.services import Service

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,24}\Z")
KEYS = frozenset({"apikey", "api-key"})
"""Challenges that ask for a key, which has a header of its own where the operator says so."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,40}\Z")


def wanted(report: Report, service: Service | None, offered: Sequence[str]) -> str | None:
    """As the operator says, as the service asks itself (`offered`: its schemes), as the reporter sent it."""
    keyed = any(p.kind in {"api_key", "placeholder", "masked"} and p.place != "authorization" for p in report.presented)
    keyed = keyed or {scheme.lower() for scheme in offered} <= KEYS
    if service is not None and service.key_header and _NAME.match(service.key_header) and keyed:
        return f"{service.key_header}: <key>"
    if service is not None and service.scheme and SCHEME.match(service.scheme):
        return _authorization(service.scheme)
    if offered:
        used = {(p.scheme or "").lower() for p in report.presented}
        return _authorization(next((scheme for scheme in offered if scheme.lower() in used), offered[0]))
    return sent(report)


def sent(report: Report) -> str | None:
    """As the reporter sent it."""
    return next((header for shown in report.presented if (header := _as_sent(shown))), None)


def _as_sent(shown: Presented) -> str | None:
    if shown.place == "authorization" and shown.scheme and SCHEME.match(shown.scheme):
        return _authorization(shown.scheme)
    return f"{shown.name}: <key>" if shown.place == "header" and _NAME.match(shown.name) else None


def scheme_sent(report: Report, offered: Sequence[str]) -> str | None:
    """The scheme that was used, where it is not one that is asked for."""
    used = [p.scheme for p in report.presented if p.place == "authorization" and p.scheme and SCHEME.match(p.scheme)]
    asked = {scheme.lower() for scheme in offered}
    return used[0] if used and not asked & {scheme.lower() for scheme in used} else None


def _authorization(scheme: str) -> str:
    secrets = {"basic": "<credentials>", "digest": "<answer to the challenge>", "apikey": "<key>", "api-key": "<key>"}
    return f"Authorization: {scheme} {secrets.get(scheme.lower(), '<token>')}"
