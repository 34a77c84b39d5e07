"""Whether a program's credential ended by itself: calls go well from when it came, and are refused from its end on."""

from __future__ import annotations

from collections.abc import Iterator

from bot.durations import duration
from bot.logs.origins import NUMBER, obtained
from bot.model import Entry
from bot.reading.scene import Scene, ok
from bot.reading.verdict import Check, Verdict
from knowledge.settings import pattern

TOLD = (
    r"(?<![\w-]){lifetimes}[\"']?(?:\s*[:=]\s*|\s)[\"']?"
    r"(?P<many>\d{1,6})\s?(?P<unit>s|secs?|seconds?|m|mins?|minutes?|minuten|h|hours?|hrs?|stunden?|d|days?|tage?)?(?![\w.-])"
)
"""How settings and lines state a lifetime; a bare number is of seconds (RFC 6749 section 5.1)."""
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "t": 86400}
USUAL = (300, 600, 900, 1200, 1800, 3600, 7200, 14400, 21600, 28800, 36000, 43200, 86400)
"""Lifetimes that are given out as they come, in seconds."""
EARLY_S, LATE, LATE_S = 60, 0.1, 60
"""How much before a lifetime's end it may be refused, as clocks differ, and how much later it may be tried next: the
share of it and the seconds."""
SHORTEST_S = 120
LONGEST = 40_000
"""Characters of a text in which a lifetime is looked for."""


def _ends(scene: Scene) -> Verdict:
    """Whether from when the credential came until its refusal just the lifetime passed that is told, or a usual one."""
    if scene.own_log is None:
        return None
    own = [e for e in scene.found.around if e.file == scene.own_log and e.time and e.host in (None, scene.report.host)]
    begun = next((e for e in reversed(own) if scene.before(e) and obtained(e)), None)
    if begun is None:
        return None
    since = [e for e in own if e.time and begun.time and e.time > begun.time]
    first = next((e for e in since if _refused(e)), None)
    if first is None or any(ok(e) for e in since if e.time and first.time and e.time > first.time):
        return ""
    assert begun.time is not None and first.time is not None
    passed = (first.time - begun.time).total_seconds()
    lifetime = next((s for s in (*_told(scene), *USUAL) if _fits(passed, s)), None)
    if lifetime is None:
        return ""
    since_then = f"{duration(passed)} after the credential came ({begun.time:%H:%M:%S})"
    return f"Every call is refused since {since_then}: a lifetime of {duration(lifetime)} was over"


def _fits(passed: float, lifetime: int) -> bool:
    return lifetime > SHORTEST_S and lifetime - EARLY_S <= passed <= lifetime * (1 + LATE) + LATE_S


def _told(scene: Scene) -> Iterator[int]:
    """The lifetimes, in seconds, that what was posted and the lines around state."""
    for text in (scene.report.text, *(e.text for e in scene.found.around)):
        for found in pattern(TOLD).finditer(text[:LONGEST]):
            yield int(found["many"]) * UNITS.get((found["unit"] or "s")[0].lower(), 1)


def _refused(entry: Entry) -> bool:
    return entry.status == 401 or (entry.status is None and NUMBER.search(entry.text) is not None)


CHECKS: dict[str, Check] = {"log.ends_with_lifetime": _ends}
