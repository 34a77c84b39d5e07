"""Lines in columns under a `#Fields:` line: the W3C Extended Log File Format of IIS, and CloudFront's files.

The line names the columns and may come again where they change. A look-up that begins in the middle of a file has not
seen it, so the file's own first one is asked; without any, the columns that IIS and CloudFront write unasked are tried.
Source: https://www.w3.org/TR/WD-logfile.html
"""

from __future__ import annotations

import gzip
import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from bot.logs.formats import fields, tokens

Columns = tuple[str, ...]
DIRECTIVE = re.compile(r"#(?:Fields|Software|Version|Date|Start-Date|End-Date|Remark): ?(.*)$")
SHAPE = re.compile(r"\d{4}-\d\d-\d\d([ \t])\d\d:\d\d:\d\d\1\S")
HEAD = 1 << 14
"""Bytes at the start of a file in which its columns are looked for."""


def _names(text: str) -> Columns:
    return tuple(text.split())


IIS: Columns = _names(
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(user-agent) cs(referer) sc-status"
    " sc-substatus sc-win32-status time-taken"
)
IIS_7 = tuple(name for name in IIS if name != "cs(referer)")
CLOUDFRONT: Columns = _names(
    "date time x-edge-location sc-bytes c-ip cs-method cs(host) cs-uri-stem sc-status cs(referer) cs(user-agent)"
    " cs-uri-query cs(cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken"
    " x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status"
    " fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len"
    " sc-range-start sc-range-end"
)
USUAL = {(" ", len(IIS)): IIS, (" ", len(IIS_7)): IIS_7, ("\t", len(CLOUDFRONT)): CLOUDFRONT}
METHOD = re.compile(tokens.METHODS)


def directive(line: str) -> Columns | None:
    """The columns that a `#Fields:` line names, () for another line of the header, None when it is none."""
    match = DIRECTIVE.match(line) if line[:1] == "#" else None
    if match is None:
        return None
    return _names(match[1].lower()) if line.startswith("#Fields") else ()


def read(line: str, reference: datetime, file: str, columns: Columns = ()) -> fields.Draft | None:
    """A line in columns; None when it is none or its columns are not known."""
    shape = SHAPE.match(line)
    if shape is None:
        return None
    values = line.split(shape[1])
    known = columns or of_file(file)
    if len(known) != len(values):
        known = USUAL.get((shape[1], len(values)), ())
        if not known or not METHOD.fullmatch(values[known.index("cs-method")]):
            return None
    named = dict(zip(known, values, strict=True))
    pairs = [("time", f"{named.pop('date', '')} {named.pop('time', '')}")]
    pairs += [(name, _plain(name, value)) for name, value in named.items() if value != "-"]
    return fields.read(pairs, reference) | {"format": "w3c"}


def _plain(name: str, value: str) -> str:
    """IIS writes a header's spaces as `+`, CloudFront encodes them."""
    if not name.startswith("cs("):
        return value
    return unquote(value) if "%20" in value else value.replace("+", " ")


def of_file(file: str) -> Columns:
    """The columns that the first `#Fields:` line of a file names; () when it has none."""
    try:
        about = Path(file).stat()
    except (OSError, ValueError):
        return ()
    return _first(file, about.st_ino, about.st_ctime_ns if about.st_size < HEAD else 0)


@lru_cache(maxsize=256)
def _first(file: str, _inode: int, _changed: int) -> Columns:
    try:
        with Path(file).open("rb") as stream:
            packed = stream.read(2) == b"\x1f\x8b"
        with gzip.open(file, "rb") if packed else Path(file).open("rb") as stream:
            head = stream.read(HEAD).decode("utf-8", "replace")
    except (OSError, EOFError):
        return ()
    return next((found for line in head.splitlines() if (found := directive(line))), ())
