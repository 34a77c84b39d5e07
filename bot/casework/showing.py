"""The case's one message while its report is looked into: what is being done is shown there, or in Slack's status line.

Where the workspace has streamed messages it begins as one, and its plan fills; it is ended before the answer is put in.
Whoever finds it unfinished, after a crash, ends it by editing it (`bot.reply.edit`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bot import reply
from bot.agent import Stream
from bot.cases import Case
from bot.casework import private
from bot.casework.desk import Desk
from bot.model import Report
from bot.progress import Progress
from bot.reply import Begin, Message, Place, Posted
from bot.slack import RefusedError
from bot.stages import READING, Stage, Watch

FIRST = replace(READING, state="in_progress")
NAME = "reply"


@asynccontextmanager
async def shown(desk: Desk, case: Case, report: Report, asker: str) -> AsyncIterator[tuple[Case, Watch]]:
    """The case with its message, which says that we look, and whom to tell of the work. Afterwards it may be edited."""
    began: list[Stream] = []

    async def begin() -> Posted | None:
        team = desk.agent.streams(desk.slack) and await desk.access.people.team(case.reporter)
        if not team:
            return None
        chunks = desk.pages.opening(case.id, reply.mark(case.id, NAME), [FIRST], report)
        place = Place(case.channel, case.thread_ts)
        stream = await desk.agent.stream(desk.slack, place, case.reporter, team, chunks)
        began.extend([stream] if stream else [])
        return stream.posted if stream else None

    page = desk.pages.looking(case.id, [FIRST], report)
    posted = await post(desk, case, page, asker, begin if case.thread_ts and case.channel[:1] not in "UW" else None)
    case = at(case, posted)
    show = _Plan(desk, case, began[-1]) if began else _Lines(desk, case, report, edited=not case.revision)
    progress = Progress(show.show, FIRST, at_once=bool(began or case.revision))
    try:
        yield case, progress.tell
    finally:
        await progress.close()
        await show.end(progress.stages)


async def post(desk: Desk, case: Case, message: Message, asker: str = "", begin: Begin | None = None) -> Posted:
    """The case's one message; a direct one where somebody asked from a channel that we are not in."""
    channel = await private.direct(desk.slack, case.channel) if case.channel[:1] in "UW" else case.channel
    place = Place(channel, case.thread_ts)
    try:
        return await reply.post_once(desk.slack, desk.redis, place, message, case=case.id, name=NAME, begin=begin)
    except RefusedError as error:
        if case.reply_ts or error.code not in reply.NOT_THERE:
            raise
        place = Place(await private.direct(desk.slack, asker or case.reporter))
        return await reply.post_once(desk.slack, desk.redis, place, message, case=case.id, name=NAME)


def at(case: Case, posted: Posted) -> Case:
    """The case as it hangs on the message that was posted for it."""
    own = posted.channel != case.channel or not case.thread_ts
    return replace(case, channel=posted.channel, thread_ts=posted.ts if own else case.thread_ts, reply_ts=posted.ts)


@dataclass(slots=True)
class _Plan:
    """Shows the work in the message that is streamed."""

    desk: Desk
    case: Case
    stream: Stream
    told: Mapping[str, Stage] = field(default_factory=lambda: {FIRST.id: FIRST})

    async def show(self, stages: Sequence[Stage]) -> None:
        if chunks := self._news(stages):
            await self.stream.add(chunks)

    async def end(self, stages: Sequence[Stage]) -> None:
        await self.stream.end(self._news(stages))

    def _news(self, stages: Sequence[Stage]) -> list[dict[str, object]]:
        before, self.told = self.told, {stage.id: stage for stage in stages}
        return [*self.desk.pages.changed(reply.mark(self.case.id, NAME), before, stages)]


@dataclass(slots=True)
class _Lines:
    """Shows the work in Slack's status line, or by editing the message where there is none."""

    desk: Desk
    case: Case
    report: Report
    edited: bool
    """Whether the message says that we look. An old answer must not stand there as if it were the new one."""
    lined: bool = False

    async def show(self, stages: Sequence[Stage]) -> None:
        desk, case = self.desk, self.case
        now = next((stage.title for stage in reversed(stages) if stage.state == "in_progress"), "")
        if self.edited and await desk.agent.show(desk.slack, case.channel, case.thread_ts, now):
            self.lined = True
            return
        self.edited = True
        page = desk.pages.looking(case.id, stages, self.report)
        await reply.edit(desk.slack, case.channel, case.reply_ts or "", page, patience_s=0)

    async def end(self, stages: Sequence[Stage]) -> None:
        if self.lined:
            await self.desk.agent.clear(self.desk.slack, self.case.channel, self.case.thread_ts)
