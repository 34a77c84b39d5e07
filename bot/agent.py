"""What Slack gives to agents: the status line under a thread while an app works, and messages that are streamed.

Not every workspace and not every server has them: where one is refused, that is remembered for a while, and the work is
shown by editing the message instead. Nothing waits for either. Source: docs.slack.dev/reference/methods,
assistant.threads.setStatus and chat.startStream.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.display import cut, one_line, scrubbed
from bot.reply import NOT_THERE, Place, Posted
from bot.slack import BusyError, RefusedError, Slack, UnclearError, ask

REMEMBERED_S = 3600.0
BUSY_S = 60.0
"""Slack lets an app begin about twenty streams a minute in a workspace; the others are plain messages, as are all while
it has trouble with streams."""
LONGEST = 100

log = logging.getLogger(__name__)

Chunks = Sequence[dict[str, Any]]
"""What a streamed message grows by; handlers/blocks/stages.py makes them."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A message that we began and that is not whole yet. Slack ends it by itself after five minutes."""

    slack: Slack
    posted: Posted

    async def add(self, chunks: Chunks) -> None:
        """Show more. Raises RefusedError or UnclearError."""
        await ask(self.slack.once.chat_appendStream(**self._where, chunks=chunks))

    async def end(self, chunks: Chunks) -> None:
        """Show the last and let the message be edited; whatever Slack says, since `reply.edit` ends it if need be."""
        try:
            await ask(self.slack.once.chat_stopStream(**self._where, chunks=chunks or None))
        except (RefusedError, UnclearError) as error:
            log.info("the stream %s was not ended (%s)", self.posted.ts, error)

    @property
    def _where(self) -> dict[str, Any]:
        return {"channel": self.posted.channel, "ts": self.posted.ts}


@dataclass(slots=True)
class Agent:
    """Shows what is being done, in the workspaces that can show it."""

    _without: dict[tuple[str, str], float] = field(default_factory=dict)

    async def show(self, slack: Slack, channel: str, thread_ts: str, step: str) -> bool:
        """Show the step; False where the workspace has no such line, or Slack did not take it in time."""
        if self._lacks(slack, "status line"):
            return False
        status = f"is {cut(one_line(scrubbed(step)), LONGEST)}…" if step else ""
        try:
            call = slack.once.assistant_threads_setStatus(channel_id=channel, thread_ts=thread_ts, status=status)
            await ask(call)
        except RefusedError as error:
            self._forgo(slack, "status line", error, REMEMBERED_S)
            return False
        except UnclearError:
            return False
        return True

    async def clear(self, slack: Slack, channel: str, thread_ts: str) -> None:
        """Take the line away; Slack does so itself two minutes later."""
        await self.show(slack, channel, thread_ts, "")

    def streams(self, slack: Slack) -> bool:
        """Whether a message may be streamed in the workspace, as far as is known."""
        return not self._lacks(slack, "streams")

    async def stream(self, slack: Slack, place: Place, user: str, team: str, chunks: Chunks) -> Stream | None:
        """Begin a message in a thread, for `user` of the workspace `team`; None where Slack surely began none.

        Raises UnclearError where it may have.
        """
        call = slack.once.chat_startStream(
            channel=place.channel,
            thread_ts=place.thread_ts,
            recipient_user_id=user,
            recipient_team_id=team,
            task_display_mode="plan",
            chunks=chunks,
        )
        try:
            answer = await ask(call)
            if not answer.get("ts"):
                raise RefusedError("it tells of no message")  # a server that says yes to what it does not know
        except RefusedError as error:
            if error.code not in NOT_THERE:
                self._forgo(slack, "streams", error, REMEMBERED_S)
            return None
        except UnclearError as error:
            self._forgo(slack, "streams", error, BUSY_S)
            if isinstance(error, BusyError):
                return None
            raise
        return Stream(slack, Posted(str(answer.get("channel") or place.channel), str(answer["ts"])))

    def _lacks(self, slack: Slack, what: str) -> bool:
        return time.monotonic() < self._without.get((slack.team, what), 0.0)

    def _forgo(self, slack: Slack, what: str, error: Exception, seconds: float) -> None:
        log.info("no %s in %s (%s)", what, slack.team, error)
        self._without[slack.team, what] = time.monotonic() + seconds
