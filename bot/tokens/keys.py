"""Signatures against the key sets of services (RFC 7515, RFC 7517). Nothing is fetched here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.intake.interface import Signature, Verify
from bot.services import Service, service_for

FAMILY = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP", "HS": "oct"}


def verifier(services: tuple[Service, ...], key_sets: Mapping[str, Mapping[str, Any]]) -> Verify | None:
    """A `Verify` for these services, None when there is no key at all.

    `key_sets` maps a `jwks_uri` to the JWK Set found there; a set given in place needs no entry.
    """
    sets = {s.name: found for s in services if (found := s.jwks or key_sets.get(s.jwks_uri or "")) is not None}
    if not sets:
        return None

    def verify(raw: str, host: str | None) -> Signature:
        service = service_for(services, host)
        found = (
            sets.get(service.name) if service else next(iter(sets.values())) if len(sets) == 1 and not host else None
        )
        return check(raw, found) if found is not None else "unchecked"

    return verify


def check(raw: str, key_set: Mapping[str, Any]) -> Signature:
    """What the signature is worth with these keys. The times and claims are not looked at; `none` is never valid."""
    import jwt

    try:
        header = jwt.get_unverified_header(raw)
    except jwt.PyJWTError:
        return "unchecked"
    alg, kid = str(header.get("alg")), header.get("kid")
    keys = [k for k in key_set.get("keys", ()) if isinstance(k, Mapping)]
    if alg[:2] not in FAMILY:
        return "unchecked"
    fitting = [k for k in keys if k.get("kty") == FAMILY[alg[:2]] and k.get("use", "sig") == "sig"]
    named = [k for k in fitting if k.get("kid") == kid] if kid is not None else fitting
    if not named:
        # A set of keys without ids is tried whole; a known kind of key under another id is the wrong key.
        named = [k for k in fitting if "kid" not in k]
        if not named:
            return "unknown_key" if kid is not None and keys and not _other_family(alg, fitting) else "unchecked"
    return "valid" if any(_verifies(raw, alg, key) for key in named) else "invalid"


def _other_family(alg: str, fitting: list[Mapping[str, Any]]) -> bool:
    """A shared secret is seldom published: a set without one says nothing of an HMAC."""
    return alg.startswith("HS") and not fitting


def _verifies(raw: str, alg: str, key: Mapping[str, Any]) -> bool:
    import jwt

    try:
        jwt.api_jws.decode(raw, jwt.PyJWK(dict(key), algorithm=alg), algorithms=[alg])
    except (jwt.PyJWTError, ValueError, TypeError):
        return False
    return True


def key_ids(key_set: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the keys, for a sentence."""
    return tuple(str(k["kid"]) for k in key_set.get("keys", ()) if isinstance(k, Mapping) and "kid" in k)
