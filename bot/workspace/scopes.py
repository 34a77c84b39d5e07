"""The scopes that Web API methods need, so that a call which the app's manifest does not allow is refused here too.

Source: docs.slack.dev/reference/methods, "Scopes" of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from bot.workspace.messages import Json
from bot.workspace.state import SlackError

READS_CHANNEL = ("channels:read", "groups:read", "im:read", "mpim:read")
NEEDED: Mapping[str, tuple[str, ...]] = {
    "assistant.threads.setStatus": ("chat:write", "assistant:write"),
    "chat.appendStream": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.startStream": ("chat:write",),
    "chat.stopStream": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.info": READS_CHANNEL,
    "conversations.list": READS_CHANNEL,
    "conversations.members": READS_CHANNEL,
    "conversations.open": ("im:write", "mpim:write", "channels:manage", "groups:write"),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
}
"""Any one of these will do; a method that is not listed needs none."""
HISTORY = frozenset({"conversations.history", "conversations.replies"})


def granted(manifest: Mapping[str, Any]) -> frozenset[str] | None:
    """The bot scopes in a manifest; None where it names none, and then everything is allowed."""
    bot = manifest.get("oauth_config", {}).get("scopes", {}).get("bot")
    return None if bot is None else frozenset(bot)


def allow(method: str, args: Json, scopes: Set[str] | None) -> None:
    """Raises SlackError `missing_scope` for a call that the app has no scope for."""
    needed = NEEDED.get(method, ())
    if method in HISTORY:
        needed = ("im:history",) if str(args.get("channel")).startswith("D") else ("channels:history",)
    if scopes is not None and needed and not scopes & set(needed):
        raise SlackError("missing_scope", more={"needed": ",".join(needed), "provided": ",".join(sorted(scopes))})
