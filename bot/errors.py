"""The one kind of error that is meant for people."""

from __future__ import annotations

import os


class UsageError(Exception):
    """Unusable input: one line a fault that says what is wrong, where, and how to mend it. Exit status 2."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def reason(error: OSError) -> str:
    """Why the system refused, in its own few words; what asyncio raises repeats the address besides."""
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return error.strerror or type(error).__name__
