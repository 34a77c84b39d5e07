"""Whose refusals guests and people of other organisations can ask about: by name their own alone.

Whether somebody's account is locked, or there at all, is nothing for whoever knows a name to try out. A request id, a
time or an address tells a request without telling whose it is; and an engineer can say whose it is.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime

from bot.model import Report
from bot.people import WAIT_S, People
from bot.reading.logins import logins
from knowledge.plain import plain

WITHHELD = (
    "I look nobody up by name for guests and people of other organisations but themselves; "
    "a support engineer can choose the request under “Show evidence”"
)
NOBODY = "…"
"""What stands for a name."""


async def discreet(people: People, user: str, report: Report, *, answers: bool = False) -> Report:
    """The report of this person without the names of others, where they are not of ours or Slack does not tell.

    `answers`: it is all of an answer to who was refused, so that any word of it may be a name.
    """
    if not (report.users or answers) or not await _is_outsider(people, user):
        return report
    own = _spellings(await people.names(user))
    others = [name for name in report.users if plain(name) not in own]
    unsaid = answers and not (report.users and not others)
    if not (others or unsaid):
        return report
    return replace(
        report,
        text="" if unsaid else _without(report.text, others),
        users=tuple(name for name in report.users if name not in others),
        notes=(*report.notes, WITHHELD),
    )


def _spellings(names: tuple[str, ...]) -> frozenset[str]:
    """Own names as people and logs write them."""
    made = logins(Report(text="\n".join(names), posted_at=datetime.now(UTC)))
    return frozenset((*map(plain, names), *made))


def _without(text: str, names: list[str]) -> str:
    pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)"
    return re.sub(pattern, NOBODY, text, flags=re.IGNORECASE)


async def _is_outsider(people: People, user: str) -> bool:
    try:
        return await asyncio.wait_for(people.is_outsider(user), WAIT_S)
    except TimeoutError:
        return True
