"""Headers of an answer in which a service says why it refused: `X-Auth-Error`, `Grpc-Message`, `npm-notice`.

Vendors and teams name them as they like; such a name speaks of a reason, and the value is a sentence or a code.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from knowledge.lexicon import meanings
from knowledge.lexicon.meaning import Meaning

REASON = re.compile(
    r"(?i)reason|denied|error|notice|message|warning|diagnos|detail|descr|cause|fail|reject|refus|auth-?(?:result|state|status)"
)
"""How headers are called that say why."""
ASIDE = re.compile(
    r"(?i)^(?:set-cookie|content-|access-control-|sec-|report|nel$|link$|vary$|via$|server|x-request|traceparent)"
)
EVERYBODY = re.compile(
    r"(?i)\b(?:all|every|everyone\S{0,2}|any|alle|todos|todas|tous|toutes|tutti|tutte|wszystkie|alla)\b"
)
LONGEST = 2_000


def told(name: str, value: str) -> tuple[Meaning, ...]:
    """What such a header means; the name's own words count where the value alone says nothing."""
    if not REASON.search(name) or ASIDE.match(name):
        return ()
    said = unquote(value[:LONGEST])
    return meanings(said) or meanings(f"{name.removeprefix('X-').removeprefix('x-')}: {said}")


def of_everybody(meaning: Meaning) -> bool:
    """Whether it is said of whoever asks, and so of the reporter as well: `all tokens have been invalidated`."""
    return EVERYBODY.search(meaning.words) is not None
