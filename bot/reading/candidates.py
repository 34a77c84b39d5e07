"""The refused requests between which it is open which one is the reporter's, for them or an engineer to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from bot.logs.lookup import nearest, order
from bot.logs.match import same_path
from bot.model import Candidate, Entry
from bot.reading.scene import Scene, agent

MOST = 4
"""Those nearest to the named time: more cannot be told apart by looking at them."""


def candidates(scene: Scene, rivals: Sequence[Entry]) -> tuple[Candidate, ...]:
    """The line that was found and those that fit as well, in the order of time."""
    found = scene.failing or next(iter(scene.found.request), None)
    dated = [e for e in (found, *rivals) if e is not None and e.time is not None]
    near = nearest(dated, scene.report.at or scene.at, MOST)
    return tuple(_candidate(entry, scene) for entry in sorted(near, key=order))


def _candidate(entry: Entry, scene: Scene) -> Candidate:
    assert entry.time is not None
    return Candidate(
        at=entry.time,
        method=entry.method,
        path=entry.path,
        user=entry.user,
        client=entry.client,
        shared=bool(entry.path) and len(_callers(scene, entry.path or "")) > 1,
    )


def _callers(scene: Scene, path: str) -> set[object]:
    return {e.user or (e.client, agent(e)) for e in scene.peers if e.path and same_path(e.path, path)}
