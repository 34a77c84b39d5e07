"""The stages of the work on a report, as people may watch it being done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One thing that is done. It is shown to everybody: no log line, nothing of a credential, no stranger's words."""

    id: str
    """Short; the same from its beginning to its end."""
    title: str
    """What is done, as in "reading the logs"."""
    state: Literal["pending", "in_progress", "complete"] = "pending"
    detail: str = ""
    """What came of it, in a few words."""


READING = Stage(id="report", title="reading your report")
TOKEN = Stage(id="token", title="taking the token apart")
LOGS = Stage(id="logs", title="reading the logs")
ASKING = Stage(id="endpoint", title="asking the endpoint")
WEIGHING = Stage(id="weighing", title="weighing the evidence")
Watch = Callable[[Stage], None]
"""Is told of a stage whenever it changes."""
