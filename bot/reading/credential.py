"""The failing request's own key or session in everybody's requests: where it is let in, and where no longer.

A key that is let in from elsewhere, on another call or a minute ago is none that nobody knows, whatever the words of
its refusal.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.logs.formats.tokens import METHODS
from bot.model import Entry
from bot.reading.hints import hints
from bot.reading.scene import Scene, key, ok, route, same_path, session
from bot.reading.verdict import Check, Verdict
from knowledge import reasons
from knowledge.lexicon.terms import terms_in
from knowledge.plain import plain

PAUSE_S = 60.0
"""A session that was let in less long ago has not ended by itself: it may be this one call that is refused."""
ALARMING = frozenset({"warn", "warning", "error", "critical"})
MOST = 0.8
"""The share of a file's lines up to which a word in them may be a name."""
METHOD_WORDS = frozenset(METHODS.lower().split("|"))
WORD = re.compile(r"[^\W_][\w.@+-]*[^\W_]")
Fits = Callable[[Scene, Entry, Entry], bool]


def _let_in(scene: Scene, mine: Entry, of: Callable[[Entry], str | None]) -> list[Entry] | None:
    """The requests with the same value that are let in where not everybody is; None where there are none of them."""
    value = of(mine)
    good = [e for e in scene.peers if of(e) == value and ok(e) and scene.guarded(e.path)]
    return good if value and good else None


def _key(fits: Fits, says: str) -> Check:
    def check(scene: Scene) -> Verdict:
        mine = scene.failing
        good = _let_in(scene, mine, key) if mine else None
        if mine is None or good is None:
            return None
        found = next((e for e in reversed(good) if fits(scene, mine, e)), None)
        return says.format(e=found, at=f"{found.time:%H:%M:%S}") if found else ""

    return check


def _from_elsewhere(scene: Scene, mine: Entry, entry: Entry) -> bool:
    here = [e for e in scene.peers if key(e) == key(mine) and e.client == mine.client and ok(e)]
    return bool(mine.client and entry.client) and mine.client != entry.client and not here


def _on_other_call(scene: Scene, mine: Entry, entry: Entry) -> bool:
    other = (
        route(entry.path) != route(mine.path) or entry.method != mine.method or bool(entry.query) != bool(mine.query)
    )
    after = not scene.before(entry) and not any(_same_call(mine, e) and ok(e) for e in scene.peers)
    return other and after and entry.client == mine.client


def _before(scene: Scene, mine: Entry, entry: Entry) -> bool:
    return scene.before(entry) and entry.client == mine.client and same_path(entry.path, mine.path)


def _same_call(mine: Entry, entry: Entry) -> bool:
    return key(mine) == key(entry) and same_path(mine.path, entry.path) and mine.method == entry.method


def _session_refused(scene: Scene) -> Verdict:
    mine = scene.failing
    good = _let_in(scene, mine, session) if mine else None
    if mine is None or good is None:
        return None
    here = [e for e in good if route(e.path) == route(mine.path)]
    if not here or any(not scene.before(e) or scene.near(e, PAUSE_S) for e in good):
        return ""
    return f"The session that was let in until {good[-1].time:%H:%M:%S} came again and was refused"


def named(scene: Scene) -> str:
    """That a line of the refusal names whom the report speaks of, and other lines of its file let in by name."""
    spoken = {*(h for h in hints(scene.report) if not terms_in(h)), *map(plain, scene.report.users)} - METHOD_WORDS
    for line in scene.found.request:
        file = [e for e in scene.found.around if e.file == line.file and e.path]
        told = spoken & _words(line) if line.status is None and not reasons.signs_in(line.message) else frozenset()
        for name in sorted(told):
            theirs = [e for e in file if name in _words(e)]
            if any(map(_lets_in, theirs)) and len(theirs) <= MOST * len(file):
                return f"The log names {name} for this request, and lets {name} in elsewhere"
    return ""


def _words(entry: Entry) -> frozenset[str]:
    return frozenset(WORD.findall(plain(entry.message.replace(entry.path or " ", " "))))


def _lets_in(entry: Entry) -> bool:
    return entry.status is None and entry.level not in ALARMING and not reasons.refuses(entry.message)


CHECKS: dict[str, Check] = {
    "log.key_ok_from_elsewhere": _key(_from_elsewhere, "The same key was let in from {e.client} at {at}"),
    "log.key_ok_on_other_call": _key(_on_other_call, "The same key was let in with {e.method} {e.path} at {at}"),
    "log.key_ok_before": _key(_before, "The same key was let in on this call at {at}"),
    "log.session_refused": _session_refused,
}
