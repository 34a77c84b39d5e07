"""Who answers the challenge: clients that send no credentials until they are asked come back with them at once.

Where others are refused and let in a moment later, one that is refused and never comes back has nothing to send. No
field of the log need tell of credentials for this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.model import Entry
from bot.reading.scene import Scene, agent, ok
from bot.reading.verdict import Verdict

AT_ONCE = timedelta(seconds=3)
OTHERS = 3
"""Callers who answer the challenge, from which on it is known to be the way here."""
Seat = tuple[str | None, str]


def unanswered(scene: Scene) -> Verdict:
    """Whether the failing caller is challenged as others are, and does not come back as they do."""
    mine = scene.failing
    if mine is None or mine.client is None:
        return None
    seats = _by_seat(e for e in scene.peers if e.client and e.time)
    here = seats.pop(_seat(mine), [])
    answering = sum(any(_comes_back(some, e) for e in some if e.status == 401) for some in seats.values())
    if answering < OTHERS:
        return None
    refused = [e for e in here if e.status == 401]
    if not refused or any(map(ok, here)) or any(_soon(here, e) for e in refused):
        return ""
    return f"{answering} other callers are challenged and come back at once; {mine.client} never does"


def _by_seat(entries: Iterable[Entry]) -> dict[Seat, list[Entry]]:
    seats: dict[Seat, list[Entry]] = defaultdict(list)
    for entry in entries:
        seats[_seat(entry)].append(entry)
    return seats


def _seat(entry: Entry) -> Seat:
    return entry.client, agent(entry)


def _comes_back(entries: Sequence[Entry], refused: Entry) -> bool:
    return any(ok(e) for e in _soon(entries, refused))


def _soon(entries: Sequence[Entry], refused: Entry) -> list[Entry]:
    """The caller's requests right after a refusal, in the order of the log."""
    later = entries[next(i for i, e in enumerate(entries) if e is refused) + 1 :]
    return [e for e in later if e.time and refused.time and e.time - refused.time <= AT_ONCE]
