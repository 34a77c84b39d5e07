"""Block Kit's texts, built so that nothing in them can ping, link, format or hide.

Every text passes the redactor once more here. What strangers wrote goes into rich text elements or plain_text,
where Slack interprets nothing. The limits are those of Slack's Block Kit reference; lengths are counted in UTF-16
units, the stricter way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from bot.display import blanks, clean, cut, isolate, one_line, scrubbed
from handlers.blocks.message import Block

Piece = dict[str, Any]
"""An element of a rich text section."""

BREAK: Piece = {"type": "text", "text": "\n"}
"""A line break within a section: how Slack sets two sections that follow each other is left to each client."""
FALLBACK_LIMIT = 700
"""Before escaping, which can make it five times as long and must stay under 4,000."""
MESSAGE_LIMIT = 12_000
"""For all blocks of a message as JSON; Slack has been seen to refuse from about 13,200."""
VIEW_LIMIT = 48_000
"""For all blocks of a view as JSON, well under the 250 KB that Slack takes."""

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "'"})
_CODE = re.compile(r"`([^`\n]+)`")


def escape(text: str) -> str:
    """The text for mrkdwn: no mention, link or span can come out of it."""
    return one_line(text).translate(_ESCAPES)


def fallback(*sentences: str, case_id: str = "") -> str:
    """The text of a message, for notifications and for finding a case's message again: escaped and short."""
    told = cut(one_line(scrubbed(" ".join(sentences))), FALLBACK_LIMIT)
    return escape(f"{told} · case {cut(case_id, 80)}" if case_id else told) or "–"


def plain(text: str, limit: int) -> Piece:
    """A plain_text object; never empty, since Slack refuses that."""
    return {"type": "plain_text", "text": _bounded(one_line(scrubbed(text)), limit), "emoji": False}


def piece(text: str, limit: int = 400, **style: bool) -> Piece:
    """One run of text in a rich text section; style: bold, italic, strike, code."""
    shown = {"type": "text", "text": _bounded(blanks(clean(scrubbed(text))), limit)}
    return shown | ({"style": dict(style)} if style else {})


def bold(text: str, limit: int = 400) -> Piece:
    """A run in bold."""
    return piece(text, limit, bold=True)


def quiet(text: str, limit: int = 200) -> Piece:
    """A run in italics: sources and asides."""
    return piece(text, limit, italic=True)


def pieces(text: str, limit: int = 400) -> list[Piece]:
    """A text of ours in which `…` marks code."""
    parts = _CODE.split(cut(clean(scrubbed(text)), limit))
    return [piece(part, limit, **({"code": True} if at % 2 else {})) for at, part in enumerate(parts) if part]


def section(*elements: Piece) -> Piece:
    """A line of rich text."""
    return {"type": "rich_text_section", "elements": list(elements) or [piece("")]}


def items(lines: Iterable[Sequence[Piece]], *, numbered: bool = False, indent: int = 0) -> list[Piece]:
    """A list of rich text lines: one element, or none for no lines."""
    entries = [section(*line) for line in lines]
    style = "ordered" if numbered else "bullet"
    return [{"type": "rich_text_list", "style": style, "indent": indent, "elements": entries}] if entries else []


def preformatted(text: str, limit: int) -> Piece:
    """Text as it was written, in a fixed width, with everything invisible shown."""
    shown = cut(clean(scrubbed(text), reveal=True).strip("\n"), limit) or "–"
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": shown}]}


def rich(*elements: Piece) -> Block:
    """A rich text block."""
    return {"type": "rich_text", "elements": list(elements)}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(text, 150)}


def context(*texts: str, limit: int = 300) -> Block:
    """Small print; at most ten texts."""
    return {"type": "context", "elements": [plain(text, limit) for text in texts[:10]]}


def button(label: str, action_id: str, value: str, style: str | None = None) -> Piece:
    """A button; its value says which case, never who may press it."""
    made = {"type": "button", "text": plain(label, 75), "action_id": action_id, "value": cut(value, 2000)}
    return made | ({"style": style} if style else {})


def actions(*buttons: Piece) -> Block:
    """A row of buttons; at most 25."""
    return {"type": "actions", "elements": list(buttons[:25])}


def size(blocks: Sequence[Block]) -> int:
    """How much room blocks take, as JSON."""
    return len(json.dumps(list(blocks), ensure_ascii=False))


def fit(parts: Iterable[tuple[int, Block | None]], limit: int = MESSAGE_LIMIT, most: int = 50) -> list[Block]:
    """The blocks in their order, without those of the highest rank as long as they are too much."""
    kept = [(rank, block) for rank, block in parts if block is not None]
    while kept and (len(kept) > most or size([block for _, block in kept]) > limit):
        worst = max(range(len(kept)), key=lambda at: (kept[at][0], at))
        if kept[worst][0] == 0:
            break
        del kept[worst]
    return [block for _, block in kept]


def _bounded(text: str, limit: int) -> str:
    """The text within its limit, its direction closed in; never empty, since Slack refuses that."""
    return isolate(cut(text, limit - 2)) or "–"
