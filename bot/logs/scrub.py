"""Entries without their secrets: sessions and keys stay comparable as short fingerprints, the rest is redacted.

The same value gives the same fingerprint, so that a session or a key can be followed from line to line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from bot.logs.formats import tokens
from bot.model import Entry
from bot.redact import redact
from bot.redact.compared import compared
from bot.redact.harmless import harmless
from bot.redact.names import named
from bot.redact.scan import Scan
from bot.tokens.sealed_links import end_inside

SESSION = re.compile(r"^(?:sess|sid|session|sessid|session_?id|jsession\w*|phpsessid|connect\.sid)$")
FORGERY = re.compile(r"csrf|xsrf")
PROTOCOL_WORDS = frozenset({"fetch", "required", "ok", "mismatch"})
"""What stands in such fields as a step of the protocol, not as a secret."""
PARAMETER = re.compile(r"([?&;])([\w.\[\]-]{1,60})=([^&\s\"'#;]+)")
PREFIX = re.compile(r"^(?:[A-Za-z]{2,6}_){1,2}")
LONGEST_PREFIX = 8
"""Six letters at most beside the six digits: more would be a secret to the redactor."""
OPAQUE = re.compile(r"^(?=.*\d)[A-Za-z0-9_.+/=~-]{8,}$")
RISKY = re.compile(
    r"pass|pw\b|pwd|secret|token|key|auth|cookie|sess|sid\b|sig|hmac|jwt|bearer|basic|credential|code|assert|otp|saml"
    r"|begin |eyj|://[^/\s]{0,80}@|(?<![/\w+=.-])(?=[\w+/=-]*\d)[\w+/=-]{16,}",
    re.IGNORECASE,
)
"""Where a secret might be: only such texts of the neighbourhood are worth the redactor's time."""


def fingerprint(value: str, kind: str = "key") -> str:
    """A short stable stand-in for a secret: `sid…#3f2a9c`; a vendor's prefix stays readable: `sk_test…#7fa4a5`.

    The redactor takes it for a value that its owner hid, and so leaves it alone wherever it stands.
    """
    prefix = PREFIX.match(value)
    digest = hashlib.blake2s(value.encode("utf-8", "replace"), digest_size=3).hexdigest()
    telling = prefix is not None and len(prefix[0]) <= LONGEST_PREFIX < len(value) - 3
    return f"{prefix[0].rstrip('_') if prefix and telling else kind}…#{digest}"


def shown(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries that may be shown: every text, message and value redacted."""
    return tuple(_whole(entry) for entry in entries)


def glimpsed(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The same, cheaply, for many: where a text might hold a secret, only the message is kept of it, redacted."""
    return tuple(_glimpse(entry) for entry in entries)


def _whole(entry: Entry) -> Entry:
    hidden = dict(_hidden(entry))
    return _named(entry, hidden, redact(_swap(entry.text, hidden)).text, redact(_swap(entry.message, hidden)).text)


def _glimpse(entry: Entry) -> Entry:
    hidden = dict(_hidden(entry))
    message = _swap(entry.message, hidden)
    if _risky(message, entry):
        message = _redacted(message)
    text = _swap(entry.text, hidden)
    return _named(entry, hidden, message if _risky(text, entry) else text, message)


def _risky(text: str, entry: Entry) -> bool:
    for known in (*entry.ids, entry.user_agent or "", entry.path or ""):
        if known:
            text = text.replace(known, "")
    return RISKY.search(text) is not None or (entry.path is not None and RISKY.search(entry.path) is not None)


@lru_cache(maxsize=4096)
def _redacted(text: str) -> str:
    return redact(text).text


def _named(entry: Entry, hidden: dict[str, str], text: str, message: str) -> Entry:
    return replace(
        entry,
        text=text,
        message=message,
        query=_value(_swap(f"?{entry.query}", hidden)[1:]) if entry.query else "",
        path=_value(entry.path) if entry.path else entry.path,
        user=_value(entry.user) if entry.user else entry.user,
        user_agent=_value(entry.user_agent) if entry.user_agent else entry.user_agent,
        fields=tuple((name, _field(name, value, hidden)) for name, value in entry.fields),
    )


@lru_cache(maxsize=4096)
def _value(value: str) -> str:
    return _redacted(value) if RISKY.search(value) else value


def _field(name: str, value: str, hidden: dict[str, str]) -> str:
    if value in hidden:
        return hidden[value]
    swapped = _swap(value, hidden)
    if len(value) < 6 or not (RISKY.search(swapped) or RISKY.search(name)):
        return swapped
    return _redacted(swapped)


def _swap(text: str, hidden: dict[str, str]) -> str:
    for value, stand_in in hidden.items():
        text = text.replace(value, stand_in)
    return PARAMETER.sub(_parameter, text) if "=" in text else text


def _parameter(match: re.Match[str]) -> str:
    mark, name, value = match.groups()
    kind = _kind(name, query=True)
    if kind is None or _innocent(value):
        return match[0]
    end = end_inside(name, value)
    # The end of a signed link is no secret, and is read later.
    kept = f"&{name}.ends={int(end[1].timestamp())}" if end else ""
    return f"{mark}{name}={fingerprint(value, kind)}{kept}"


def _hidden(entry: Entry) -> Iterator[tuple[str, str]]:
    """The secret values among the named fields and of comparisons, each with what stands for it."""
    for name, value in entry.fields:
        tail = name.rpartition(".")[2].lower()
        if tail in ("authorization", "proxy-authorization"):
            scheme, _, rest = value.rpartition(" ")
            yield from _stand_in(rest, "key") if scheme or OPAQUE.match(rest) else ()
        elif tail in ("cookie", "set-cookie"):
            for cookie in value.split(";"):
                yield from _stand_in(cookie.partition("=")[2].strip(), "sid")
        elif tail == "captures":
            for part in value.split("|"):
                if OPAQUE.match(part) and not tokens.HOST.match(part) and "/" not in part:
                    yield from _stand_in(part, "key")
        elif kind := _kind(tail, query=False):
            yield from _stand_in(value, kind)
    for span in compared(Scan(entry.text)):
        yield from _stand_in(entry.text[span.start : span.end], "sid" if "session" in span.kind else "key")


def _stand_in(value: str, kind: str) -> Iterator[tuple[str, str]]:
    if len(value) >= 4 and not _innocent(value):
        yield value, fingerprint(value, kind)


@lru_cache(maxsize=4096)
def _kind(name: str, *, query: bool) -> str | None:
    """Whether a name is a session's (`sid`), another secret's (`key`), or of no secret."""
    if SESSION.match(name.lower()):
        return "sid"
    if FORGERY.search(name.lower()):
        return "key"
    promise = named(name, query=query)
    if promise is None or promise.kind in ("authorization", "cookies"):
        return None
    return "sid" if "session" in promise.kind else "key"


def _innocent(value: str) -> bool:
    return value in tokens.ABSENT or value.lower() in PROTOCOL_WORDS or harmless(value)
