"""Who is refused and who is not: where words are few, the attribute that parts the two tells the cause.

A value of an attribute (network, client, key id, the instance that answered) parts requests where nearly all that bear
it are refused and most of the others are let in. One line parts nothing: each side takes several.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial

from bot.model import Entry
from bot.reading.changes import alternates
from bot.reading.kinds import SIGN_IN
from bot.reading.scene import ABSENT, Scene, ok, same_path, session
from bot.reading.verdict import Check, Verdict, once
from knowledge.attributes import attributes

REFUSED, LET_IN = 2, 3
"""The fewest requests on either side from which on they are parted."""
NEARLY_ALL, MOST = 0.9, 0.6
"""Of those with the value this share is refused, and of the others this one let in."""
DIGITS = re.compile(r"\d+")
Attribute = Callable[[Entry], str | None]
Outcome = Callable[[Entry], bool]


@dataclass(frozen=True, slots=True)
class Parted:
    """The two sides of an attribute: those with the failing request's value, refused, and those with others, let in."""

    value: str
    refused: tuple[Entry, ...]
    let_in: tuple[Entry, ...]
    clean: bool
    """Whether the value does part them."""


def parted(entries: Iterable[Entry], mine: Entry, of: Attribute, let_in: Outcome = ok) -> Parted | None:
    """How the failing request's value of an attribute parts these; None where too few are seen to tell."""
    value = of(mine)
    told = [(of(e), e) for e in entries if value and (e.status == mine.status or let_in(e))]
    same, others = [e for v, e in told if v == value], [e for v, e in told if v and v != value]
    if value is None or len(same) < REFUSED or len(others) < LET_IN:
        return None
    refused, passed = tuple(e for e in same if not let_in(e)), tuple(e for e in others if let_in(e))
    clean = len(refused) >= max(REFUSED, NEARLY_ALL * len(same)) and len(passed) >= max(LET_IN, MOST * len(others))
    return Parted(value, refused, passed, clean)


def folder(path: str | None) -> str:
    """The folder of a path: what is open elsewhere tells nothing of this one."""
    return (path or "").rstrip("/").rpartition("/")[0]


def near(scene: Scene, mine: Entry, of: Attribute) -> Parted | None:
    """How an attribute parts the requests on the failing path, or else those in its folder."""
    beside = [e for e in scene.peers if folder(e.path) == folder(mine.path) and _same_host(e, mine)]
    told = parted(scene.on_path, mine, of), parted(beside, mine, of)
    return next((found for found in told if found and found.clean), told[0] or told[1])


def _same_host(one: Entry, other: Entry) -> bool:
    return not one.host or not other.host or one.host == other.host


def _field(names: Collection[str], entry: Entry) -> str | None:
    """The value of the first of these fields that holds something, whatever they lie in (`jwt.kid`)."""
    told = (v for k, v in entry.fields if k.rpartition(".")[2].lower() in names)
    return next((value for value in told if value.lower() not in ABSENT), None)


def _other_value(names: Collection[str], scene: Scene) -> Verdict:
    """Whether requests with this value of a field are refused, and those with others are let in."""
    mine = scene.failing
    if mine is None or _field(names, mine) is None:
        return None
    found = near(scene, mine, partial(_field, names))
    if found is None or not found.clean:
        return None if found is None else ""
    ((usual, _),) = Counter(_field(names, e) for e in found.let_in).most_common(1)
    return f"All {len(found.refused)} requests with {found.value} are refused; those that are let in bear {usual}"


def server(entry: Entry) -> str | None:
    """The instance that answered, by a field, the proxy or its process; None where none was asked."""
    return None if entry.upstream == "-" else _field(attributes().servers, entry) or entry.upstream or entry.pid


@once
def server_decides(scene: Scene) -> Verdict:
    """Whether one instance refuses what others accept at the same time, or several answer and it comes and goes."""
    mine = scene.failing
    told = _several(scene.on_path, mine, server) or _several(_logs_alike(scene), mine, _log)
    if mine is None or told is None:
        return None
    served, of = told
    found = parted(served, mine, of)
    if (
        found
        and found.clean
        and _at_once(found)
        and min(len(set(map(_caller, side))) for side in (found.refused, found.let_in)) > 1
    ):
        return f"All {len(found.refused)} requests that {found.value} answered are refused, and others let callers in"
    count = len(set(map(of, served)))
    return f"{count} instances answer {mine.path}, some refuse what others accept" if alternates(scene) else ""


def _several(entries: Iterable[Entry], mine: Entry | None, of: Attribute) -> tuple[list[Entry], Attribute] | None:
    """The requests of which it is told which instance answered, where there are several and mine is one of them."""
    told = [(e, value) for e in entries if (value := of(e))]
    known = {id(e): value for e, value in told}
    several = mine is not None and of(mine) and len(set(known.values())) > 1
    return ([e for e, _ in told], lambda e: known.get(id(e)) or of(e)) if several else None


def _logs_alike(scene: Scene) -> list[Entry]:
    """The requests on the path in all logs that are named alike but for a number: those of several instances."""
    alike = DIGITS.sub("#", scene.failing.file) if scene.failing else None
    return [e for e in scene.access if DIGITS.sub("#", e.file) == alike and same_path(e.path, scene.path)]


def _log(entry: Entry) -> str:
    return entry.file.rpartition("/")[2]


def _at_once(found: Parted) -> bool:
    """Whether the others were still let in after the first refusal: else it is the time that parts them."""
    first_refused = min(e.time for e in found.refused if e.time)
    return any(e.time and e.time > first_refused for e in found.let_in)


def _caller(entry: Entry) -> object:
    """Who calls, as far as is told; of whom nothing is told each may be another."""
    return entry.user or session(entry) or (_seat(entry) if entry.client or entry.user_agent else entry.offset)


def _seat(entry: Entry) -> object:
    """Where a caller sits, by which a sign-in that names no user yet is known."""
    return entry.client, entry.user_agent


def _new_sign_ins(scene: Scene) -> Verdict:
    """Whether those who signed in anew are refused ever after, and those who did not are let in."""
    mine = scene.failing
    posts = [e for e in scene.peers if e.method == "POST" and ok(e) and SIGN_IN.search(e.path or "") and e.time]
    signed_in = {_seat(e): e.time for e in posts if e.time}
    if mine is None or _seat(mine) not in signed_in:
        return None if not posts else ""
    outcomes: dict[object, list[bool]] = defaultdict(list)
    for entry in scene.peers:
        since = signed_in.get(_seat(entry))
        if scene.guarded(entry.path) and (since is None or (entry.time and entry.time > since)):
            outcomes[_seat(entry)].append(ok(entry))
    new = [any(let_in) for seat, let_in in outcomes.items() if seat in signed_in]
    old = [sum(let_in) >= MOST * len(let_in) for seat, let_in in outcomes.items() if seat not in signed_in]
    refused, let_in = new.count(False), old.count(True)
    if refused < max(REFUSED, NEARLY_ALL * len(new)) or let_in < max(REFUSED, MOST * len(old)):
        return ""
    return f"All {refused} callers who signed in anew are refused since; {let_in} who did not are let in"


CHECKS: dict[str, Check] = {
    **{finding: partial(_other_value, names) for finding, names in attributes().shows.items()},
    "log.process_dependent": server_decides,
    "log.new_sign_ins_refused": _new_sign_ins,
}
