"""What is sent to a channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """Blocks, and the text that notifications and plain clients show in their place."""

    text: str
    """mrkdwn with everything escaped, under 4,000 characters."""
    blocks: list[Block] = field(default_factory=list)
