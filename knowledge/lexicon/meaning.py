"""What a clause says, and how it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

SHOWN = 120
_OPAQUE = re.compile(r"\b(?=\w*\d)(?=\w*[^\W\d])\w{7,}")
"""An id or a secret: it is no word, and what is quoted is shown to people."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a clause says, by its words."""

    finding: str
    words: str
    """The clause, short and without what looks like an id or a secret."""
    weak: bool
    """It says that something was refused, and hardly what."""


def short(text: str) -> str:
    """A clause on one line, without what looks like an id or a secret."""
    flat = " ".join(_OPAQUE.sub("…", text).split())
    return flat if len(flat) <= SHOWN else flat[: SHOWN - 1] + "…"
