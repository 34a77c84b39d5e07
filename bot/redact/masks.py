"""Masks that stand in a text already: they are left alone, but only those that this program makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.redact.model import CLOSE, OPEN

MASK = re.compile(f"{OPEN}([A-Za-z0-9 .()/-]{{2,60}}){CLOSE}")

OWN_FORM = (
    "private key",
    "JSON Web Token",
    "encrypted JSON Web Token",
    "signed token",
    "password",
    "password in a URL",
    "token in a URL",
    "bearer token",
    "Basic credentials",
    "cookie",
)
"""Kinds that come neither from a name nor from a vendor."""


@cache
def kinds() -> frozenset[str]:
    """Every kind of secret that there is."""
    from bot.redact.headers import KINDS
    from bot.redact.names import ENDINGS, ONLY_IN_QUERY, WHOLE
    from bot.redact.shapes import shapes

    by_name = {kind for _, kind, _ in ENDINGS} | {n.kind for n in (*WHOLE.values(), *ONLY_IN_QUERY.values())}
    return frozenset({*by_name, *KINDS.values(), *OWN_FORM, *(shape.kind for shape in shapes())})


def masks(text: str) -> Iterator[tuple[int, int]]:
    """Where masks stand, in order."""
    if OPEN in text:
        yield from (match.span() for match in MASK.finditer(text) if match[1] in kinds())


def unmasked(text: str) -> str:
    """The text without its masks."""
    return MASK.sub(lambda m: "" if m[1] in kinds() else m[0], text) if OPEN in text else text
