"""A JWT taken apart without its key, broken ones included (RFC 7515, RFC 7519)."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

from bot.model import TokenFacts

Signature = Literal["valid", "invalid", "unknown_key", "unchecked"]

HARMLESS = (
    *("token_type", "token_use", "typ", "azp", "client_id", "acr", "amr", "auth_time", "env", "environment", "stage"),
    *("tid", "ver", "idtyp", "appid", "gty"),
)
SIGNATURE_LENGTH = {
    **{"HS256": 43, "HS384": 64, "HS512": 86, "ES256": 86, "ES256K": 86, "ES384": 128, "ES512": 176},
    **{"EdDSA": 86, "Ed25519": 86, "Ed448": 152},
}
"""Characters of base64url that each algorithm's signature has (RFC 7518 section 3.1)."""
RSA_LEAST, RSA_OLD = 342, 171
"""Characters of an RSA signature by 2048 bits, the least allowed (RFC 7518 section 3.3), and by 1024, still met."""
MOST = 64_000
SAFE = re.compile(r"[\w.:/@+=~#-]{1,200}$")


def read_jwt(raw: str, verify: Callable[[str], Signature] | None = None) -> TokenFacts:
    """What the token shows. `verify` says what its signature is worth; it is asked only for whole tokens."""
    raw = raw.strip()[:MOST]
    segments = raw.split(".")
    header, payload = _json(segments[0]), _json(segments[1]) if len(segments) > 1 else None
    fault = _fault(segments, header, payload)
    truncated = fault in ("two segments", "one segment") or _cut(segments, header, payload)
    state: Signature = "unchecked"
    if verify is not None and fault is None and not truncated and len(segments) == 3 and segments[2]:
        state = verify(raw)
    return replace(
        _facts(header or {}, payload or {}),
        segments=len(segments),
        length=len(raw),
        fault=fault,
        truncated=truncated,
        signature=state,
    )


def _facts(header: dict[str, Any], payload: dict[str, Any]) -> TokenFacts:
    """What the two objects say; the form of the token is filled in by the caller."""
    return TokenFacts(
        segments=0,
        length=0,
        alg=_text(header.get("alg")),
        kid=_text(header.get("kid")),
        typ=_text(header.get("typ")),
        iss=_text(payload.get("iss")),
        aud=_texts(payload.get("aud")),
        exp=_number(payload.get("exp")),
        nbf=_number(payload.get("nbf")),
        iat=_number(payload.get("iat")),
        scopes=_scopes(payload),
        claim_names=tuple(str(name)[:80] for name in payload)[:100],
        claims=tuple((name, text) for name in HARMLESS if (text := _text(payload.get(name))) is not None),
        binding=_binding(payload),
    )


def _json(segment: str) -> dict[str, Any] | None:
    """The object in a segment; a base64 with padding or of the other alphabet is read too."""
    text = segment.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        data = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _fault(segments: list[str], header: dict[str, Any] | None, payload: dict[str, Any] | None) -> str | None:
    """Why the token cannot be parsed, None when it can."""
    if header is None:
        return "header is not base64url JSON"
    count = len(segments)
    if "enc" in header:
        return None if count == 5 else f"{count} segments where an encrypted token has five"
    if count < 3:
        return ("one segment", "two segments")[count - 1]
    if any("eyJ" in segment for segment in segments[2:]) and _doubled(segments):
        return "the token stands twice"
    return f"{count} segments" if count > 3 else "payload is not base64url JSON" if payload is None else None


def _doubled(segments: list[str]) -> bool:
    """A second header begins behind the first token's payload, with or without something between."""
    return len(segments) > 3 or segments[0][:12] in segments[2]


def _cut(segments: list[str], header: dict[str, Any] | None, payload: dict[str, Any] | None) -> bool:
    """The last segment ends too early for its algorithm, or in the middle of the payload."""
    if header is None or "enc" in header:
        return False
    if len(segments) == 2 or (len(segments) == 3 and payload is None):
        return len(segments) == 2
    if len(segments) != 3:
        return False
    alg, length = str(header.get("alg")), len(segments[2].rstrip("="))
    if alg[:2] in ("RS", "PS"):
        return 0 < length < RSA_LEAST and length != RSA_OLD
    expected = SIGNATURE_LENGTH.get(alg)
    return expected is not None and 0 < length < expected


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = " ".join(str(item) for item in value[:10])
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = str(value)[:200]
    return (
        text
        if SAFE.match(text) or re.fullmatch(r"[\w ,.:;/@+=~|#()-]{1,200}", text)
        else "".join(c if c.isprintable() else "?" for c in text)
    )


def _texts(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(text for item in items[:20] if (text := _text(item)) is not None)


def _number(value: Any) -> int | None:
    try:
        number = int(float(value)) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        return None
    return number if number is not None and abs(number) < 10**14 else None


def _scopes(payload: dict[str, Any]) -> tuple[str, ...]:
    """`scope` (RFC 8693 section 4.2), `scp` (Entra, Okta), `permissions`, `roles` (Auth0, Entra): names only."""
    found: list[str] = []
    for claim in ("scope", "scp", "scopes", "permissions", "roles"):
        value = payload.get(claim)
        items = value.replace(",", " ").split() if isinstance(value, str) else value if isinstance(value, list) else []
        found += [text for item in items[:100] if (text := _text(item)) is not None]
    return tuple(dict.fromkeys(found))


def _binding(payload: dict[str, Any]) -> str | None:
    confirmation = payload.get("cnf")
    if not isinstance(confirmation, dict):
        return None
    return next((name for name in ("jkt", "x5t#S256") if name in confirmation), None)
