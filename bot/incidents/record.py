"""An incident as it is kept: the last news, what people did about it, what was found out."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from redis.asyncio import Redis

from bot import codec
from bot.codec import UnreadableError
from bot.incidents.told import Told
from bot.model import Diagnosis
from bot.store import key

KEPT_S = 30 * 86400
State = Literal["open", "over", "resolved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One spike of one service, from its first news to its end."""

    id: str
    """`Told.incident`."""
    team: str
    channel: str
    """Where its message is; empty where the operator named no channel: then it is in the Home tab alone."""
    ts: str | None = None
    """Its one message."""
    told: Told
    """The last news."""
    opened: datetime
    """When we heard of it first."""
    state: State = "open"
    """`over`: the 401s ended; `resolved`: somebody said so, which no later news undoes."""
    ended: datetime | None = None
    acknowledged_by: str = ""
    resolved_by: str = ""
    snoozed_until: datetime | None = None
    useless: bool = False
    """Somebody on call said that this was not worth telling."""
    diagnosis: Diagnosis | None = None
    """What is wrong with a sample of the failing requests."""
    cases: tuple[str, ...] = ()
    """Ids of the open cases that belong to it."""

    def quiet(self, now: datetime) -> bool:
        """Whether nobody is to be called: it ended, somebody has it, or it was snoozed."""
        snoozed = self.snoozed_until is not None and now < self.snoozed_until
        return self.state != "open" or bool(self.acknowledged_by) or snoozed


async def get(redis: Redis, incident: str) -> Record | None:
    """The incident, None when it has expired. Raises UnreadableError."""
    text = await redis.get(record_key(incident))
    return None if text is None else codec.load(Record, str(text))


async def is_posted(redis: Redis, incident: str) -> bool:
    """Whether its message is there, or about to be: then it will be known in a moment."""
    return bool(await redis.exists(key("posted", incident, "incident")))


async def going_on(redis: Redis, limit: int = 20) -> tuple[Record, ...]:
    """The open incidents, the latest first; without those that cannot be read."""
    found = []
    for incident in await redis.zrevrange(open_key(), 0, limit - 1):
        with suppress(UnreadableError):
            found.append(await get(redis, str(incident)))
    return tuple(record for record in found if record is not None)


def record_key(incident: str) -> str:
    """Where the incident is."""
    return key("incident", incident)


def open_key() -> str:
    """The sorted set of open incidents' ids by the time of their last news."""
    return key("incidents")


def moment(at: float) -> datetime:
    """A time of the watcher's, in seconds since 1970."""
    return datetime.fromtimestamp(at, UTC)
