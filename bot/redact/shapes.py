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
            yield from _shaped(text, shape, place)
            place = text.find(shape.has, place + 1)


def _shaped(text: str, shape: Shape, place: int) -> Iterator[Span]:
    start = _start(text, shape, place)
    after = _compiled(shape.after).match(text, place + len(shape.has))
    if start < 0 or after is None or text[start - 1 : start].isalnum() or text[start - 1 : start] == "_":
        return
    value = text[start : after.end()]
    if harmless(value) or masked(value):
        return
    if shape.keep:
        yield Span(start + KEPT, after.end() - KEPT, "…", SHAPED)
    else:
        yield Span(start, after.end(), shape.kind, SHAPED)


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
