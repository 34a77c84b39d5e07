"""The time that refused requests bring along, against the clock that wrote their lines.

Who signs a request writes its time into it. One such time that is far off may be of an old message sent again; where
several lie away from their lines at one constant distance, the clocks are apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from bot.durations import duration
from bot.logs.match import REFUSAL
from bot.model import TRUST, Collected, Entry, Finding
from bot.reading.scene import AT_LEAST_S, Scene, ok
from knowledge.lexicon.stamps import brought, by_zone

FEWEST, SLACK_S = 2, 60.0
"""Requests that must show it, and how far their distances may differ: requests travel, and clocks are read late."""
LEAST_S = 300.0
"""Nearer than this both sides of a signature commonly let pass."""
ENOUGH, USUAL_S = 3, 10.0
"""Requests that are let in from which on it is known how far off theirs are, and what is allowed to any."""
APART = "log.stamps_apart"


def collect(scene: Scene) -> Collected:
    """Whether the refused requests around bring times at one constant distance from the server's own."""
    entries = (*scene.found.around, *scene.found.beyond)
    refused = list(filter(_refused, entries))
    own = _each(filter(scene.same_caller, refused))
    stamped = own if len(own) >= FEWEST else _each(refused)
    offs = _offs(stamped)
    if len(offs) < FEWEST:
        return Collected()
    looked = frozenset({APART})
    middle, least = offs[len(offs) // 2], _least(_offs(_stamped(filter(ok, entries))))
    constant = offs[-1] - offs[0] <= min(SLACK_S, least)
    if not constant or abs(middle) < least or by_zone(middle):
        return Collected(looked_for=looked)
    side = "ahead of" if middle > 0 else "behind"
    text = (
        f"{len(offs)} refused requests bring a time {duration(middle)} {side} the clock that wrote their lines,"
        f" as {stamped[-1][0]:%Y-%m-%d %H:%M:%S} at {stamped[-1][1]:%Y-%m-%d %H:%M:%S} UTC"
    )
    return Collected((Finding(id=APART, source="log", text=text, trust=_trust(scene, stamped), at=scene.at),), looked)


def _refused(entry: Entry) -> bool:
    return not ok(entry) and bool(entry.status or REFUSAL.search(entry.text))


def _stamped(entries: Iterable[Entry]) -> Iterator[tuple[datetime, datetime]]:
    """(the request's own time, its line's) of each line that has both."""
    for entry in entries:
        came = brought(entry.text, entry.time) if entry.time else None
        if came is not None and entry.time is not None:
            yield came, entry.time.astimezone(UTC)


def _each(entries: Iterable[Entry]) -> list[tuple[datetime, datetime]]:
    return list(dict.fromkeys(_stamped(entries)))


def _offs(stamped: Iterable[tuple[datetime, datetime]]) -> list[float]:
    return sorted((came - at).total_seconds() for came, at in stamped)


def _least(accepted: list[float]) -> float:
    """How far a time must be off to tell anything: plainly farther than all of those that are let in."""
    return max(USUAL_S, 4 * max(map(abs, accepted))) if len(accepted) >= ENOUGH else LEAST_S


def _trust(scene: Scene, stamped: list[tuple[datetime, datetime]]) -> float:
    """Lines that the service's wrong clock puts far from the named time are the report's by the caller's clock."""
    named, within = scene.report.at, timedelta(seconds=max(scene.report.at_precision_s or 0, AT_LEAST_S))
    meant = named is not None and any(abs(came - named) <= within for came, _ in stamped)
    return max(scene.trust, TRUST["log_by_window"]) if meant else scene.trust
