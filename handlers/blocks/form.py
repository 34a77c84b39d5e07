"""The form of "Report a 401". Every block has an id of its own, by which faults are named."""

from __future__ import annotations

from typing import Any

from handlers.blocks.message import Block
from handlers.blocks.text import Piece, button, context, plain

CALLBACK = "report_401_form"
OPEN = "report_open"
"""The action id of the button that opens it."""
URL, WHEN, AT, ID, SIGN_IN, SEEN, FILES, WHERE = (
    "report_url",
    "report_when",
    "report_at",
    "report_id",
    "report_sign_in",
    "report_seen",
    "report_files",
    "report_where",
)
ACTION = "value"
"""The action id within each block."""
JUST_NOW, EXACTLY, ABOUT = "now", "exactly", "about"
_WHEN = {JUST_NOW: "Just now", EXACTLY: "At the time below", ABOUT: "Around that time, within a quarter of an hour"}
SIGN_INS = {
    "browser": "With my user name and password, on a page in the browser",
    "sso": "With single sign-on, through another page",
    "token": "My program sends an access token (Bearer)",
    "key": "My program sends an API key",
    "basic": "My program sends a user name and password (Basic)",
    "certificate": "With a client certificate",
    "link": "With a link that was sent to me",
    "none": "Not at all",
}
PASTE_MAX = 3_000
MOST_FILES = 5


_PASTE = "Paste the answer, a curl command, an error. Leave passwords and tokens out; what looks like one I hide."
_CHANNELS = {"include": ["public", "private"], "exclude_bot_users": True}


def report_form(now: int) -> dict[str, Any]:
    """The form as it opens; `now` in seconds since 1970, which Slack shows in the zone of whoever fills it in."""
    address = _text("https://api.example.com/v1/orders") | {"focus_on_load": True}
    minute = {"type": "datetimepicker", "initial_date_time": now}
    paste = {"type": "plain_text_input", "multiline": True, "max_length": PASTE_MAX}
    files = {"type": "file_input", "max_files": MOST_FILES}
    where = {"type": "conversations_select", "filter": _CHANNELS}
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain("Report a 401", 24),
        "submit": plain("Find out why", 24),
        "close": plain("Cancel", 24),
        "blocks": [
            _input(URL, "Which address answered 401?", address),
            _input(WHEN, "When?", _choice(_WHEN, JUST_NOW)) | {"optional": False},
            _input(AT, "Date and time, unless it was just now", minute),
            _input(ID, "Request id or trace id, if one was shown", _text("7f3c2a90bd41")),
            _input(SIGN_IN, "How do you sign in there?", _menu(SIGN_INS, "Choose")),
            _input(SEEN, "What do you see?", paste, hint=_PASTE),
            _input(FILES, "Files, such as a HAR recording or a log", files),
            _input(WHERE, "Where shall the answer appear?", where, hint="Empty: in your direct messages with me."),
            context("An address, something pasted or a file: one of them I need."),
        ],
    }


def open_button() -> Piece:
    """Opens the form, for who does not know the shortcut or has none."""
    return button("Report a 401", OPEN, "new")


def _input(block_id: str, label: str, element: Piece, *, hint: str = "") -> Block:
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 200),
        "element": element | {"action_id": ACTION},
        "optional": True,
    }
    return made | ({"hint": plain(hint, 200)} if hint else {})


def _text(example: str) -> Piece:
    return {"type": "plain_text_input", "max_length": 2000, "placeholder": plain(example, 150)}


def _choice(options: dict[str, str], first: str) -> Piece:
    offered = [_option(value, words) for value, words in options.items()]
    return {"type": "radio_buttons", "options": offered, "initial_option": _option(first, options[first])}


def _menu(options: dict[str, str], placeholder: str) -> Piece:
    offered = [_option(value, words) for value, words in options.items()]
    return {"type": "static_select", "options": offered, "placeholder": plain(placeholder, 150)}


def _option(value: str, words: str) -> Piece:
    return {"text": plain(words, 75), "value": value}
