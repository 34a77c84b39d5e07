"""Counts what came of this process's probes, for whoever brings them to the totals."""

from __future__ import annotations

from collections import Counter

from bot.probe.gate import Refusal
from bot.probe.outcome import Answer, Outcome

ASKED: Counter[str] = Counter()
"""By outcome: answered, refused (by our own gates), failed."""


def count(outcome: Outcome) -> None:
    """Count one."""
    name = "answered" if isinstance(outcome, Answer) else "refused" if isinstance(outcome, Refusal) else "failed"
    ASKED[name] += 1
