"""Whether a value can be what its name promises."""

from __future__ import annotations

import re

from bot.redact.harmless import harmless, opaque
from bot.redact.headers import decoded_pair
from bot.redact.names import ANY, LONG, OPAQUE, Named


def fits(value: str, meaning: Named, *, structured: bool) -> bool:
    """Whether a value can be what its name promises."""
    value = value.strip()
    if not value or harmless(value) or value.startswith(("http://", "https://")):
        return False
    if meaning.needs == ANY:
        return True
    if " " in value or value.startswith(("/", "./")):
        return False
    looks_so = {LONG: _long, OPAQUE: _token if structured else _opaque}[meaning.needs]
    return looks_so(value, meaning)


def _opaque(value: str, _: Named) -> bool:
    return opaque(value)


def _token(value: str, _: Named) -> bool:
    return not (value.isdigit() and len(value) < 4) and not _dotted_words(value)


def _long(value: str, meaning: Named) -> bool:
    if meaning.kind == "credentials":
        return bool(decoded_pair(value)) or (len(value) >= 16 and opaque(value))
    return len(value) >= 12 and (opaque(value) or value.isdigit())


def _dotted_words(value: str) -> bool:
    """`invalid_token`, `user.token`: a code or a place in a program."""
    return bool(re.fullmatch(r"[a-z]+(?:[_.\-][a-z]+)+", value)) and len(value) < 32
