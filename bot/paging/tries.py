"""How long a receiver that is down is tried again, and by what name it is known between the tries."""

from __future__ import annotations

import hashlib

from bot.paging.interface import PagingError, Target

FIRST_WAIT_S, LONGEST_WAIT_S, TRIES = 5.0, 900.0, 14
"""Pauses double up to the longest: the last try comes after more than an hour and a half."""


def pause(tried: int, error: PagingError) -> float | None:
    """Seconds until the next try, after so many before the one that failed; None: there is none."""
    if not error.again or tried + 1 >= TRIES:
        return None
    return max(error.wait_s, min(FIRST_WAIT_S * 2.0**tried, LONGEST_WAIT_S))


def digest(target: Target) -> str:
    """A name that tells a receiver from others and nothing of its credentials."""
    return hashlib.sha256(f"{target.kind} {target.base} {target.credentials}".encode()).hexdigest()[:12]
