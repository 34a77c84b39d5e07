"""What an address answers now, for an engineer."""

from __future__ import annotations

from bot.probe.prober import Probed
from handlers.blocks.evidence import probe_lines
from handlers.blocks.message import Block, Message
from handlers.blocks.text import bold, context, fallback, fit, items, piece, quiet, rich, section

_EXCHANGES, _FINDINGS = 12, 15


def probed_page(url: str, probed: Probed) -> Message:
    """Each answer with the headers that tell something, and what follows from them."""
    if probed.verdict != "answered":
        told = "This address is not asked" if probed.verdict == "refused" else "This address could not be reached"
        line = section(bold(f"{told}: "), piece(f"{probed.reason}.", 500))
        return Message(fallback(f"{told}: {probed.reason}."), [rich(line)])
    last = probed.exchanges[0]
    told = f"{url} answers {last.status or 'nothing'} now"
    notes = probed.collected.notes[:3]
    found = [[piece(f.text, 300), quiet(f" ({f.id})")] for f in probed.collected.findings[:_FINDINGS]]
    parts: list[tuple[int, Block | None]] = [
        (0, rich(section(bold(told, 500)))),
        (1, rich(section(bold("What that shows")), *items(found)) if found else None),
        (2, rich(section(bold("Asked now")), *items(probe_lines(probed.exchanges[:_EXCHANGES])))),
        (2, context(*notes, limit=300) if notes else None),
        (3, context("Asked with made-up credentials only; nothing is changed by it.")),
    ]
    return Message(fallback(told), fit(parts))
