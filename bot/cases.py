"""Conversation state: one case a thread, kept until it has been idle for thirty days.

Only the worker that holds a case's lease writes it (jobs.py); everybody may read. What is stored is redacted:
reports are cleaned before they come here, and a diagnosis is made of reports and redacted log records.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from redis.asyncio import Redis

from bot import codec
from bot.codec import UnreadableError
from bot.model import Diagnosis, Report
from bot.store import key

IDLE_S = 30 * 86400
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O: people read case ids to each other."""

State = Literal["open", "waiting", "solved", "handed_over", "closed"]
ENDED: frozenset[State] = frozenset({"solved", "closed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How a case is watched for its fix."""

    since: datetime
    """When the caller last said that it fails, or was seen to work: only what came after it is news."""
    begun: datetime
    """When the turns began."""
    turn: int = 0
    """The look that comes next, an index of `casework.desk.Intervals.watch`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One report and what became of it. Nothing in it is secret."""

    id: str
    team: str
    channel: str
    thread_ts: str
    """The message that the case hangs on, or our own where it came by slash command; empty before that is posted."""
    reporter: str
    """The Slack user id of whoever asked."""
    report: Report
    diagnosis: Diagnosis | None = None
    """The last answer, whole, so that buttons work after a restart."""
    reply_ts: str | None = None
    """Our one message."""
    state: State = "open"
    """`waiting`: we asked the reporter something. `closed`: nobody said anything more."""
    since: datetime | None = None
    """When it came to be in this state."""
    watch: Watch | None = None
    proof: str = ""
    """What showed that it works, in one sentence; empty while nothing but somebody's word did."""
    returns: int = 0
    """How often the logs reopened it."""
    revision: int = 0
    """Counts the answers given."""
    company: int | None = None
    """How many others its message says report the same; None where its message is no answer."""
    allowed: tuple[str, ...] = ()
    """Hosts that services.yaml does not name and that an engineer allowed to be asked, for this case alone."""
    created: datetime
    updated: datetime

    @property
    def service(self) -> str | None:
        """The name of its service in services.yaml, as far as that is known."""
        return self.diagnosis.service if self.diagnosis else None


async def assign(redis: Redis, team: str, channel: str, thread_ts: str) -> str:
    """The id of the case in that thread, an unused one where there is no case yet. Safe to repeat and to race."""
    thread = thread_key(team, channel, thread_ts)
    if known := await redis.get(thread):
        return str(known)
    while True:
        candidate = "".join(secrets.choice(ALPHABET) for _ in range(4))
        if await redis.set(key("id", candidate), thread, nx=True, ex=IDLE_S):
            break
    # SET NX GET answers what was there before: another process may have been quicker.
    return str(await redis.set(thread, candidate, nx=True, get=True, ex=IDLE_S) or candidate)


async def is_assigned(redis: Redis, case_id: str) -> bool:
    """Whether the id was given out; the case itself is there once it has an answer."""
    return bool(await redis.exists(key("id", case_id)))


async def in_thread(redis: Redis, team: str, channel: str, thread_ts: str) -> str | None:
    """The id of the case in that thread."""
    known = await redis.get(thread_key(team, channel, thread_ts))
    return None if known is None else str(known)


async def get(redis: Redis, case_id: str) -> Case | None:
    """The case, None when it has expired or was never worked on. Raises UnreadableError."""
    text = await redis.get(case_key(case_id))
    return None if text is None else codec.load(Case, str(text))


async def recent(redis: Redis, team: str, limit: int = 10) -> tuple[Case, ...]:
    """The team's cases that are not closed, the latest first; without those that cannot be read."""
    ids = await redis.zrevrange(open_key(team), 0, limit - 1)
    found = []
    for case_id in ids:
        with suppress(UnreadableError):
            found.append(await get(redis, str(case_id)))
    return tuple(case for case in found if case is not None)


def case_key(case_id: str) -> str:
    """Where the case is."""
    return key("case", case_id)


def thread_key(team: str, channel: str, thread_ts: str) -> str:
    """Where the id of a thread's case is."""
    return key("thread", team, channel, thread_ts)


def open_key(team: str) -> str:
    """The sorted set of open cases' ids by the time of their last change."""
    return key("open", team)
