"""How to use the bot, in one message."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.blocks.form import open_button
from handlers.blocks.message import Message
from handlers.blocks.text import actions, bold, context, fallback, items, pieces, preformatted, rich, section

_TELL = (
    "the address that answered 401, with its method if you know it",
    "when it happened, as exactly as you can",
    "the request id or trace id, if the answer showed one",
    "what helps most of all: the request as a curl command, or the answer with its headers",
)
_EXAMPLE = "getting 401 on POST https://api.example.com/v1/orders since 14:05 UTC, request id 7f3c2a90"


def help_message(offered: Sequence[tuple[str, str]]) -> Message:
    """What to tell the bot, an example, and the subcommands that the asker may use: (how it is typed, what it does)."""
    told = "Tell me about the 401 in your own words, and I say why it happens and what to do."
    commands = [("<report>", "diagnose a report"), *offered]
    blocks = [
        rich(section(bold(told))),
        rich(section(bold("What helps me")), *items(map(pieces, _TELL))),
        rich(section(bold("For example")), preformatted(_EXAMPLE, 500)),
        rich(section(bold("Commands")), *items(pieces(f"`/401 {typed}` {does}") for typed, does in commands)),
        actions(open_button()),
        context(
            "Leave passwords, keys and tokens out; what looks like one I hide before I keep anything. In a thread, "
            "where commands do not work, mention me instead: there “why”, “case” and the like mean the thread's case. "
            "What a command answers, you alone see."
        ),
    ]
    return Message(fallback(told), blocks)
