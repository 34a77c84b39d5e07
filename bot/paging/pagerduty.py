"""PagerDuty, by its Events API v2: developer.pagerduty.com/docs/events-api-v2."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from bot.display import cut
from bot.paging.interface import Event, Request, Target

SUMMARY = 1024
"""Characters of a summary that it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerDuty(Target):
    """An integration of a PagerDuty service."""

    kind: ClassVar[str] = "pagerduty"
    hosts: ClassVar[Mapping[str, str]] = {
        "us": "https://events.pagerduty.com",
        "eu": "https://events.eu.pagerduty.com",
    }

    def fits(self, secret: str) -> bool:
        """A routing key has 32 characters."""
        return bool(re.fullmatch(r"[A-Za-z0-9]{32}", secret))

    def told(self) -> str:
        """Where to find it."""
        return "give the integration key, 32 characters, of an Events API v2 integration"

    def request(self, event: Event, secret: str, now: datetime) -> Request:
        """`dedup_key` makes repeated triggers one alert, and says which one somebody has or is resolved."""
        told: dict[str, Any] = {"routing_key": secret, "event_action": event.kind, "dedup_key": event.key}
        if event.kind == "trigger":
            told |= {
                "payload": {
                    "summary": cut(event.title, SUMMARY),
                    "source": event.source,
                    "severity": "error",
                    "timestamp": event.at.isoformat(),
                    "component": event.source,
                    "class": event.subject,
                    "custom_details": dict(event.details),
                },
                "client": "Locksmith",
                "links": [{"href": event.link, "text": "The thread"}] if event.link else [],
            }
        return Request(f"{self.base}/v2/enqueue", json.dumps(told).encode())
