"""JSON documents (HAR files above all): masks stay within string values, so that the document keeps its form."""

from __future__ import annotations

import base64
import binascii
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.redact.headers import cookies
from bot.redact.model import Span
from bot.redact.pairs import value_of

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]++', re.DOTALL)
ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)")


@dataclass(slots=True)
class _Object:
    """An object or array being read: which key it stands under, and where its own strings stand."""

    under: str
    is_array: bool
    key: str = ""
    strings: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """Where the string values of a JSON text stand, without their quotes."""

    starts: list[int]
    ends: list[int]
    secrets: list[Span]
    bodies: list[tuple[int, int]]
    """The base64 texts of recorded bodies."""

    def within(self, text: str, span: Span) -> Iterator[Span]:
        """The parts of a span that lie within string values, never cutting an escape in two."""
        if span.bare:
            yield span
            return
        index = max(0, bisect_right(self.starts, span.start) - 1)
        while index < len(self.starts) and self.starts[index] < span.end:
            start, end = max(span.start, self.starts[index]), min(span.end, self.ends[index])
            if start < end:
                yield span._replace(
                    start=_whole_escape(text, self.starts[index], start)[0],
                    end=_whole_escape(text, self.starts[index], end)[1],
                )
            index += 1


def _whole_escape(text: str, floor: int, place: int) -> tuple[int, int]:
    """The start and end of the escape that a place lies in; the place itself where there is none."""
    near = text.rfind("\\", max(floor, place - 6), place)
    if near < 0:
        return place, place
    while near > floor and text[near - 1] == "\\":
        near -= 1
    for match in ESCAPE.finditer(text, near, min(len(text), place + 6)):
        if match.start() < place < match.end():
            return match.start(), match.end()
        if match.start() >= place:
            break
    return place, place


def document(text: str) -> Document | None:
    """How a JSON document is built, or None for a text that is none."""
    head = text[:200].lstrip("\ufeff \t\r\n")[:1]
    if head not in {"{", "["}:
        return None
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _read(text)


def _read(text: str) -> Document:
    found = Document([], [], [], [])
    stack = [_Object("", is_array=True)]
    for match in TOKEN.finditer(text):
        token, top = match[0], stack[-1]
        if token in {"{", "["}:
            stack.append(_Object(top.under if top.is_array else top.key, is_array=token == "["))
        elif token in {"}", "]"}:
            _closed(text, stack.pop(), found)
        elif token == ",":
            top.key = ""
        elif token[0] == '"':
            inner = match.start() + 1, match.end() - 1
            if not top.is_array and not top.key:
                top.key = token[1:-1]
                continue
            found.starts.append(inner[0])
            found.ends.append(inner[1])
            if not top.is_array:
                top.strings[top.key] = inner
    return found


def _closed(text: str, done: _Object, found: Document) -> None:
    """An object of `name` and `value` is a header, cookie or parameter (HAR 1.2); `text` and `encoding` are a body."""
    value = done.strings.get("value")
    if value is not None and "name" in done.strings:
        name = text[slice(*done.strings["name"])]
        if done.under == "cookies":
            found.secrets.extend(_cookie(text, name, value))
        else:
            found.secrets.extend(value_of(name, text, *value, query=done.under == "queryString"))
    if "encoding" in done.strings and "text" in done.strings and text[slice(*done.strings["encoding"])] == "base64":
        found.bodies.append(done.strings["text"])


def _cookie(text: str, name: str, value: tuple[int, int]) -> Iterator[Span]:
    prefix = f"{name}="
    shift = value[0] - len(prefix)
    for span in cookies(prefix + text[slice(*value)], 0, len(prefix) + value[1] - value[0]):
        yield span._replace(start=span.start + shift, end=span.end + shift)


def clean_body(encoded: str, clean: Callable[[str], str]) -> str | None:
    """A base64 body with the secrets inside taken out; None for what is no base64."""
    try:
        body = base64.b64decode(encoded.replace("\\n", "").replace("\\/", "/"), validate=True)
    except (binascii.Error, ValueError):
        return None
    text = body.decode("utf-8", "surrogateescape")
    cleaned = clean(text)
    return encoded if cleaned == text else base64.b64encode(cleaned.encode("utf-8", "surrogateescape")).decode()
