"""What the logs say at the moment of the refusal that nothing ties to it: it may be of it all the same."""

from __future__ import annotations

from heapq import nsmallest

from bot.logs.formats.tokens import ALARMING
from bot.logs.lookup import distance
from bot.logs.match import REFUSAL
from bot.model import Entry
from bot.reading.scene import Scene

WITHIN_S, MOST, LONGEST = 5.0, 10, 400
"""The seconds either way, how many lines are taken, and characters of each."""


def alarms(scene: Scene) -> tuple[str, ...]:
    """The nearest lines that speak of a refusal or a fault, without the request's own."""
    own = {(e.file, e.offset) for e in scene.found.request}
    alarming = (e for e in scene.found.around if scene.near(e, WITHIN_S) and _alarms(e))
    others = [e for e in alarming if (e.file, e.offset) not in own]
    return tuple(e.text[:LONGEST] for e in nsmallest(MOST, others, key=lambda e: distance(e, scene.at)))


def _alarms(entry: Entry) -> bool:
    return entry.level in ALARMING or REFUSAL.search(entry.text) is not None
