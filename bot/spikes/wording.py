"""How a spike is told: what is hit, how much against how much, since when, after what."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.spikes.model import Incident, Node

UNNAMED = ("no route", "no user agent", "no region")


def part(node: Node) -> str:
    """A part of the traffic in words: `ios/5.2 (all routes)`."""
    named = [word or nothing for word, nothing in zip(node, UNNAMED, strict=True) if word is not None]
    if not named:
        return "everything"
    return " in ".join(named) if node.route is not None else f"{' in '.join(named)} (all routes)"


def first_line(incident: Incident) -> str:
    """`401s x14 on ios/5.2 (all routes) since 12:03 UTC, 42 vs 3 expected; after jwks rotation 12:03 UTC`."""
    times = incident.observed / max(incident.expected, 0.1)
    line = f"401s x{times:.0f} on {part(incident.node)} since {clock(incident.onset)}"
    line += f", {incident.observed} vs {incident.expected:.1f} expected"
    if incident.cause:
        line += f"; after {incident.cause.kind.replace('_', ' ')} {clock(incident.cause.at)}"
    return line


def clock(at: float) -> str:
    """A moment of these hours, in seconds since 1970, as people read it."""
    return f"{datetime.fromtimestamp(at, UTC):%H:%M} UTC"


def dated(at: float) -> str:
    """A moment of any day, in seconds since 1970, as people read it."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
