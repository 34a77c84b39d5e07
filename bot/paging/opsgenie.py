"""Opsgenie, by its Alert API: docs.opsgenie.com/docs/alert-api. (Atlassian ends it in April 2027.)"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

from bot.display import cut
from bot.paging.interface import Event, EventKind, Request, Target

MESSAGE, DESCRIPTION, DETAILS = 130, 15_000, 8_000
"""Characters that it takes."""
LATER: Mapping[EventKind, str] = {"acknowledge": "acknowledge", "resolve": "close"}
"""What is done with an alert that is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opsgenie(Target):
    """An API integration of Opsgenie."""

    kind: ClassVar[str] = "opsgenie"
    hosts: ClassVar[Mapping[str, str]] = {"us": "https://api.opsgenie.com", "eu": "https://api.eu.opsgenie.com"}

    def fits(self, secret: str) -> bool:
        """An integration's key is a UUID."""
        return bool(re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", secret))

    def told(self) -> str:
        """Where to find it."""
        return "give the key, a UUID, of an API integration"

    def request(self, event: Event, secret: str, now: datetime) -> Request:
        """`alias` makes repeated alerts one as long as it is open, and says which one somebody has or is closed."""
        told: dict[str, Any] = {"source": "Locksmith"}
        url = f"{self.base}/v2/alerts"
        if done := LATER.get(event.kind):
            url = f"{url}/{quote(event.key, safe='')}/{done}?identifierType=alias"
            told["note"] = cut(event.title, DESCRIPTION)
        else:
            described = "\n".join(filter(None, (event.title, event.link)))
            told |= {
                "message": cut(event.title, MESSAGE),
                "alias": event.key,
                "description": cut(described, DESCRIPTION),
                "details": _within(event.details),
                "entity": event.source,
                "tags": [event.subject, "401"],
                "priority": "P3",
            }
        return Request(url, json.dumps(told).encode(), (("Authorization", f"GenieKey {secret}"),))


def _within(details: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The details as far as they fit, the first of them first."""
    kept: dict[str, str] = {}
    room = DETAILS
    for name, value in details:
        room -= len(name) + len(value)
        if room >= 0:
            kept[name] = value
    return kept
