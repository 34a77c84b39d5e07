"""By which key the tokens are signed that are let in, and by which the one that is refused.

A verifier that holds an old key set refuses the tokens of a new key alone, and calls their signature invalid as often
as their key unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from bot.model import Entry
from bot.reading.scene import ABSENT, Scene, ok
from bot.reading.verdict import Verdict

FIELD = re.compile(r"(?i)(?:^|[._-])(?:kid|key_?id|signing_key|jwk)$")
PROSE = re.compile(
    r"(?i)(?<![\w.-])(?:\w{1,20}[_.])?kid(?:\\?[\"'])?(?: ?[=:] ?| )(?:\\?[\"'])?([\w-]{2,64})(?![\w.-])"
)
LONGEST = 2_000
REFUSED, SHARED = 2, 3
"""Refusals and requests that are let in with one key, from which on it is the issuer's: an API key is one caller's."""


def unlike_accepted(scene: Scene) -> Verdict:
    """Whether the failing request's key is one whose tokens are never let in, and others' are."""
    mine = set(told_keys(scene.found.request))
    if not mine or scene.failing is None or _refusals(scene, mine) < REFUSED:
        return None
    let_in = Counter(key for e in scene.peers if ok(e) for key in set(told_keys([e])))
    accepted = [key for key, count in let_in.items() if count >= SHARED]
    if not accepted or sum(let_in[key] for key in accepted) < 0.8 * let_in.total():
        return None
    if mine & let_in.keys():
        return ""
    return f"Its token is of the key {min(mine)}; all that are let in are of {' and '.join(sorted(accepted)[:2])}"


def _refusals(scene: Scene, keys: set[str]) -> int:
    """How many refusals tell of such a key, by the answers that bear it or by the lines beside them."""
    bearing = [e.status is None for e in scene.found.around if not ok(e) and keys & set(told_keys([e]))]
    return max(bearing.count(True), bearing.count(False))


def told_keys(entries: Iterable[Entry]) -> Iterator[str]:
    """The key ids that records name."""
    for entry in entries:
        told = [v for k, v in entry.fields if FIELD.search(k)] or PROSE.findall(entry.message[:LONGEST])
        yield from (key for key in told if key.lower() not in ABSENT)
