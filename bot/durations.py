"""Lengths of time in words, the same wherever one is told."""

from __future__ import annotations

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def duration(seconds: float) -> str:
    """A length of time in its one best unit: `12 seconds`, `90 minutes`, `3 hours`.

    One of a unit is told only where it is whole, since one and a half of it are far from one: 60 minutes are 1 hour.
    """
    seconds = abs(int(seconds))
    for size, name in _UNITS:
        count, rest = divmod(seconds, size)
        if count >= 2 or (count == 1 and rest * 60 < size):
            return f"{count} {name}{'' if count == 1 else 's'}"
    return "less than a second"
