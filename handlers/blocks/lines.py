"""Log lines for an engineer; they are redacted already, and pass the redactor here once more."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Entry
from handlers.blocks.message import Block, Message
from handlers.blocks.text import bold, context, fallback, fit, header, piece, preformatted, rich, section

_LINES, _LINE, _FILE = 40, 500, 4_000


def lines_page(sought: str, entries: Sequence[Entry], notes: Sequence[str]) -> Message:
    """The lines of each file in the order of time; the notes say what could not be read."""
    told = f"{len(entries) or 'No'} log line{'' if len(entries) < 2 else 's'} for {sought}"
    parts: list[tuple[int, Block | None]] = [(0, header(told))]
    if not entries and not notes:
        parts.append((0, rich(section(piece("No line of your services' logs holds it.")))))
    shown = entries[:_LINES]
    for file in dict.fromkeys(entry.file for entry in shown):
        text = "\n".join(entry.text.replace("\n", "\n  ")[:_LINE] for entry in shown if entry.file == file)
        parts.append((2, rich(section(bold(file, 200)), preformatted(text, _FILE))))
    if len(entries) > len(shown):
        parts.append((1, context(f"{len(entries) - len(shown)} more lines are not shown")))
    if notes:
        parts.append((1, context(*notes[:5])))
    return Message(fallback(told), fit(parts))
