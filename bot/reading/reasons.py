"""Why the failing request's lines say it was refused, in a word or by a name, where no sentence says it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Collected, Entry, Finding
from bot.reading.scene import Scene, ok, same_path
from bot.reading.tie import naming
from knowledge import reasons
from knowledge.findings import findings as kinds
from knowledge.plain import plain

TRUST = 0.6
"""The trust in a single word."""
NAMED_TRUST = 0.9
"""The trust in a permission, or a key that follows, which a line calls by its name."""
VERDICTS = frozenset({"says.key_invalid", "says.token_invalid", "says.login_failed", "says.header_malformed"})
"""What is said of a credential that is refused, whatever the reason."""
BESIDE_S = 1.0
SOME = 0.6
"""The share of a file's lines of requests up to which a field is none that all of them have."""


def in_lines(scene: Scene, said: Collected) -> Collected:
    """What the failing request's lines name: codes where no known sentence says more, and what has a name."""
    own = [e for e in scene.found.request or _told_of(scene) if e.status in {None, 401, 403}]
    found = [f for e in (*own, *_beside(scene)) for f in _in_entry(scene, e)]
    told = {f.id for f in said.findings if f.id.startswith("says.")} - VERDICTS
    return Collected(tuple(f for f in found if not told or f.trust > TRUST * scene.trust))


def _told_of(scene: Scene) -> Iterator[Entry]:
    """Where no refusal was found: the lines of the report's path that name the reporter, whatever word refuses."""
    yield from (e for e in naming(scene) if same_path(e.path, scene.report.path))


def _beside(scene: Scene) -> Iterator[Entry]:
    """The lines at its moment that name no request, where nobody else is refused then."""
    own = {*scene.found.request}
    near = [e for e in scene.found.around if own and scene.near(e, BESIDE_S) and e not in own]
    if not any(e.status == 401 and not scene.same_caller(e) for e in near):
        yield from (e for e in near if e.status is None and not (e.path or e.client or e.ids))


def _in_entry(scene: Scene, entry: Entry) -> Iterator[Finding]:
    # A line's fields may stand in its message, or only beside it.
    text = " ".join([entry.message, *(f"{k} {v}" for k, v in entry.fields)])
    names = frozenset(plain(v) for v in (entry.user, entry.client, *(v for _, v in entry.fields)) if v)
    word = next(_fields(scene, entry), None) or (_uncommon(reasons.alone(entry.message, names)))
    if word:
        finding = reasons.known().codes[word]
        yield _finding(finding, f"{kinds()[finding].text} (so I read the code “{word}”)", TRUST, scene, entry)
    if permission := reasons.permission(entry.message):
        yield _finding("says.scope_missing", f"The line names the permission {permission}", NAMED_TRUST, scene, entry)
    if state := reasons.lasts(f"{entry.path or scene.path} {entry.message}"):
        yield _finding("says.account_blocked", f"The line tells of a state that lasts: “{state}”", TRUST, scene, entry)
    if followed := reasons.successor(text):
        yield _finding("log.successor_named", "{} has a successor, {}".format(*followed), NAMED_TRUST, scene, entry)


def _fields(scene: Scene, entry: Entry) -> Iterator[str]:
    """The codes in fields that are called a reason, or that only some lines have."""
    known = reasons.known()
    alike = [e for e in scene.found.around if e.file == entry.file and e.path]
    for name, value in entry.fields:
        word, key = reasons.code(value), name.rpartition(".")[2].lower()
        if not word:
            continue
        others = {reasons.code(v) for e in alike for k, v in e.fields if k == name} - {word, None}
        some = sum(any(k == name for k, _ in e.fields) for e in alike) <= SOME * len(alike)
        let_in = any(ok(e) and (name, value) in e.fields for e in alike)
        if not let_in and (key in known.reasons or (some and len(alike) > 3)) and (others or not _common(word)):
            yield word


def _common(word: str) -> bool:
    return word in reasons.known().common


def _uncommon(word: str | None) -> str | None:
    return None if word is None or _common(word) else word


def _finding(name: str, text: str, trust: float, scene: Scene, entry: Entry) -> Finding:
    alone = trust == TRUST
    return Finding(id=name, source="log", text=text[:300], trust=scene.trust * trust, at=entry.time, composed=alone)
