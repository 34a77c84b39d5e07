"""Tokens signed with a shared secret (HS256 and its like, RFC 7518 section 3.2), against secrets that are shown.

Who pastes the settings of a service often pastes the secret with them. It says at once whether the token is of it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice

from bot.intake.interface import Signature, Verify

SETTING = re.compile(
    r"(?im)^[^\S\n]{0,20}(?:export |set |env |- )?[\"']?[\w.-]{0,40}"
    r"(?:jwt|tokens?|signing)[\w.-]{0,40}?[._-]?(?:secret|key)s?[\"']?[^\S\n]{0,8}[:=][^\S\n]{0,8}"
    r"[\"']?(?P<value>[^\s\"'#,;]{6,300})"
)
"""A line of settings that holds the secret which tokens are signed with."""
FILLED_IN = re.compile(r"[$<>{}*%…]|\.\.\.|^-----")
"""What stands where the secret is left out or comes from elsewhere; keys in PEM are no shared secrets."""
DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
MOST = 6


def secrets_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The secrets that settings among the texts hold."""
    found = (m["value"] for text in texts for m in SETTING.finditer(text))
    return tuple(islice(dict.fromkeys(value for value in found if not FILLED_IN.search(value)), MOST))


def with_secrets(texts: Sequence[str], first: Verify | None) -> Verify:
    """A `Verify` that asks the secrets in these texts where `first` has no key."""
    known = cache(lambda: secrets_in(texts))

    def verify(raw: str, host: str | None) -> Signature:
        state = first(raw, host) if first is not None else "unchecked"
        digest = _digest(raw) if state == "unchecked" else None
        return _checked(raw, digest, known()) if digest and known() else state

    return verify


def _digest(raw: str) -> str | None:
    """The digest of a token that is signed with a shared secret."""
    import jwt

    try:
        return DIGESTS.get(str(jwt.get_unverified_header(raw).get("alg")))
    except jwt.PyJWTError:
        return None


def _checked(raw: str, digest: str, known: Iterable[str]) -> Signature:
    signed, _, signature = raw.rpartition(".")
    made = {_made(signed, digest, key) for value in known for key in _keys(value)}
    return "valid" if signature.rstrip("=") in made else "invalid"


def _made(signed: str, digest: str, key: bytes) -> str:
    return base64.urlsafe_b64encode(hmac.digest(key, signed.encode(), digest)).decode().rstrip("=")


def _keys(value: str) -> Iterator[bytes]:
    """The secret as it stands, and as base64, in which many services write it."""
    yield value.encode()
    try:
        yield base64.b64decode(value.replace("-", "+").replace("_", "/") + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return
