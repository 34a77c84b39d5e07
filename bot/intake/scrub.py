"""The last gate of intake: every text that leaves goes through here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from bot.intake.interface import RawCredential
from bot.model import Headers
from bot.redact import redact

SHORTEST = 8
"""Shorter secrets are hidden by where they stand, not wherever their characters occur."""
HIDDEN = "‹hidden›"
FEW = 20
"""Up to so many are looked for one by one."""


class Scrub:
    """Hides what one report taught to be secret, wherever it stands, and what is secret by itself."""

    def __init__(self, values: tuple[str, ...]) -> None:
        # By their last characters: tokens begin alike but end differently.
        self._by_tail: defaultdict[str, dict[int, set[str]]] = defaultdict(dict)
        for value in values:
            if len(value) >= SHORTEST:
                self._by_tail[value[-SHORTEST:]].setdefault(len(value), set()).add(value)

    def text(self, text: str) -> str:
        """The text without secrets."""
        return self.known(redact(text).text)

    def known(self, text: str) -> str:
        """The text without what is known to be secret; enough where the rest was redacted already."""
        pieces: list[str] = []
        done = 0
        for start, end in self._spans(text):
            pieces += (text[done:start], HIDDEN)
            done = end
        return "".join((*pieces, text[done:]))

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Where known secrets stand, those that overlap as one; in order."""
        found: list[tuple[int, int]] = []
        for end in self._ends(text):
            known = self._by_tail[text[end - SHORTEST : end]]
            start = min((end - n for n, values in known.items() if text[max(0, end - n) : end] in values), default=end)
            while found and start < found[-1][1]:
                start = min(start, found.pop()[0])
            if start < end:
                found.append((start, end))
        return found

    def _ends(self, text: str) -> Iterable[int]:
        """Where a secret may end, in order: of a log with thousands of them the text is walked once."""
        tails = self._by_tail.keys()
        if len(tails) > FEW:
            return (end for end in range(SHORTEST, len(text) + 1) if text[end - SHORTEST : end] in tails)
        return sorted(m.end(1) for tail in tails for m in re.finditer(f"(?=({re.escape(tail)}))", text))

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
