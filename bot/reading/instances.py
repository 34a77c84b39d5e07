"""Instances of one service: which of them has a request, and whether one refuses whom another lets in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from bot.model import Entry
from bot.reading.scene import Scene, ok
from bot.reading.verdict import Check, Verdict

FEWEST = 3
"""Requests of an instance from which on it is known as one."""
BY_TURNS = 2
"""Requests of one caller on either side that show more than chance."""
MOST = 8
"""Values of a column up to which it may name instances."""
Logged = Mapping[str, frozenset[str]]


def logged(scene: Scene) -> Logged:
    """The ids of everybody's requests, by the other files that have lines of them."""
    known = {i for e in scene.peers for i in e.ids}
    first = scene.peers[0].file if scene.peers else None
    found: dict[str, set[str]] = defaultdict(set)
    for entry in scene.found.around:
        if entry.file != first and (own := known & set(entry.ids)):
            found[entry.file] |= own
    return {file: frozenset(ids) for file, ids in found.items() if len(ids) >= FEWEST}


def beside(by_file: Logged, file: str, others: Iterable[str]) -> bool:
    """Whether a file is another instance's than one of these: they share the load, so no request is in both."""
    return any(not by_file[file] & by_file[other] for other in others if other != file and other in by_file)


def _served(scene: Scene) -> Mapping[Entry, str]:
    """Which instance answered: the one whose file has the request, or what a column of a few values names."""
    by_file = logged(scene)
    by_id = {i: f.rpartition("/")[2] for f, ids in by_file.items() if beside(by_file, f, by_file) for i in ids}
    told = {e: next((by_id[i] for i in e.ids if i in by_id), None) or _behind(e) for e in scene.peers}
    counts = Counter(name for name in told.values() if name)
    return {e: name for e, name in told.items() if name and counts[name] >= FEWEST} if len(counts) <= MOST else {}


def _behind(entry: Entry) -> str | None:
    """What a line itself names as having answered."""
    return entry.get("rest") or (entry.upstream if entry.upstream != "-" else None)


def _depends(scene: Scene) -> Verdict:
    """Whether the failing request's instance refuses callers whom others let in by turns."""
    mine, served = scene.failing, _served(scene)
    own = {*(mine.ids if mine else ()), *(e.text for e in scene.found.request)}
    here = next((name for e, name in served.items() if set(e.ids or (e.text,)) & own), None)
    if here is None or len(set(served.values())) < 2:
        return None
    callers: dict[str, list[tuple[Entry, bool]]] = defaultdict(list)
    for entry, name in served.items():
        for caller in scene.names(entry) if scene.guarded(entry.path) else ():
            callers[caller].append((entry, name == here))
    parted = {caller for caller, requests in callers.items() if _parted(requests)}
    count = len(parted) if mine and (parted & scene.names(mine) or not scene.names(mine)) else 0
    others = ", ".join(sorted(set(served.values()) - {here}))
    return f"{here} refuses {count} callers whom {others} lets in by turns" if count else ""


def _parted(requests: Collection[tuple[Entry, bool]]) -> bool:
    """Whether a caller, from the first refusal here on, is refused here and let in elsewhere."""
    first = min((e.time for e, here in requests if here and e.status == 401 and e.time), default=None)
    since = [(e, here) for e, here in requests if first and e.time and e.time >= first]
    ours, others = [e for e, here in since if here], [e for e, here in since if not here]
    refused, let_in = [e for e in ours if e.status == 401], [e for e in others if ok(e)]
    by_turns = len(refused) >= BY_TURNS and len(let_in) >= BY_TURNS
    return by_turns and len(refused) == len(ours) and len(let_in) >= 0.8 * len(others)


CHECKS: dict[str, Check] = {"log.instance_dependent": _depends}
