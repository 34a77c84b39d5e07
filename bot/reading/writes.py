"""Whether a caller is let in where it reads and refused where it writes: the credential is good, a right is missing."""

from __future__ import annotations

from bot.model import Entry
from bot.reading.kinds import SIGN_IN
from bot.reading.scene import Scene, key, ok, route, session
from bot.reading.verdict import Check, Verdict

READING, WRITING = frozenset({"GET", "HEAD"}), frozenset({"POST", "PUT", "PATCH", "DELETE"})
NEAR_S, BEFORE_S = 600.0, 120.0
"""Seconds behind a refused call, and before it, within which a read shows that the credential is still good."""


def _only_writes(scene: Scene) -> Verdict:
    mine = scene.failing
    if mine is None or mine.method not in WRITING or not scene.names(mine) or SIGN_IN.search(mine.path or ""):
        return None
    own = [e for e in scene.peers if scene.same_caller(e) and scene.near(e, NEAR_S)]
    if any(ok(e) and e.method in WRITING and not SIGN_IN.search(e.path or "") for e in own):
        return ""
    reads = [e for e in own if ok(e) and e.method in READING and _beside(e, mine) and _checked(scene, e)]
    reads = [e for e in reads if not scene.before(e) or scene.near(e, BEFORE_S)]
    if not reads:
        return None
    return f"The same caller reads {reads[-1].path} at {reads[-1].time:%H:%M:%S}; its {mine.method} is refused"


def _beside(read: Entry, write: Entry) -> bool:
    """Whether a read is of what is written, or of what holds it."""
    one, other = route(read.path), route(write.path)
    return bool(one and other) and (one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/"))


def _checked(scene: Scene, read: Entry) -> bool:
    """Whether the read shows a credential, or is refused to others: what is open to all tells nothing."""
    if read.user or session(read) or key(read):
        return True
    return any(e.status == 401 and e.method in READING and route(e.path) == route(read.path) for e in scene.peers)


CHECKS: dict[str, Check] = {"log.only_writes_refused": _only_writes}
