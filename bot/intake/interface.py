"""What intake takes and what its readers hand to each other. `Raw` values hold secrets and never leave the package."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.model import Headers

Signature = Literal["valid", "invalid", "unknown_key", "unchecked"]
Verify = Callable[[str, str | None], Signature]
"""Checks a raw JWT for the service at a host: says what its signature is worth there."""

Place = Literal["authorization", "header", "query", "cookie", "userinfo", "body", "loose"]


COMPUTED = "***computed***"
"""Stands in a header of code for what the program puts there: it may be nothing."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with the words."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RawCredential:
    """One credential as it stood, secret and all."""

    place: Place
    name: str
    value: str = field(repr=False)
    recorded: bool = False
    """Seen in traffic (a HAR, a transcript), not typed by hand: a placeholder there was really sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawExchange:
    """A request and what came back, as pasted. None: not shown."""

    method: str | None = None
    url: str | None = None
    request_headers: Headers | None = None
    credentials: tuple[RawCredential, ...] = ()
    """Those that are not in headers: `-u`, query parameters that code builds."""
    status: int | None = None
    response_headers: Headers | None = None
    body: str = ""
    at: datetime | None = None
    recorded: bool = False
    sanitized: bool = False
    """The tool left credentials out: their absence says nothing."""
    told: bool = False
    """One line of prose or of a log told it; the words around count too."""
    span: tuple[int, int] = (0, 0)
    """Where it stood in its text."""

    def response_header(self, name: str) -> str | None:
        """The first response header of that name, in any case."""
        return next((v for k, v in self.response_headers or () if k.lower() == name.lower()), None)

    def request_header(self, name: str) -> str | None:
        """The first request header of that name, in any case."""
        return next((v for k, v in self.request_headers or () if k.lower() == name.lower()), None)

    @property
    def failed(self) -> bool:
        """The answer is a refusal."""
        return self.status in (401, 403, 407)
