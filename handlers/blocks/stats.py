"""How good the answers were, in one message."""

from __future__ import annotations

from bot.stats import DAYS, Span, Stats
from bot.stats_words import told
from handlers.blocks.message import Block, Message
from handlers.blocks.text import bold, context, fallback, fit, items, piece, rich, section

_HOW = (
    "Each case counts on the day of its report.",
    "I learn from fixes that were seen to work, not from what people say.",
)


def stats_message(stats: Stats) -> Message:
    """The last thirty days, and all that is kept where that is more."""
    parts: list[tuple[int, Block | None]] = [(0, _span(f"The last {DAYS} days", stats.month))]
    if stats.all.cases > stats.month.cases:
        parts.append((1, _span("All that is kept", stats.all)))
    parts.append((2, context(*_HOW)))
    return Message(fallback(*told(stats.month)), fit(parts))


def _span(heading: str, span: Span) -> Block:
    return rich(section(bold(heading)), *items([piece(line)] for line in told(span)))
