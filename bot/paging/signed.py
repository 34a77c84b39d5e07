"""Whatever takes a webhook, signed as Standard Webhooks are: standardwebhooks.com."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot import webhook
from bot.paging.interface import Event, Request, Target

SAID = {"trigger": "opened", "acknowledge": "acknowledged", "resolve": "resolved"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedWebhook(Target):
    """An address of the operator's."""

    kind: ClassVar[str] = "webhook"

    def fits(self, secret: str) -> bool:
        """A secret of 24 to 64 bytes."""
        return webhook.secret(secret) is not None

    def told(self) -> str:
        """How to make one."""
        return "give whsec_ and the base64 of 24 to 64 random bytes: echo whsec_$(openssl rand -base64 32)"

    def request(self, event: Event, secret: str, now: datetime) -> Request:
        """`webhook-id` is the same in every try, `webhook-timestamp` is the try's own."""
        key = webhook.secret(secret)
        assert key is not None  # `fits` has seen to it
        data = {
            "key": event.key,
            "title": event.title,
            "source": event.source,
            "link": event.link,
            "details": dict(event.details),
        }
        told = {"type": f"{event.subject}.{SAID[event.kind]}", "timestamp": event.at.isoformat(), "data": data}
        body, stamp = json.dumps(told).encode(), str(int(now.timestamp()))
        headers = {
            "webhook-id": event.id,
            "webhook-timestamp": stamp,
            "webhook-signature": webhook.signature(key, event.id, stamp, body),
        }
        return Request(self.endpoint or self.base, body, tuple(headers.items()))
