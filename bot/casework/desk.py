"""What casework needs of the world, and how it speaks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from redis.asyncio import Redis

from bot.incidents.record import Record
from bot.intake.interface import Attachment
from bot.jobs import File
from bot.model import Diagnosis, Report
from bot.reply import Message
from bot.services import Service
from bot.slack import Slack


class Pages(Protocol):
    """How things are said in Slack; handlers/blocks says them."""

    def looking(self, case_id: str, steps: Sequence[str], done: int) -> Message:
        """The work is under way; the first `done` steps are finished."""

    def answer(self, case_id: str, diagnosis: Diagnosis) -> Message:
        """The answer."""

    def ask(self, case_id: str, diagnosis: Diagnosis) -> Message:
        """Nothing usable was said: one question, one example."""

    def solved(self, case_id: str, diagnosis: Diagnosis, proof: str) -> Message:
        """The case is closed."""

    def cannot_finish(self, case_id: str) -> Message:
        """The work failed for good."""

    def handover(self, case_id: str, diagnosis: Diagnosis | None, group: str, user: str) -> Message:
        """Calls the service's owners."""

    def incident(self, record: Record, called: str, *, drawn: bool = False) -> Message:
        """An incident's one message; `called` is the user group of those on call, `drawn`: with Slack's own chart."""

    def incident_moved(self, record: Record) -> Message:
        """Something else turns out to be hit."""

    def incident_calls(self, record: Record, called: str) -> Message:
        """Nobody has acknowledged it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What casework needs of the world."""

    slack: Slack
    redis: Redis
    pages: Pages
    investigate: Callable[[Report, Callable[[str], None], Iterable[str]], Awaitable[Diagnosis]]
    """Takes the report, what to tell each step, and the hosts that may be asked besides those of services.yaml."""
    read: Callable[..., Report]
    """`bot.intake.read`."""
    fetch: Callable[[File], Awaitable[Attachment | str]]
    zone: Callable[[str], Awaitable[str]]
    """The time zone of a user."""
    owners: Callable[[Diagnosis | None], str]
    """The user group to call for the service of a diagnosis; empty when nobody is named."""
    service: Callable[[str], Service | None]
    """The service of that name."""
    incidents_channel: str = ""
    """Where incidents of services without a channel of their own are told; empty: nowhere."""
