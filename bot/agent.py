"""The status line that Slack shows under a thread while an app works ("Locksmith is reading the logs…").

Not every workspace and not every server has it: where it is refused, that is remembered for a while, and the steps
are shown by editing the message instead. Source: docs.slack.dev/reference/methods/assistant.threads.setStatus.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field

from bot.display import cut, one_line, scrubbed
from bot.slack import RefusedError, Slack, UnclearError, ask

REMEMBERED_S = 3600.0
LONGEST = 100

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Agent:
    """Shows what is being done, in the workspaces that can show it."""

    _without: dict[str, float] = field(default_factory=dict)

    async def show(self, slack: Slack, channel: str, thread_ts: str, step: str) -> bool:
        """Show the step; False where the workspace has no such line, or Slack did not take it in time."""
        if time.monotonic() < self._without.get(slack.team, 0.0):
            return False
        status = f"is {cut(one_line(scrubbed(step)), LONGEST)}…" if step else ""
        try:
            call = slack.posts.assistant_threads_setStatus(channel_id=channel, thread_ts=thread_ts, status=status)
            await ask(call)
        except RefusedError as error:
            log.info("no status line in %s (%s)", slack.team, error.code)
            self._without[slack.team] = time.monotonic() + REMEMBERED_S
            return False
        except UnclearError:
            return False
        return True

    async def clear(self, slack: Slack, channel: str, thread_ts: str) -> None:
        """Take the line away; Slack does so itself two minutes later."""
        await self.show(slack, channel, thread_ts, "")
