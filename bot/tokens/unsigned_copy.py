"""A JWT as people show it: header and payload whole, the signature, which is the secret, left out or written over."""

from __future__ import annotations

import re

from bot.tokens.jwt_facts import read_jwt

SHOWN = re.compile(r"(?P<claims>eyJ[\w-]{4,20000}\.[\w-]{4,40000})(?P<rest>[^\n]{0,400})\Z")
HIDDEN = re.compile(
    r"(?:\.[\w-]{0,24})?\s?(?:\*{2,}|\.{2,}|…|•{2,}|█|[(\[<{])"
    r"|\.(?i:x{3,}|[\w-]{0,20}(?:signature|redacted|masked|removed|hidden|omitted|stripped|snipp?ed|secret)[\w-]{0,20}"
    r"|sig)\Z"
    r"|\.[\w-]{0,80}(?:EXAMPLE|CUT|SNIP|SHORTENED|TRUNCATED|[xX]{4,})[_-]*\Z"
    r"|\.(?:c2lnbmF0dXJl|c2ln)\w{0,4}\Z"
)
"""What stands for a signature: a mark, a remark, a word, or that word in base64url."""


def unsigned_copy(value: str) -> str | None:
    """`header.payload.` where the poster took the signature away; None where it stands there, or too little does."""
    shown = SHOWN.match(value)
    if shown is None or not HIDDEN.match(shown["rest"]):
        return None
    copy = f"{shown['claims']}."
    return copy if read_jwt(copy).fault is None else None
