"""Making text that strangers wrote fit to be shown: nothing in it acts, hides or runs over.

Unicode's categories and rules for text segmentation (UAX #29), bidirectional text (UAX #9) and the
control pictures block are the source.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

ELLIPSIS = "…"
_JOINER, _NON_JOINER = "\u200d", "\u200c"
_ISOLATE, _END = "\u2068", "\u2069"
_BLANKS = re.compile(r"(?!(?<=\S)\u00a0(?=\S))\s+")
_LAID_OUT = str.maketrans("", "", "\n\t")
_PICTURES = {**{code: chr(0x2400 + code) for code in range(32) if code not in (9, 10)}, 0x7F: "\u2421"}


@lru_cache(maxsize=1024)
def scrubbed(text: str) -> str:
    """The text once more through the redactor, for where it leaves the house; the same parts come again and again."""
    from bot.redact import redact

    return redact(text).text


def clean(text: str, *, reveal: bool = False) -> str:
    """The text with controls as pictures and without characters that cannot be seen.

    Line feeds and tabs stay. With `reveal`, an invisible character is written as `<U+200B>`, since in a log line
    or a header it can be the very fault.
    """
    text = text.replace("\r\n", "\n") if not reveal else text
    if text.translate(_LAID_OUT).isprintable():
        return text
    return "".join(_shown(text, index, reveal) for index in range(len(text)))


def one_line(text: str) -> str:
    """The text cleaned, with every run of blanks and line breaks as one space."""
    return blanks(clean(text)).strip()


def blanks(text: str) -> str:
    """The text with every run of blanks as one space; a single no-break space between two words stays one."""
    return _BLANKS.sub(" ", text)


def _shown(text: str, index: int, reveal: bool) -> str:
    char = text[index]
    code = ord(char)
    if code in _PICTURES:
        return _PICTURES[code]
    category = unicodedata.category(char)
    if category == "Cs":
        return "\ufffd"
    if category not in {"Cc", "Cf", "Zl", "Zp", "Cn"} or char in "\n\t" or _joins(text, index):
        return char
    if category in {"Zl", "Zp"} and not reveal:
        return "\n"
    return f"<U+{code:04X}>" if reveal or category == "Cc" else ""


def _joins(text: str, index: int) -> bool:
    """Whether this joiner does a joiner's work: emoji sequences, and letters of scripts that need it."""
    if text[index] not in (_JOINER, _NON_JOINER) or not 0 < index < len(text) - 1:
        return False
    around = {unicodedata.category(text[index - 1]), unicodedata.category(text[index + 1])}
    return around <= {"Lo", "Mn", "Mc"} or (text[index] == _JOINER and "So" in around and not around & {"Lu", "Ll"})


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units of the text, ending in an ellipsis where it was longer.

    UTF-16 units because the receiving end may count so; never within what a reader sees as one character.
    """
    if limit < 1:
        return ""
    if units(text) <= limit:
        return text
    room, end = limit - 1, 0
    for start, stop in clusters(text[: limit + 1]):
        if (room := room - units(text[start:stop])) < 0:
            break
        end = stop
    return text[:end].rstrip() + ELLIPSIS


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clusters(text: str) -> Iterator[tuple[int, int]]:
    """Where each character as a reader sees it begins and ends (UAX #29, without Hangul and Indic rules)."""
    start, flags = 0, 0
    for index in range(1, len(text)):
        flags = flags + 1 if _is_flag(text[index - 1]) else 0
        if not (_extends(text[index]) or text[index - 1] == _JOINER or (_is_flag(text[index]) and flags % 2)):
            yield start, index
            start = index
    if text:
        yield start, len(text)


def _extends(char: str) -> bool:
    skin = 0x1F3FB <= ord(char) <= 0x1F3FF
    return skin or char in (_JOINER, _NON_JOINER) or unicodedata.category(char) in {"Mn", "Me", "Mc"}


def _is_flag(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF


def isolate(text: str) -> str:
    """The text so that its writing direction ends with it (UAX #9): wrapped where any of it runs right to left."""
    if text.isascii() or not any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in text):
        return text
    return f"{_ISOLATE}{text}{_END}"
