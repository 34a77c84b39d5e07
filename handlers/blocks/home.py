"""The bot's Home tab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.blocks.message import Block
from handlers.blocks.text import VIEW_LIMIT, bold, button, context, fit, header, piece, plain, rich, section

OpenCase = tuple[str, str, str, str]
"""(case id, title, URL or path, state)."""
_SHOWN = 30


def home(open_cases: Sequence[OpenCase], engineer: bool) -> dict[str, Any]:
    """The open cases; for a support engineer each with a way to its evidence."""
    heading = "Open cases" if engineer else "Your open cases"
    parts: list[tuple[int, Block | None]] = [(0, header(heading))]
    if not open_cases:
        parts.append((0, rich(section(piece("Nothing is open. All doors are unlocked.")))))
    for rank, case in enumerate(open_cases[:_SHOWN], 2):
        parts += [(rank, {"type": "divider"}), (rank, _case(case, engineer))]
    if len(open_cases) > _SHOWN:
        parts.append((1, context(f"{len(open_cases) - _SHOWN} more")))
    parts += [(1, {"type": "divider"}), (1, _how())]
    return {"type": "home", "blocks": fit(parts, VIEW_LIMIT, 100)}


def _case(case: OpenCase, engineer: bool) -> Block:
    case_id, title, address, state = case
    words = " · ".join(filter(None, (case_id, address[:300], state)))
    told = plain(title, 200)["text"] + "\n" + plain(words, 500)["text"]
    shown: Block = {"type": "section", "text": {"type": "plain_text", "text": told, "emoji": False}}
    return shown | ({"accessory": button("Show evidence", "case_evidence", case_id)} if engineer else {})


def _how() -> Block:
    told = "Tell me here, or mention me in a support channel: the address that answered 401, when, and the request id."
    return rich(section(bold("Locked out? "), piece(told)))
