"""What casework needs of the world, and how it speaks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from redis.asyncio import Redis

from bot.access import Access
from bot.agent import Agent, Chunks
from bot.cases import Case
from bot.incidents.record import Record
from bot.incidents.told import Noticed
from bot.intake.interface import Attachment
from bot.jobs import File, Job
from bot.joining import ALONE, Joined
from bot.model import Diagnosis, Report
from bot.proof.model import Seen
from bot.reply import Message
from bot.services import Service
from bot.slack import Slack
from bot.stages import Stage, Watch


class Pages(Protocol):
    """How things are said in Slack; handlers/blocks says them."""

    def looking(self, case_id: str, stages: Sequence[Stage], report: Report) -> Message:
        """The work is under way."""

    def opening(self, case_id: str, mark: str, stages: Sequence[Stage], report: Report) -> Chunks:
        """What a streamed message of that begins with."""

    def changed(self, mark: str, before: Mapping[str, Stage], stages: Sequence[Stage]) -> Chunks:
        """What it grows by after the stages `before`, which are held by id."""

    def answer(
        self, case_id: str, diagnosis: Diagnosis, *, joined: Joined = ALONE, allow: str = "", zone: tzinfo = UTC
    ) -> Message:
        """The answer. `joined`: whoever else reports the same; `allow`: a host that an engineer may allow.

        `zone`: the reporter's, for times that they are asked to choose from.
        """

    def ask(self, case_id: str, diagnosis: Diagnosis) -> Message:
        """Nothing usable was said: one question, one example."""

    def solved(self, case_id: str, diagnosis: Diagnosis, proof: str) -> Message:
        """The case is closed."""

    def doubted(self, case_id: str, diagnosis: Diagnosis, seen: str) -> Message:
        """Somebody said that it works, and `seen` speaks against it."""

    def closed(self, case_id: str, diagnosis: Diagnosis) -> Message:
        """Nobody said anything more; how to open it again."""

    def news(self, case_id: str, text: str, *, user: str = "") -> Message:
        """News in the thread, of which `user` is told."""

    def reminder(self, case_id: str, diagnosis: Diagnosis, user: str) -> Message:
        """The reporter is reminded of the question."""

    def owners_reminder(self, case_id: str, diagnosis: Diagnosis | None, owners: Sequence[str]) -> Message:
        """The owners are reminded of what they were given."""

    def cannot_finish(self, case_id: str) -> Message:
        """The work failed for good."""

    def handover(self, case_id: str, diagnosis: Diagnosis | None, owners: Sequence[str], user: str) -> Message:
        """Calls the service's owners into the thread."""

    def owners(self, case: Case, owners: Sequence[str], user: str, *, link: str, inside: bool) -> Message:
        """The evidence for the owners' channel; the conclusion only where others than ours read (not `inside`)."""

    def owners_told(self, case: Case, *, link: str) -> Message:
        """What became of a case that the owners were given, in the place of its evidence; fit for everybody."""

    def handed_over(self, case_id: str, channel: str, service: str, user: str) -> Message:
        """Tells the thread who has the case now."""

    def not_paged(self, case_id: str, kind: str) -> Message:
        """Tells the thread that a receiver of that kind could not be told."""

    def incident(self, record: Record, called: Sequence[str], *, drawn: bool = False, inside: bool = True) -> Message:
        """An incident's one message; `called` are those on call, `drawn`: with Slack's own chart.

        `inside`: nobody of another organisation reads it; to them only what is hit is told, and the likely cause.
        """

    def noticed(self, noticed: Noticed) -> Message:
        """Logs are missing, or come again."""

    def incident_moved(self, record: Record) -> Message:
        """Something else turns out to be hit."""

    def incident_calls(self, record: Record, called: Sequence[str]) -> Message:
        """Nobody has acknowledged it."""

    def engineers_only(self, what: str) -> Message:
        """`what`, the subject of a sentence, is for support engineers."""

    def not_on_call(self) -> Message:
        """An incident is for others than whoever pressed its button."""

    def not_answered(self) -> Message:
        """A question to the bot could not be answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """When a case is looked at again without anybody asking."""

    watch: tuple[timedelta, ...] = (
        timedelta(minutes=2),  # a new token, a mended header: whoever mends it tries at once
        timedelta(minutes=5),
        timedelta(minutes=15),  # a deployment
        timedelta(hours=1),  # caches and key sets run out
        timedelta(hours=6),  # the next shift, another time zone's morning
        timedelta(hours=24),  # jobs that run once a day
        timedelta(hours=48),  # who has not tried again by then has found another way
    )
    """After the answer, or after somebody said that it works; the first are close, as most fixes are tried at once."""
    remind_days: int = 1
    """Working days: an answer on Friday evening is not missed on Saturday."""
    silence: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What casework needs of the world."""

    slack: Slack
    redis: Redis
    pages: Pages
    investigate: Callable[[Report, Watch, Iterable[str]], Awaitable[Diagnosis]]
    """Takes the report, what to tell of each stage, and the hosts that may be asked besides those of services.yaml."""
    read: Callable[..., Report]
    """`bot.intake.read`."""
    fetch: Callable[[File], Awaitable[Attachment | str]]
    zone: Callable[[str], Awaitable[str]]
    """The time zone of a user."""
    access: Access
    agent: Agent
    reply_to: Callable[[Job], Awaitable[Message]]
    """What a subcommand answers: handlers/commands."""
    owners: Callable[[Diagnosis | None], tuple[str, ...]]
    """Who is to be called for the service of a diagnosis: ids of user groups and people, none when nobody is named."""
    service: Callable[[str | None], Service | None]
    """The service of that name."""
    proof: Callable[[Case, datetime, datetime], Awaitable[Seen]]
    """What became of the case's caller between two moments."""
    incidents_channel: str = ""
    """Where incidents of services without a channel of their own are told; empty: nowhere."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    intervals: Intervals = Intervals()
