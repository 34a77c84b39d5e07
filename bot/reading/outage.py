"""An outage that is over: for a while everybody was refused, and then the same callers were let in as they are."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Entry
from bot.reading.kinds import SIGN_IN
from bot.reading.scene import Scene, key, ok, session
from bot.reading.verdict import Check, Verdict

ENOUGH, CALLERS = 5, 2
"""Refusals in a row, and callers who are let in afterwards, from which on it is nobody's own fault."""
STRAY = 0.2
"""The share of refusals that there may be before and afterwards, as there always are some."""


def _over(scene: Scene) -> Verdict:
    """Absence tells nothing: only small files are read for as long as an outage lasts."""
    told = _course(scene) if scene.failing else ()
    before = [e for e in told if ok(e) and scene.before(e)]
    after = [e for e in told if ok(e) and not scene.before(e)]
    begin = told.index(before[-1]) + 1 if before else 0
    run = told[begin : told.index(after[0])] if after else ()
    callers = {scene.names(e) for e in run} - {frozenset()}
    seen = frozenset[str]().union(*map(scene.names, after))
    back = {names for names in callers if names & seen}
    rest = [*told[:begin], *told[begin + len(run) :]]
    if len(run) < ENOUGH or len(back) < CALLERS or sum(e.status == 401 for e in rest) > STRAY * len(rest):
        return None
    if any(SIGN_IN.search(e.path or "") for e in (*run, after[0])):
        return None  # who signs in again is let in with something new
    return (
        f"From {run[0].time:%H:%M:%S} to {run[-1].time:%H:%M:%S} every request was refused, those of {len(callers)}"
        f" callers; since {after[0].time:%H:%M:%S} they are let in again"
    )


def _course(scene: Scene) -> Sequence[Entry]:
    """The requests of the failing one's file, for hours, but for those that may be open to all."""
    file = scene.peers[0].file if scene.peers else None
    beyond = [e for e in scene.found.beyond if e.file == file and e.status is not None and e.path]
    told = sorted([*beyond, *scene.peers], key=lambda e: e.time or scene.at)
    areas = {_area(e.path) for e in told if e.status == 401}
    asked = [e for e in told if e.method != "OPTIONS" and (ok(e) or e.status == 401)]
    return [e for e in asked if _area(e.path) in areas or e.user or key(e) or session(e)]


def _area(path: str | None) -> str:
    return (path or "").strip("/").partition("/")[0]


CHECKS: dict[str, Check] = {"log.outage_over": _over}
