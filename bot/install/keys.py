"""The keys that the workspaces' tokens are encrypted with.

Source: the Fernet specification (AES-128-CBC and HMAC-SHA256 under one key of 32 bytes in base64).
"""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.fernet import Fernet, MultiFernet

NAME = "LOCKSMITH_ENCRYPTION_KEY"
MAKE = "make one with: openssl rand -base64 32"


def faults(keys: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with the keys, without showing any."""
    if not keys:
        yield f"{NAME}: is not set; it protects the tokens of the workspaces: {MAKE}"
    for number, given in enumerate(keys, 1):
        try:
            _fernet(given)
        except ValueError:
            yield f"{NAME}: key {number} of {len(keys)} is not 32 bytes in base64; {MAKE}"


def cipher(keys: tuple[str, ...]) -> MultiFernet:
    """Encrypts with the first key and decrypts with any. Raises ValueError for what `faults` tells of."""
    return MultiFernet([_fernet(given) for given in keys])


def _fernet(given: str) -> Fernet:
    """From either alphabet of base64: openssl writes the one, Fernet reads the other."""
    return Fernet(given.replace("+", "-").replace("/", "_"))
