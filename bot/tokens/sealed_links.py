"""Signed links of one parameter whose end stands inside it: whoever signs writes the time down before the seal."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.model import LinkFacts

LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class _Sealed:
    kind: str
    names: re.Pattern[str]
    """The parameters that hold it, in lower case."""
    end: re.Pattern[str]
    """Where in the value, or in what it encodes, the end stands, in seconds since 1970."""
    encoded: bool = False


KINDS = (
    # id\exp\mac\ext in base64url (github.com/mozilla/hawk, "Single URI Authorization")
    _Sealed("Hawk bewit", re.compile("bewit$"), re.compile(r"^[^\\]*\\(\d{10})\\"), encoded=True),
    # exp=…~acl=…~hmac=… (techdocs.akamai.com, "Token authentication")
    _Sealed(
        "Akamai token", re.compile(r"hd(?:nts|nea|ntl)$|__token__$|token$"), re.compile(r"(?:^|~)exp=(\d{10})(?:~|$)")
    ),
    # <end>_<HMAC> (fastly.com/documentation, "Token-based authentication")
    _Sealed("Fastly token", re.compile("token$"), re.compile(r"^(\d{10})_[0-9a-f]{40,64}$")),
    # begin;end (cloud.tencent.com/document/product/436/7778, "Request signature")
    _Sealed("Tencent COS", re.compile("q-sign-time$"), re.compile(r"^\d{10};(\d{10})$")),
)


def end_inside(name: str, value: str) -> tuple[str, datetime] | None:
    """The kind of link that a parameter makes, and the end that stands inside it; None where it is none of these."""
    for kind in KINDS:
        text = _decoded(value) if kind.encoded else value
        if kind.names.match(name.lower()) and (end := kind.end.search(text[:LONGEST])):
            return kind.kind, datetime.fromtimestamp(int(end[1]), UTC)
    return None


def sealed_link(params: dict[str, str], host: str, path: str) -> LinkFacts | None:
    """The facts of such a link, None where it is none."""
    found = next((end for name, value in params.items() if (end := end_inside(name, value))), None)
    return LinkFacts(kind=found[0], host=host, path=path, expires_at=found[1]) if found else None


def _decoded(value: str) -> str:
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
