"""Every other place where a secret stands that was found once, in clear or encoded."""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import quote

from bot.redact.harmless import common, harmless
from bot.redact.model import NAMED, OPEN, Span

PLAIN = re.compile(r"[A-Za-z0-9_.~-]+")
"""What no encoding but base64 changes."""

SHORTEST = 6
TAIL = 6
"""Places are found by a form's last characters: secrets begin alike (`eyJ`, `ghp_`) but end differently."""


def spread(text: str, secrets: Iterable[tuple[str, str]]) -> Iterator[Span]:
    """Where the values of (kind, value) stand in a text, whatever surrounds them. One walk, however many there are."""
    by_tail: defaultdict[str, dict[int, dict[str, str]]] = defaultdict(dict)
    for kind, value in dict.fromkeys(secrets):
        for form in forms(value):
            by_tail[form[-TAIL:]].setdefault(len(form), {})[form] = kind
    longest_first = {tail: sorted(lengths.items(), reverse=True) for tail, lengths in by_tail.items()}
    for place in _places(text, longest_first):
        end = place + TAIL
        for length, known in longest_first[text[place:end]]:
            found = text[end - length : end] if end >= length else ""
            if found in known and _stands_alone(text, end - length, end, found):
                yield Span(end - length, end, known[found], NAMED)


def _places(text: str, tails: Collection[str]) -> Iterator[int]:
    if len(tails) > 40:
        yield from (i for i in range(len(text) - TAIL + 1) if text[i : i + TAIL] in tails)
        return
    for tail in tails:
        place = text.find(tail)
        while place >= 0:
            yield place
            place = text.find(tail, place + 1)


def forms(value: str) -> set[str]:
    """A value as it may be written: itself, percent-encoded, JSON-escaped, base64. Empty for what is too common."""
    if not distinctive(value):
        return set()
    raw = value.encode("utf-8", "surrogatepass")
    padded = base64.b64encode(raw).decode()
    encoded = padded.rstrip("=")
    written = {value, padded, encoded, encoded.translate({43: "-", 47: "_"})}
    if not PLAIN.fullmatch(value):
        written |= _escaped(value, raw)
    if len(raw) >= 12:
        # Within a longer text its base64 begins at another bit; the characters at the seams are not its own.
        written |= {base64.b64encode(b"\0" * shift + raw).decode()[4:-4] for shift in (1, 2)}
    return {form for form in written if len(form) >= SHORTEST}


def _escaped(value: str, raw: bytes) -> set[str]:
    percent = quote(raw, safe="")
    return {
        percent,
        percent.replace("%20", "+"),
        quote(raw),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1].replace("/", "\\/"),
        value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
    }


def distinctive(value: str) -> bool:
    """Whether a value may be hidden wherever it stands without tearing holes into ordinary text."""
    if len(value) < SHORTEST or harmless(value) or common(value) or OPEN in value:
        return False
    if value.isalpha() and (value.islower() or value.istitle()):
        return len(value) >= 9
    return not value.isdigit() or len(value) >= 8


def _stands_alone(text: str, start: int, end: int, found: str) -> bool:
    """Words and numbers count only where nothing of their like goes on beside them."""
    if not (found.isalpha() or found.isdigit()):
        return True
    return not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum()
