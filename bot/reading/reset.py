"""Which setting a start of the service changed: a line of the start before, with another word in one place.

`realm Mill` at one start and `realm Weir` at the next, and nobody let in from then on: what the start changed is why,
though no line says that anything is wrong.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.model import Entry
from bot.reading.changes import BEGINNING, START, let_in_since
from bot.reading.held import lists_keys
from bot.reading.scene import Scene, ok
from bot.reading.verdict import Check, Verdict

BURST = timedelta(seconds=3)
"""Lines of one start stand this close to one that says so."""
APART = timedelta(seconds=10)
"""Two starts are farther apart than this."""
WORD = re.compile(r"[^\s\"'=,;()\[\]{}<>|]+")
NAME = re.compile(r"(?=[^\d]{2})[^\W\d][^\W\d.:/@_-]*(?:[.:/@_-]+[^\W\d.:/@_-]+)*[.:]?")
"""A value that somebody chose: what has digits (a port, a process, a release, a pod) is another at every start."""
MOST = 2
"""Words in which a line differs from that of the start before."""
MOST_STARTS = 60
"""Lines that tell of a beginning, up to which they are of starts: who begins something all the time has more."""
REFUSED = 2
BESIDE = 2
"""Words before a value that show what it is of."""


def _changed(scene: Scene) -> Verdict:
    changes = [c for file in _files(scene).values() for c in _of_file(file)]
    if not changes:
        return None
    before, after, at = max(changes, key=lambda c: c[1].time or scene.at)
    refused = [e for e in scene.peers if e.status == 401 and e.time and after.time and e.time > after.time]
    let_in = any(ok(e) and scene.guarded(e.path) for e in scene.peers if e.time and after.time and e.time < after.time)
    if len(refused) < REFUSED or not let_in or let_in_since(scene, after):
        return ""
    now, then = _shown(after, at), _shown(before, at)
    return f"{after.time:%H:%M:%S}: the service started with “{now}”, before that with “{then}”"


def _files(scene: Scene) -> dict[str, list[Entry]]:
    """The dated lines of no request before the failing one, by file."""
    files: dict[str, list[Entry]] = defaultdict(list)
    for entry in (*scene.found.beyond, *scene.found.around):
        if entry.status is None and not entry.path and entry.time and entry.time <= scene.at:
            files[entry.file].append(entry)
    return files


def _of_file(lines: Sequence[Entry]) -> Iterator[tuple[Entry, Entry, int]]:
    """Lines of a file's last two starts that differ in a name: both, and at which word."""
    starts = sorted(e.time for e in lines if e.time and BEGINNING.search(e.text[:START]))
    if not 1 < len(starts) <= MOST_STARTS:
        return
    alike: dict[tuple[int, str], list[tuple[Entry, bool]]] = defaultdict(list)
    for entry in lines:
        words = _words(entry)
        if len(words) > 1 and entry.time:
            alike[len(words), words[0]].append((entry, _near(entry.time, starts)))
    for same in alike.values():
        if len(same) > 1 and all(near for _, near in same):
            yield from _pair([entry for entry, _ in same])


def _near(time: datetime, starts: Sequence[datetime]) -> bool:
    at = bisect_left(starts, time - BURST)
    return at < len(starts) and starts[at] <= time + BURST


def _pair(same: Sequence[Entry]) -> Iterator[tuple[Entry, Entry, int]]:
    """The last such line and the one before it of which it is the follower, if just a name or two differ."""
    last = same[-1]
    for entry in reversed(same[:-1]):
        if last.time is None or entry.time is None or last.time - entry.time < APART:
            continue
        pairs = list(zip(_words(entry), _words(last), strict=True))
        differing = [i for i, (one, other) in enumerate(pairs) if one != other]
        names = [i for i in differing if all(NAME.fullmatch(word) for word in pairs[i])]
        if lists_keys(last.text):
            return  # what it holds is read by itself
        if names and len(names) == len(differing) <= min(MOST, len(pairs) - 1):
            yield entry, last, names[0]
        return


def _words(entry: Entry) -> list[str]:
    return WORD.findall(entry.message[:START])


def _shown(entry: Entry, at: int) -> str:
    return " ".join(_words(entry)[max(0, at - BESIDE) : at + 1])[:80]


CHECKS: dict[str, Check] = {"log.setting_changed": _changed}
