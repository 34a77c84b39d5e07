"""The one kind of error that is meant for people."""

from __future__ import annotations


class UsageError(Exception):
    """Unusable input: one line a fault that says what is wrong, where, and how to mend it. Exit status 2."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults
