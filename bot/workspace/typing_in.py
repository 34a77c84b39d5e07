"""What people type, as Slack stores it: entities escaped, addresses and mentions marked up.

Source: docs.slack.dev/messaging/formatting-message-text (escaping, links, mentions).
"""

from __future__ import annotations

import re

from bot.workspace.people import CHANNELS, GROUPS, PEOPLE

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
TOKEN = re.compile(r"(?P<url>https?://[^\s<>\"]+)|(?<![\w@])@(?P<at>[\w-]+)|(?<![\w#&])#(?P<channel>[\w-]+)")
CALLED = {
    **{user.name: f"<@{user.id}>" for user in PEOPLE},
    **{group.handle: f"<!subteam^{group.id}>" for group in GROUPS},
    **{word: f"<!{word}>" for word in ("here", "channel", "everyone")},
}
NAMED = {channel.name: f"<#{channel.id}|{channel.name}>" for channel in CHANNELS.values() if not channel.with_user}


def escape(text: str) -> str:
    """The three characters that mean something to Slack, as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def stored(typed: str) -> str:
    """Typed text as it reaches an app: links in angle brackets, mentions by id, code left alone."""
    parts, start = [], 0
    for code in CODE.finditer(typed):
        parts += [_marked(typed[start : code.start()]), escape(code[0])]
        start = code.end()
    return "".join([*parts, _marked(typed[start:])])


def _marked(typed: str) -> str:
    parts, start = [], 0
    for token in TOKEN.finditer(typed):
        whole, rest = _shown(token)
        parts += [escape(typed[start : token.start()]), whole, escape(rest)]
        start = token.end()
    return "".join([*parts, escape(typed[start:])])


def _shown(token: re.Match[str]) -> tuple[str, str]:
    """The markup of a token and what of it is plain text after all."""
    if url := token["url"]:
        bare = url.rstrip(".,;:!?)'*_~")
        return f"<{escape(bare)}>", url[len(bare) :]
    known = CALLED.get((token["at"] or "").lower()) or NAMED.get(token["channel"] or "")
    return (known, "") if known else (escape(token[0]), "")
