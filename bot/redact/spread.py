"""Every other place where a secret stands that was found once, in clear or encoded."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote

from bot.redact.harmless import common, harmless
from bot.redact.model import NAMED, Span

SHORTEST = 6
TAIL = 6
"""Places are found by a form's last characters: secrets begin alike (`eyJ`, `ghp_`) but end differently."""


def spread(text: str, secrets: Iterable[tuple[str, str]]) -> Iterator[Span]:
    """Where the values of (kind, value) stand in a text, whatever surrounds them. One walk, however many there are."""
    by_tail: defaultdict[str, dict[int, dict[str, str]]] = defaultdict(dict)
    for kind, value in secrets:
        for form in forms(value):
            by_tail[form[-TAIL:]].setdefault(len(form), {})[form] = kind
    if not by_tail:
        return
    for place in _places(text, by_tail):
        for length, known in sorted(by_tail[text[place : place + TAIL]].items(), reverse=True):
            start, end = place + TAIL - length, place + TAIL
            found = text[start:end] if start >= 0 else ""
            if found in known and _stands_alone(text, start, end, found):
                yield Span(start, end, known[found], NAMED)


def _places(text: str, tails: dict[str, dict[int, dict[str, str]]]) -> Iterator[int]:
    if len(tails) > 40:
        yield from (i for i in range(len(text) - TAIL + 1) if text[i : i + TAIL] in tails)
        return
    for tail in list(tails):
        place = text.find(tail)
        while place >= 0:
            yield place
            place = text.find(tail, place + 1)


@lru_cache(maxsize=4096)
def forms(value: str) -> frozenset[str]:
    """A value as it may be written: itself, percent-encoded, JSON-escaped, base64. Empty for what is too common."""
    if not distinctive(value):
        return frozenset()
    raw = value.encode("utf-8", "surrogatepass")
    encoded = base64.b64encode(raw).decode().rstrip("=")
    percent = quote(raw, safe="")
    written = {
        value,
        percent,
        percent.replace("%20", "+"),
        quote(raw),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1].replace("/", "\\/"),
        value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
        encoded,
        encoded.translate({43: "-", 47: "_"}),
    }
    if len(raw) >= 12:
        # Within a longer text its base64 begins at another bit; the characters at the seams are not its own.
        written |= {base64.b64encode(b"\0" * shift + raw).decode()[4:-4] for shift in (1, 2)}
    return frozenset(form for form in written if len(form) >= SHORTEST)


def distinctive(value: str) -> bool:
    """Whether a value may be hidden wherever it stands without tearing holes into ordinary text."""
    if len(value) < SHORTEST or harmless(value) or common(value) or "‹" in value or "›" in value:
        return False
    if value.isalpha() and (value.islower() or value.istitle()):
        return len(value) >= 9
    return not value.isdigit() or len(value) >= 8


def _stands_alone(text: str, start: int, end: int, found: str) -> bool:
    """Words and numbers count only where nothing of their like goes on beside them."""
    if not (found.isalpha() or found.isdigit()):
        return True
    return not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum()
