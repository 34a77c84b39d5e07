"""What was seen of a fix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What became of a caller who was refused."""

    verdict: Literal["works", "refused", "nothing", "blind"]
    """`nothing`: the caller has not tried again. `blind`: there is nothing that could tell, or it could not be read."""
    text: str = ""
    """One sentence fit for everybody: the caller's own request and its answer, no log line."""
    how: Literal["seen_in_logs", "probe"] | None = None
    entry: Entry | None = None
    """The log line that shows it, redacted; for support engineers alone."""
