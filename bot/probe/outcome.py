"""What comes of asking: an answer, nothing, or a refusal to ask (`bot.probe.gate.Refusal`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.model import Exchange
from bot.probe.gate import Refusal


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server's certificate, which was trusted."""

    fingerprint: str
    """SHA-256 of its DER form, in hexadecimal."""
    ends: float
    """When it expires, in seconds since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    exchange: Exchange
    """Redacted; `at` is when the answer's head arrived."""
    location: str | None = field(default=None, repr=False)
    """Where it redirects to, as it came: for following only."""
    raw: bytes = field(default=b"", repr=False)
    """The body as it came, cut at 64 KiB: for reading a public document only, never kept or shown."""
    certificate: Certificate | None = None
    """None where no TLS was spoken."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Why nothing came back."""

    kind: Literal["dns", "refused", "timeout", "tls", "network", "protocol"]
    reason: str
    """One line for people."""


Outcome = Answer | Unreachable | Refusal
