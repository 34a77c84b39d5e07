"""Signed URLs taken apart: who signs is told by the parameters' names. The signature itself never leaves."""

from __future__ import annotations

import base64
import binascii
import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urlsplit

from bot.model import LinkFacts
from bot.tokens.sealed_links import sealed_link

EXPIRES = (
    "expires",
    "exp",
    "expiry",
    "expire",
    "expires_at",
    "expiration",
    "e",
    "valid_until",
    "validuntil",
    "ttl",
    "until",
    "deadline",
)
SIGNATURES = ("signature", "sig", "hmac", "sign", "hash", "s", "token", "md5", "auth", "mac", "digest", "st")
BARE = ("e", "s", "st", "hash", "token", "auth", "digest", "md5", "exp", "ttl", "until", "expire", "expiry")
"""Names that mean a signed link only in company."""
HEX = {32: 32, 40: 40, 56: 56, 64: 64, 96: 96, 128: 128}
BASE64 = (22, 27, 43, 64, 86)
ITSDANGEROUS = re.compile(r"/(?P<payload>[\w-]{4,2000})\.(?P<time>[\w-]{4,8})\.(?P<signature>[\w-]{1,100})(?=[/?#]|$)")
CUT = re.compile(r"(?:\.{2,}|…)$")


@dataclass(frozen=True, slots=True)
class _Shape:
    """The parameters of one vendor's links, in lower case."""

    kind: str
    marks: tuple[str, ...]
    needed: tuple[str, ...]
    signature: str
    length: int | None


SHAPES = (
    _Shape(
        "S3 SigV4",
        ("x-amz-algorithm", "x-amz-credential", "x-amz-signature", "x-amz-signedheaders"),
        (
            "x-amz-algorithm",
            "x-amz-credential",
            "x-amz-date",
            "x-amz-expires",
            "x-amz-signedheaders",
            "x-amz-signature",
        ),
        "x-amz-signature",
        64,
    ),
    _Shape(
        "GCS SigV4",
        ("x-goog-algorithm", "x-goog-credential", "x-goog-signature"),
        (
            "x-goog-algorithm",
            "x-goog-credential",
            "x-goog-date",
            "x-goog-expires",
            "x-goog-signedheaders",
            "x-goog-signature",
        ),
        "x-goog-signature",
        None,
    ),
    _Shape("GCS V2", ("googleaccessid",), ("googleaccessid", "expires", "signature"), "signature", None),
    _Shape("S3 V2", ("awsaccesskeyid",), ("awsaccesskeyid", "expires", "signature"), "signature", 28),
    _Shape("Alibaba OSS", ("ossaccesskeyid",), ("ossaccesskeyid", "expires", "signature"), "signature", 28),
    _Shape("CloudFront", ("key-pair-id",), ("key-pair-id", "signature"), "signature", None),
)


def read_link(url: str) -> LinkFacts | None:
    """The facts of a signed link, None when the URL is none. `&amp;` and double encoding are seen through and noted."""
    try:
        parts = urlsplit(url[:16_384])
        host = parts.hostname or ""
    except ValueError:
        return None
    query, re_encoded = _undone(parts.query)
    params = _params(query)
    return (
        _vendor(params, host, parts.path, re_encoded)
        or sealed_link(params, host, parts.path)
        or _home_made(params, host, parts.path, re_encoded)
        or _in_path(host, parts.path)
    )


def _undone(query: str) -> tuple[str, bool]:
    plain = html.unescape(query) if re.search(r"&(?:amp|#38|#x26);", query, re.IGNORECASE) else query
    twice = re.search(r"%25(?:2[BFbf]|3[ADad]|26)", plain) is not None
    if re.search(r"(?:%26|%3D)", plain) and "&" not in plain and "=" not in plain.replace("%3D", ""):
        return unquote(plain), True
    return (unquote(plain) if twice else plain), plain != query or twice


def _params(query: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in query.split("&") if part)
    return {unquote(name).lower(): unquote(value) for name, _, value in list(pairs)[:60]}


def _vendor(params: dict[str, str], host: str, path: str, re_encoded: bool) -> LinkFacts | None:
    if ("sig" in params and ("sv" in params or "se" in params)) or {"sv", "se", "sp"} <= params.keys():
        return _azure(params, host, path, re_encoded)
    shape = next((s for s in SHAPES if any(mark in params for mark in s.marks)), None)
    if shape is None:
        return None
    signed_at, expires_at = _v4_times(params) if "V4" in shape.kind else (None, _epoch(params.get("expires")))
    if shape.kind == "CloudFront" and expires_at is None:
        expires_at = _policy(params.get("policy"))
    needed = shape.needed + (() if shape.kind != "CloudFront" or "policy" in params else ("expires",))
    signature = params.get(shape.signature)
    return LinkFacts(
        kind=shape.kind,
        host=host,
        path=path,
        signed_at=signed_at,
        expires_at=expires_at,
        signature_length=_length(signature),
        signature_expected=shape.length or _expected(signature),
        missing=tuple(name for name in needed if not params.get(name)),
        re_encoded=re_encoded,
    )


def _azure(params: dict[str, str], host: str, path: str, re_encoded: bool) -> LinkFacts:
    """A shared access signature (learn.microsoft.com, "Create a service SAS"): an HMAC-SHA256 in base64."""
    needed = ("sv", "sig") if "si" in params else ("sv", "se", "sp", "sig")
    return LinkFacts(
        kind="Azure SAS",
        host=host,
        path=path,
        signed_at=_iso(params.get("st")),
        expires_at=_iso(params.get("se")),
        signature_length=_length(params.get("sig")),
        signature_expected=44,
        missing=tuple(name for name in needed if not params.get(name)),
        re_encoded=re_encoded or " " in params.get("sig", ""),
    )


def _home_made(params: dict[str, str], host: str, path: str, re_encoded: bool) -> LinkFacts | None:
    expires = next((n for n in EXPIRES if n in params and _epoch(params[n])), None)
    signature = next((n for n in SIGNATURES if n in params and _signature_like(params[n])), None)
    if expires is None or (signature is None and expires in BARE):
        return None
    value = params.get(signature) if signature else None
    return LinkFacts(
        kind="expires and signature",
        host=host,
        path=path,
        expires_at=_epoch(params.get(expires)) if expires else None,
        signature_length=_length(value),
        signature_expected=_expected(value),
        missing=() if signature else ("signature",),
        re_encoded=re_encoded,
    )


def _in_path(host: str, path: str) -> LinkFacts | None:
    """A timed token of itsdangerous in the path: payload.time.signature, the payload being JSON or packed."""
    match = ITSDANGEROUS.search(path)
    cut = re.search(r"/(eyJ[\w-]{6,})(?:\.[\w-]{0,8})?(?:\.{2,}|…)?$", path) if not match else None
    if cut:
        return LinkFacts(
            kind="token in the path", host=host, path="/…", missing=("signature",) if not CUT.search(path) else ()
        )
    if match is None or not (match["payload"].startswith(("eyJ", "Im", "Ik", "W", ".")) or len(match["payload"]) > 12):
        return None
    raw = match["time"] + "=" * (-len(match["time"]) % 4)
    try:
        stamp = int.from_bytes(base64.urlsafe_b64decode(raw), "big")
    except (binascii.Error, ValueError):
        return None
    signed_at = _epoch(str(stamp)) or _epoch(str(stamp + 1293840000))  # before 2.0 it counted from 2011
    if signed_at is None:
        return None
    return LinkFacts(
        kind="itsdangerous",
        host=host,
        path=path[: match.start() + 1] + "…",
        signed_at=signed_at,
        signature_length=len(match["signature"]),
        signature_expected=27 if len(match["signature"]) <= 27 else 43 if len(match["signature"]) <= 43 else 86,
    )


def _signature_like(value: str) -> bool:
    return (
        re.fullmatch(r"[A-Fa-f0-9]{6,128}|[\w+/ ~.-]{6,700}={0,2}(?:\.{2,3}|…)?", value) is not None
        and not value.isdigit()
        and not value.startswith("eyJ")
    )


def _length(value: str | None) -> int | None:
    return len(CUT.sub("", value)) if value else None


def _expected(value: str | None) -> int | None:
    """The next length that a digest in this alphabet has: MD5, SHA-1, SHA-256, ... in hexadecimal or base64."""
    if not value or CUT.search(value):
        return None
    length = len(value.rstrip("="))
    if length > max(HEX):
        return len(value)  # an RSA signature: its key's size is not known
    if re.fullmatch(r"[A-Fa-f0-9]+", value):
        # A cut SHA-1 is likelier than an MD5 with another length: only whole digests count as whole.
        return length if length in HEX else min((n for n in HEX if n > length and n != 56), default=None)
    if length in BASE64 or length > max(BASE64):
        return len(value)
    return min((n for n in BASE64 if n > length), default=None)


def _v4_times(params: dict[str, str]) -> tuple[datetime | None, datetime | None]:
    prefix = "x-amz-" if "x-amz-date" in params or "x-amz-expires" in params else "x-goog-"
    try:
        signed = datetime.strptime(params.get(f"{prefix}date", ""), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None, None
    seconds = params.get(f"{prefix}expires", "")
    return signed, signed + timedelta(seconds=int(seconds)) if re.fullmatch(r"\d{1,8}", seconds) else None


def _epoch(text: str | None) -> datetime | None:
    """Seconds or milliseconds since 1970, in a year that a link can be from."""
    if not text or not re.fullmatch(r"\d{10}|\d{13}", text):
        return _iso(text) if text and re.match(r"20\d\d-", text) else None
    seconds = int(text) / (1000 if len(text) == 13 else 1)
    return datetime.fromtimestamp(seconds, UTC) if 1_262_304_000 < seconds < 4_102_444_800 else None


def _iso(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _policy(text: str | None) -> datetime | None:
    """CloudFront's custom policy: base64 with `-_~` for `+=/` around JSON with DateLessThan."""
    try:
        policy = base64.b64decode((text or "").translate(str.maketrans("-_~", "+=/"))).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return None
    match = re.search(r"DateLessThan[^0-9]{1,40}(\d{10})", policy)
    return _epoch(match[1]) if match else None
