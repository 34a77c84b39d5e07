"""The last gate of intake: every text that leaves goes through here."""

from __future__ import annotations

from bot.intake.interface import RawCredential
from bot.model import Headers
from bot.redact import redact

SHORTEST = 8
"""Shorter secrets are hidden by where they stand, not wherever their characters occur."""


class Scrub:
    """Hides what one report taught to be secret, wherever it stands, and what is secret by itself."""

    def __init__(self, values: tuple[str, ...]) -> None:
        self._values = tuple(sorted({v for v in values if len(v) >= SHORTEST}, key=len, reverse=True))

    def text(self, text: str) -> str:
        """The text without secrets."""
        return self.known(redact(text).text)

    def known(self, text: str) -> str:
        """The text without what is known to be secret; enough where the rest was redacted already."""
        for value in self._values:
            if value in text:
                text = text.replace(value, "‹hidden›")
        return text

    def headers(self, headers: Headers | None) -> Headers | None:
        """The headers, each value clean by what its name says of it."""
        if not headers:
            return headers
        flat = [(name[:200], " ".join(value.split())) for name, value in headers]
        lines = self.text("\n".join(f"{name}: {value}" for name, value in flat)).split("\n")
        if len(lines) != len(flat):
            lines = [" ".join(self.text(f"{name}: {value}").split()) for name, value in flat]
        return tuple((name, line.partition(":")[2].strip()) for (name, _), line in zip(flat, lines, strict=True))


def secret_parts(credentials: tuple[RawCredential, ...]) -> tuple[str, ...]:
    """The secret of each credential by itself: without scheme, user name or cookie name."""
    parts: list[str] = []
    for credential in credentials:
        value = credential.value.strip()
        if credential.place == "userinfo":
            parts.append(value.partition(":")[2])
        elif credential.place == "cookie":
            parts += [pair.partition("=")[2].strip() for pair in value.split(";")]
        else:
            words = value.split()
            parts += [p.strip("\"'<>[]{},") for p in (words[1:] if len(words) > 1 else words)]
    return tuple(p for p in parts if p and "***" not in p)
