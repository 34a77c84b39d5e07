"""How to use the bot, in one message."""

from __future__ import annotations

from handlers.blocks.message import Message
from handlers.blocks.text import bold, context, fallback, items, pieces, preformatted, rich, section

_TELL = (
    "the address that answered 401, with its method if you know it",
    "when it happened, as exactly as you can",
    "the request id or trace id, if the answer showed one",
    "what helps most of all: the request as a curl command, or the answer with its headers",
)
_COMMANDS = (
    ("/401 <report>", "diagnose a report"),
    ("/401 explain <cause>", "what a cause means and how it is mended"),
    ("/401 stats", "for support engineers: how often the first answer was right, and how long it took"),
    ("/401 case <id> was <cause>", "for support engineers: what it turned out to be, so that I learn from it"),
    ("/401 help", "this text"),
)
_EXAMPLE = "getting 401 on POST https://api.example.com/v1/orders since 14:05 UTC, request id 7f3c2a90"


def help_message() -> Message:
    """What to tell the bot, an example, the commands."""
    told = "Tell me about the 401 in your own words, and I say why it happens and what to do."
    blocks = [
        rich(section(bold(told))),
        rich(section(bold("What helps me")), *items(map(pieces, _TELL))),
        rich(section(bold("For example")), preformatted(_EXAMPLE, 500)),
        rich(section(bold("Commands")), *items(pieces(f"`{command}` {does}") for command, does in _COMMANDS)),
        context(
            "Leave passwords, keys and tokens out; what looks like one I hide before I keep anything. "
            "In a thread, mention me: commands do not work there."
        ),
    ]
    return Message(fallback(told), blocks)
