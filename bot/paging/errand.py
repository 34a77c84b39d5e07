"""A receiver is to be told of something: what a job of this kind is about, and its next try."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from bot.paging.interface import EventKind, PagingError, Target

FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 900.0
"""Pauses double up to the longest."""
TRIES: Mapping[EventKind, int] = {"trigger": 14, "acknowledge": 14, "resolve": 104}
"""The last one comes after more than an hour and a half, of an end after a day: nobody else ends an alert."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Kept with a job as one word."""

    kind: EventKind
    target: str
    """`digest` of the receiver."""
    revision: int = 0
    """The answer that was handed over or solved; 0 where there is none."""
    tries: int = 0

    def __str__(self) -> str:
        return f"{self.kind}.{self.target}.{self.revision}.{self.tries}"

    @classmethod
    def of(cls, about: str) -> Errand:
        """The errand that was written like this; a job of ours holds nothing else."""
        kind, target, revision, tries = about.split(".")
        return cls(cast(EventKind, kind), target, int(revision), int(tries))

    def receiver(self, targets: Iterable[Target]) -> Target | None:
        """Whom it is for, as long as services.yaml still names them."""
        return next((target for target in targets if digest(target) == self.target), None)

    def again(self, error: PagingError) -> tuple[Errand, float] | None:
        """The next try after one that failed so, and the seconds until then; None: there is none."""
        if not error.again or self.tries + 1 >= TRIES[self.kind]:
            return None
        wait_s = max(error.wait_s, min(FIRST_WAIT_S * 2.0**self.tries, LONGEST_WAIT_S))
        return replace(self, tries=self.tries + 1), wait_s


def digest(target: Target) -> str:
    """A name that tells a receiver from others and nothing of its credentials."""
    return hashlib.sha256(f"{target.kind} {target.base} {target.credentials}".encode()).hexdigest()[:12]
