"""Vendors' shapes, from knowledge/secrets.yaml: read on first need, searched only where their literal stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import knowledge
from bot.redact.harmless import harmless, masked
from bot.redact.model import SHAPED, Span
from bot.redact.scan import Scan

KEPT = 4
"""Characters that stay readable at either end of an identifier."""

FRONT = 64
"""As far in front of a shape's literal it can begin."""

LONGEST_MASKED = 200
"""Nobody hides a longer value in part."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What one vendor's secret looks like."""

    kind: str
    has: str
    after: str
    sample: tuple[str, str]
    before: str = ""
    keep: str = ""


@cache
def shapes() -> tuple[Shape, ...]:
    """All known shapes, in the order of the file."""
    import yaml

    text = (Path(knowledge.__file__).parent / "secrets.yaml").read_text(encoding="utf-8")
    entries = yaml.load(text, Loader=yaml.CSafeLoader)["shapes"]
    return tuple(Shape(**{**entry, "sample": tuple(entry["sample"])}) for entry in entries)


def vendors(scan: Scan) -> Iterator[Span]:
    """The secrets in a text that have a vendor's shape."""
    text = scan.text
    runs = "\n".join(set(_run_pattern().findall(text)))
    for shape in shapes():
        if shape.has not in runs:
            continue
        place = text.find(shape.has)
        while place >= 0:
            found = _shaped(text, shape, place)
            if found is not None:
                yield found[0]
            # What begins within a secret is part of it: to measure it again would take a square of the time.
            place = text.find(shape.has, max(place + 1, found[1] if found else 0))


def _shaped(text: str, shape: Shape, place: int) -> tuple[Span, int] | None:
    """The secret with its literal at this place, and where it ends."""
    start = _start(text, shape, place)
    if start < 0 or text[start - 1 : start].isalnum() or text[start - 1 : start] == "_":
        return None
    after = _compiled(shape.after).match(text, place + len(shape.has))
    if after is None:
        return None
    value = text[start : after.end()]
    if harmless(value) or (len(value) <= LONGEST_MASKED and masked(value)):
        return None
    if shape.keep:
        return Span(start + KEPT, after.end() - KEPT, "…", SHAPED), after.end()
    return Span(start, after.end(), shape.kind, SHAPED), after.end()


def _start(text: str, shape: Shape, place: int) -> int:
    if not shape.before:
        return place
    front = _compiled(rf"(?<![A-Za-z0-9])(?:{shape.before})\Z").search(text[max(0, place - FRONT) : place])
    return max(0, place - FRONT) + front.start() if front else -1


@cache
def _run_pattern() -> re.Pattern[str]:
    return re.compile(r"[A-Za-z0-9_\-.+/=:@~$%]{16,}+")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
