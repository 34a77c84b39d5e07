"""Raw body bytes to text, with a bound on what decompression may yield."""

from __future__ import annotations

import re
import zlib

CAP = 64 * 1024

_CHARSET = re.compile(
    r"charset\s*=\s*\"?(utf-?8|utf-?16|us-ascii|iso-8859-\d{1,2}|windows-125\d|gb2312|gbk|shift_jis|euc-jp|euc-kr|big5)\b",
    re.IGNORECASE,
)
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def decoded(raw: bytes, encoding: str, content_type: str) -> str:
    """The text of a body without control characters; empty when its coding is none that was asked for.

    Identity was asked for (RFC 9110 section 8.4), yet some servers send gzip: at most 64 KB come out of it.
    """
    coding = encoding.strip().lower()
    if coding in ("gzip", "x-gzip", "deflate"):
        raw = _inflated(raw, coding)
    elif coding not in ("", "identity"):
        return ""
    charset = _CHARSET.search(content_type)
    try:
        return visible(raw.decode(charset.group(1) if charset else "utf-8", errors="replace"))
    except LookupError:
        return visible(raw.decode("utf-8", errors="replace"))


def visible(text: str) -> str:
    """A text without characters that a terminal or reader would obey instead of show."""
    return _UNSEEN.sub("", text)


def _inflated(raw: bytes, coding: str) -> bytes:
    try:
        return zlib.decompressobj(wbits=15 if coding == "deflate" else 31).decompress(raw, CAP)
    except zlib.error:
        return b""
