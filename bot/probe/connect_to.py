"""`--connect-to HOST1:PORT1:HOST2:PORT2`, with curl's meaning: for HOST1:PORT1, dial HOST2:PORT2 instead."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.errors import UsageError

_PART = r"(\[[0-9A-Fa-f:.]*\]|[^:\[\]\s]*):([0-9]{0,5})"
_FORM = re.compile(f"{_PART}:{_PART}")


@dataclass(frozen=True, slots=True)
class ConnectTo:
    """One entry: whom it stands for, and whom to dial; an empty part matches any, or keeps the URL's own."""

    host: str
    port: int | None
    to_host: str
    to_port: int | None

    def matches(self, host: str, port: int) -> bool:
        """Whether this entry is for a URL with this host (lower case, no brackets) and port."""
        return self.host in ("", host) and self.port in (None, port)


def parse(text: str) -> ConnectTo:
    """One entry. Raises UsageError with one line that says what is wrong."""
    match = _FORM.fullmatch(text)
    if not match:
        raise UsageError(f"--connect-to {text!r}: needs HOST1:PORT1:HOST2:PORT2, for example ::127.0.0.1:8443")
    host, port, to_host, to_port = match.groups()
    return ConnectTo(_bare(host), _port(port, text), _bare(to_host), _port(to_port, text))


def _bare(host: str) -> str:
    return host.strip("[]").lower()


def _port(digits: str, text: str) -> int | None:
    if digits and not 1 <= int(digits) <= 65535:
        raise UsageError(f"--connect-to {text!r}: there is no port {digits}; ports go from 1 to 65535")
    return int(digits) if digits else None
