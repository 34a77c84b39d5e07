"""What every surface needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.access import Access
from bot.model import Report
from bot.people import People
from bot.services import Service
from bot.slack import Slack


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """Handed to each `register`; listeners parse, authorise, record and return."""

    slack: Slack
    redis: Redis
    people: People
    access: Access
    services: tuple[Service, ...]
    support_channels: frozenset[str]
    read: Callable[..., Report]
    """`bot.intake.read`: raw words in, a report without secrets out. Nothing raw goes any further."""
