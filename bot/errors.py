"""The one kind of error that is meant for people."""

from __future__ import annotations


class UsageError(Exception):
    """Unusable input: one line that says what is wrong, where, and how to mend it. Exit status 2."""
