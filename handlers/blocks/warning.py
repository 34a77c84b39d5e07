"""The warning to whoever posted a secret: which kind, delete the message, where to rotate it."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.blocks.message import Block
from handlers.blocks.text import bold, items, piece, pieces, rich, section
from knowledge.rotation import place

_SHOWN = 5


def warned(secrets: Sequence[str]) -> str:
    """The warning in words; empty when nothing secret was posted."""
    kinds = list(dict.fromkeys(secrets))
    if not kinds:
        return ""
    if len(kinds) == 1:
        return f"This message holds a secret ({kinds[0]}): delete the message and rotate it. I kept no copy."
    listed = ", ".join(kinds[:_SHOWN]) + (" and more" if len(kinds) > _SHOWN else "")
    return f"This message holds secrets ({listed}): delete the message and rotate them. I kept no copy."


def warning(secrets: Sequence[str]) -> Block | None:
    """The same as a block, with where each kind is made invalid; None when nothing secret was posted."""
    told = warned(secrets)
    if not told:
        return None
    kinds = list(dict.fromkeys(secrets))[:_SHOWN]
    where = [[piece(f"{kind[:1].upper()}{kind[1:]}: ", 120), *pieces(place(kind), 200)] for kind in kinds]
    return rich(section(bold(f"⚠️ {told}", 600)), *items(where))
