"""People, user groups and channels as elements of rich text, which Slack shows by name; what is no id is not shown."""

from __future__ import annotations

import re

from handlers.blocks.text import Piece, piece

_USER = re.compile(r"[UW][A-Z0-9]{2,}")
_GROUP = re.compile(r"S[A-Z0-9]{2,}")


def person(user: str) -> list[Piece]:
    """Somebody by name, who is not told of it."""
    return [{"type": "user", "user_id": user}] if _USER.fullmatch(user) else [piece("somebody")]


def called(who: str) -> list[Piece]:
    """A user or a user group at the beginning of a line, with a blank behind; nothing for what is neither."""
    if _USER.fullmatch(who):
        return [{"type": "user", "user_id": who}, piece(" ")]
    return [{"type": "usergroup", "usergroup_id": who}, piece(" ")] if _GROUP.fullmatch(who) else []


def mention(who: str) -> str:
    """The same for the text of a message, by which they are told of it."""
    if _USER.fullmatch(who):
        return f"<@{who}> "
    return f"<!subteam^{who}> " if _GROUP.fullmatch(who) else ""
