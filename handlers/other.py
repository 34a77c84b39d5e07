"""Whatever else Slack sends is acknowledged: unanswered, Slack would send it again and in the end send nothing."""

from __future__ import annotations

import re

from slack_bolt.async_app import AsyncAck, AsyncApp

from handlers.deps import Teams

ANYTHING = re.compile(".*")


def register(app: AsyncApp, teams: Teams) -> None:
    """Listen last, for everything that no other surface took."""

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    app.event(ANYTHING)(acknowledge)
    app.action(ANYTHING)(acknowledge)
    app.shortcut(ANYTHING)(acknowledge)
    app.view(ANYTHING)(acknowledge)
    app.view_closed(ANYTHING)(acknowledge)
