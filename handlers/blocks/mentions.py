"""Mentions of people and user groups, by their ids: what is neither is left out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services import is_group, is_person
from handlers.blocks.text import Piece, piece

_MOST = 20
"""Who is named beyond that is not called, so that a message stays within its limits."""


def mention(who: Sequence[str]) -> str:
    """For the text of a message, which is what notifies them; ends with a blank, empty for nobody."""
    marked = (f"<!subteam^{one}> " if is_group(one) else f"<@{one}> " for one in _known(who))
    return "".join(marked)


def called(who: Sequence[str]) -> list[Piece]:
    """The same for rich text."""
    return [element for one in _known(who) for element in (_element(one), piece(" "))]


def person(user: str) -> list[Piece]:
    """Somebody of whom is told."""
    return [_element(user)] if is_person(user) else [piece("somebody")]


def _known(who: Sequence[str]) -> list[str]:
    return [one for one in who if is_group(one) or is_person(one)][:_MOST]


def _element(one: str) -> Piece:
    return {"type": "usergroup", "usergroup_id": one} if is_group(one) else {"type": "user", "user_id": one}
