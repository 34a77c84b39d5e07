"""How the worker's words look in Slack: the module through which bot/casework speaks."""

from __future__ import annotations

from handlers.blocks.answer import answer, ask, cannot_finish, solved
from handlers.blocks.handover import handed_over, handover, not_paged, owners, owners_told
from handlers.blocks.incident import incident, incident_calls, incident_moved, noticed
from handlers.blocks.stages import changed, looking, opening
from handlers.blocks.staying import closed, doubted, news, owners_reminder, reminder
from handlers.blocks.told import engineers_only, not_answered, not_on_call

__all__ = [
    "answer",
    "ask",
    "cannot_finish",
    "changed",
    "closed",
    "doubted",
    "engineers_only",
    "handed_over",
    "handover",
    "incident",
    "incident_calls",
    "incident_moved",
    "looking",
    "news",
    "not_answered",
    "not_on_call",
    "not_paged",
    "noticed",
    "opening",
    "owners",
    "owners_reminder",
    "owners_told",
    "reminder",
    "solved",
]
