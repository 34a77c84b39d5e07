"""Secrets with a form of their own that no vendor owns: key blocks, JWTs, signed sessions, JWKs."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from functools import cache

from bot.redact.model import SHAPED, Span
from bot.redact.scan import Scan

PATTERNS = {
    # RFC 7468, OpenPGP armour and PuTTY; a block that was cut off ends where its base64 does.
    "begin": r"-----BEGIN ([A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?)-----",
    "lines": (
        r"(?:(?:[\s>|\"',]|\\+[nr]|\\(?=\n))*+(?!-----)(?:[A-Za-z0-9+/]{16,}+=*+|[A-Za-z0-9+/]{1,80}+={1,2}+"
        r"|(?:Proc-Type|DEK-Info|Version|Comment): [^\r\n\\]*+)(?![A-Za-z0-9+/=]))*+"
    ),
    "putty": r"Private-Lines: ?\d{1,4}\s{1,4}((?:[A-Za-z0-9+/=]{1,100}+(?:\r?\n)?)++)",
    "jose": r"(?<![A-Za-z0-9_\-])(?:ey[A-Za-z]|ew0?[KoA-Za-z])[A-Za-z0-9_\-]{6,}+=*(?:\.[A-Za-z0-9_\-]*+=*){0,4}",
    "flask": r"(?<![A-Za-z0-9_\-.])\.eJ[A-Za-z0-9_\-]{10,}(?:[.:][A-Za-z0-9_\-]*+){0,3}",
    "jwk": r"\"(?:d|p|q|dp|dq|qi|k)\"\s{0,4}:\s{0,4}\"([A-Za-z0-9_\-]{20,}+)=*\"",
    "continued": r"[ \t]{0,9}+\\?\r?\n[ \t>|]{0,80}+([A-Za-z0-9_\-.+/=]++)(?=[\"'`\s,;)\]}]|$)",
    "id": r"[0-9a-fA-F]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z]?[a-z]+[.,]?|[\d.:\-]+|https?.*",
}

SIGNATURE_LENGTHS = {
    "256": {"H": 43, "R": 342, "P": 342, "E": 86},
    "384": {"H": 64, "R": 342, "P": 342, "E": 128},
    "512": {"H": 86, "R": 342, "P": 342, "E": 176},
}
"""Base64url characters of a signature (RFC 7518 sections 3.2 to 3.5, RSA keys of 2048 bits)."""

HEADER_ALONE = 16
"""From this length on a lone first segment is hidden too."""


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(PATTERNS[name])


def blocks(scan: Scan) -> Iterator[Span]:
    """Private keys in PEM, OpenSSH, PGP, PuTTY and JWK form."""
    text = scan.text
    for match in _pattern("begin").finditer(text):
        closing = f"-----END {match[1]}-----"
        end = text.find("-----", match.end(), match.end() + 40_000)
        if end >= 0 and text.startswith(closing, end):
            end += len(closing)
        else:
            lines = _pattern("lines").match(text, match.end())
            end = lines.end() if lines else match.end()
        if end > match.end():
            yield Span(match.start(), end, "private key", SHAPED)
    if "Private-Lines" in text:
        for match in _pattern("putty").finditer(text):
            yield Span(*match.span(1), "private key", SHAPED)
    if '"kty"' in text:
        for match in _pattern("jwk").finditer(text):
            if '"kty"' in text[max(0, match.start() - 6000) : match.end() + 6000]:
                yield Span(*match.span(1), "private key", SHAPED)


def jose(scan: Scan) -> Iterator[Span]:
    """JWTs and JWEs (RFC 7519, 7516), whole, cut off or wrapped over lines, and sessions that are signed alike."""
    text = scan.text
    for match in _pattern("jose").finditer(text):
        end = _wrapped(text, match.start(), match.end())
        value = text[match.start() : end].rstrip(".")
        segments = value.count(".") + 1
        if len(value) > HEADER_ALONE or segments > 1:
            yield Span(match.start(), match.start() + len(value), _jose_kind(value, segments), SHAPED)
    if ".eJ" in text:
        for match in _pattern("flask").finditer(text):
            yield Span(*match.span(), "signed token", SHAPED)


def _jose_kind(value: str, segments: int) -> str:
    header = _header(value)
    if header is None:
        return "JSON Web Token" if value.startswith(JOSE_HEADERS) else "signed token"
    if "enc" in header or segments == 5:
        return "encrypted JSON Web Token"
    return "JSON Web Token" if "alg" in header else "signed token"


JOSE_HEADERS = ("eyJhbGci", "eyJ0eXAi", "eyJraWQi", "eyJ4NX", "eyJlbmMi", "eyJjdHki", "ewog", "ew0K")
"""How a header that names its algorithm, type or key first begins in base64url."""


def _header(value: str) -> dict[str, object] | None:
    head = "".join(value.partition(".")[0].split()).rstrip("=")
    try:
        parsed = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _wrapped(text: str, start: int, end: int) -> int:
    """Where a token ends that a terminal or a mail program broke into lines."""
    for _ in range(200):
        more = _pattern("continued").match(text, end)
        if more is None or not _belongs("".join(text[start:end].split()), more[1], text[end : more.start(1)]):
            return end
        end = more.end(1)
    return end


def _belongs(token: str, run: str, gap: str) -> bool:
    segments = token.split(".")
    if len(segments) > 3:
        return len(segments) < 5 and not _pattern("id").fullmatch(run)
    if len(segments) == 3:
        header = _header(token)
        alg = str(header.get("alg", "")) if header else ""
        wanted = SIGNATURE_LENGTHS.get(alg[2:], {}).get(alg[:1], 0)
        return len(segments[2]) + len(run.rstrip("=")) <= wanted
    return not _pattern("id").fullmatch(run) and (len(run) >= 12 or "." in run or any(c.isdigit() for c in run))


def extended(text: str, span: Span) -> Span:
    """A generated value that fills its line to the end goes on in the next, if that is one run and no id."""
    end = span.end
    if span.end - span.start < 40 or span.rank == SHAPED:
        return span
    for _ in range(200):
        more = _pattern("continued").match(text, end)
        folded = more is not None and text[more.start(1) - 1] in " \t"
        if more is None or _pattern("id").fullmatch(more[1]) or (len(more[1]) < 16 and not folded):
            break
        if not any(c.isdigit() for c in more[1]) and len(more[1]) < 32:
            break
        end = more.end(1)
    return span._replace(end=end) if end > span.end else span
