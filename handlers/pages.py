"""How the worker's words look in Slack: the module through which bot/casework speaks."""

from __future__ import annotations

import re

from bot import wording
from bot.model import Diagnosis
from handlers.blocks.answer import answer, ask, cannot_finish, looking, solved
from handlers.blocks.incident import incident, incident_calls, incident_moved
from handlers.blocks.message import Message
from handlers.blocks.staying import closed, doubted, news, owners_reminder, reminder
from handlers.blocks.text import Piece, bold, context, fallback, piece, rich, section

__all__ = [
    "answer",
    "ask",
    "cannot_finish",
    "closed",
    "doubted",
    "handover",
    "incident",
    "incident_calls",
    "incident_moved",
    "looking",
    "news",
    "owners_reminder",
    "reminder",
    "solved",
]


def handover(case_id: str, diagnosis: Diagnosis | None, group: str, user: str) -> Message:
    """Calls the owners' user group, with what is known in one sentence."""
    called: list[Piece] = []
    if re.fullmatch(r"S[A-Z0-9]{2,}", group):
        called = [{"type": "usergroup", "usergroup_id": group}, piece(" ")]
    by: list[Piece] = [{"type": "user", "user_id": user}] if re.fullmatch(r"[UW][A-Z0-9]{2,}", user) else []
    told = wording.sentence(diagnosis) if diagnosis else "Nothing is known yet."
    line = section(*called, bold("Please take over. "), piece(told, 700), piece(" Handed over by "), *by)
    mention = f"<!subteam^{group}> " if called else ""
    return Message(mention + fallback("Please take over.", told), [rich(line), context(f"Case {case_id}")])
