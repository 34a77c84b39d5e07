"""Users whom the service let in and does not know any more: not they have changed, but where it keeps them."""

from __future__ import annotations

from bot.model import Entry
from bot.reading.scene import Scene, ok
from bot.reading.verdict import Check, Verdict
from knowledge.messages import match
from knowledge.plain import plain

SEVERAL = 2
UNKNOWN = "says.user_unknown"


def _forgotten(scene: Scene) -> Verdict:
    """Whether several users are unknown now who were let in before."""
    if not any(map(_unknown, scene.found.request)):
        return None  # told before everybody's lines are read
    everything = sorted(
        (e for e in (*scene.found.around, *scene.found.beyond) if e.time), key=lambda e: e.time or scene.at
    )
    let_in: set[str] = set()
    forgotten: set[str] = set()
    for entry in everything:
        if entry.user and ok(entry):
            let_in.add(plain(entry.user))
            forgotten.discard(plain(entry.user))
        elif entry.status is None and _unknown(entry):
            forgotten |= let_in & set(plain(entry.text).replace(":", " ").split())
    if not let_in:
        return None
    names = ", ".join(sorted(forgotten)[:3])
    return f"Users who were let in before are unknown now: {names}" if len(forgotten) >= SEVERAL else ""


def _unknown(entry: Entry) -> bool:
    return any(hit.finding == UNKNOWN for hit in match(entry.text, "log"))


CHECKS: dict[str, Check] = {"log.users_forgotten": _forgotten}
