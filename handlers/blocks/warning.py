"""The warning to whoever posted a secret: which kind, delete the message, where to rotate it."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.model import Report
from bot.rotation import live
from handlers.blocks.message import Block
from handlers.blocks.text import bold, context, items, piece, pieces, rich, section
from knowledge.rotation import place

_SHOWN = 5


def warned(report: Report) -> str:
    """The warning in words; empty when nothing was posted that still opens anything."""
    kinds = live(report, datetime.now(UTC))
    if not kinds:
        return ""
    if len(kinds) == 1:
        return f"This message holds a secret ({kinds[0]}): delete the message and rotate it. I kept no copy."
    listed = ", ".join(kinds[:_SHOWN]) + (" and more" if len(kinds) > _SHOWN else "")
    return f"This message holds secrets ({listed}): delete the message and rotate them. I kept no copy."


def warning(report: Report) -> Block | None:
    """The same as a block, with where each kind is made invalid; None when there is nothing to warn of."""
    told = warned(report)
    if not told:
        return None
    kinds = live(report, datetime.now(UTC))[:_SHOWN]
    where = [[piece(f"{kind[:1].upper()}{kind[1:]}: ", 120), *pieces(place(kind), 200)] for kind in kinds]
    return rich(section(bold(f"⚠️ {told}", 600)), *items(where))


def expired(report: Report) -> Block | None:
    """Where nothing was posted but tokens that have expired: nothing is to be rotated, and they still name people."""
    if not report.secrets or live(report, datetime.now(UTC)):
        return None
    return context("The posted token has expired, so nothing has to be rotated. It may name people: better delete it.")
