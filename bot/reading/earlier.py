"""What an earlier request of the same caller met that lasts: a session reset then is why later ones are refused.

A framework that lets a request through and drops its session, a sign-out of everything or a lock is told once, where it
happens; the requests behind it are refused without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.model import Collected, Entry, Finding
from bot.reading.kinds import SIGN_IN
from bot.reading.says import COMPOSED
from bot.reading.scene import Scene, key, ok, session
from knowledge import lexicon
from knowledge.messages import match

LASTING = frozenset({"says.csrf_failed", "says.sessions_ended", "says.token_revoked", "says.account_blocked"})
"""What holds beyond the request that met it."""
SESSIONS = frozenset({"says.csrf_failed", "says.sessions_ended"})
"""What a client meets whoever uses it: of a key or an account it is told only by its name whose it is."""
WITHIN_S = 900.0
BY_NAME, BY_ADDRESS = 0.8, 0.6
"""The trust in who it was: by user, session or key, and by address and client alone."""


def in_lines(scene: Scene, said: Collected) -> Collected:
    """What lasts, of what the caller's requests met while they were not let in; nothing where the refusal says why."""
    mine = scene.failing
    if mine is None or any(f.id.startswith("says.") and not f.composed for f in said.findings):
        return Collected()
    named = bool(mine.user or session(mine) or key(mine))
    met = [(e, *told) for e in _run(scene) for told in lasting(scene, e) if named or told[0] in SESSIONS]
    if not met or scene.before(met[0][0]) is False:
        return Collected()
    entry, finding, text, composed = met[0]
    again = sum(name == finding for _, name, *_ in met) > 1
    words = f"{entry.time:%H:%M:%S}, an earlier request of the same caller: {text}"
    trust = scene.trust * (BY_NAME if again or named else BY_ADDRESS) * (COMPOSED if composed else 1)
    found = Finding(id=finding, source="log", text=words[:300], trust=trust, at=entry.time, composed=composed)
    return Collected((found,))


def _run(scene: Scene) -> list[Entry]:
    """The caller's other requests around the failing one, in the order of time, between two that were let in."""
    own = {*scene.found.request}
    theirs = [e for e in scene.peers if e not in own and scene.near(e, WITHIN_S) and scene.same_caller(e)]
    before = [e for e in theirs if scene.before(e)]
    after = [e for e in theirs if not scene.before(e)]
    start = max((i + 1 for i, e in enumerate(before) if _let_in(scene, e)), default=0)
    end = min((i for i, e in enumerate(after) if _let_in(scene, e) or SIGN_IN.search(e.path or "")), default=len(after))
    return [*before[max(0, start - 1) :], *after[:end]]


def _let_in(scene: Scene, entry: Entry) -> bool:
    signs_in = SIGN_IN.search(entry.path or "") is not None
    return ok(entry) and entry.method != "OPTIONS" and scene.guarded(entry.path) and not signs_in


def lasting(scene: Scene, entry: Entry) -> Iterator[tuple[str, str, bool]]:
    """What a request met that lasts: the finding, the words, and whether these were put together."""
    for line in (entry, *_beside(scene, entry)):
        known = [(hit.finding, hit.text, False) for hit in match(line.text, "log")]
        told = known or [(m.finding, m.words, True) for m in lexicon.meanings(line.message, line.fields) if not m.weak]
        yield from (found for found in told if found[0] in LASTING)


def _beside(scene: Scene, entry: Entry) -> Iterator[Entry]:
    """The lines of the same request that an id joins."""
    for line in scene.found.around if entry.ids else ():
        if line is not entry and set(line.ids) & set(entry.ids):
            yield line
