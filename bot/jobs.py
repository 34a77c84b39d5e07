"""The work queue: nothing recorded is lost, nothing is worked on by two, and a case's jobs are worked in their order.

Each case has an inbox (a list of jobs) and each arrival leaves a wake-up on one stream that the workers' consumer
group reads. Whoever gets a wake-up takes the case's lease and empties its inbox. A wake-up goes only when the inbox
is empty, in one step with the lease; so when a worker dies, its wake-up becomes idle and another one takes over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot import codec
from bot.cases import Case
from bot.codec import UnreadableError
from bot.incidents.record import Record
from bot.incidents.told import Noticed, Told
from bot.model import Report
from bot.store import key

SEEN_S = 86400
DELIVERIES = 3
STREAM, GROUP, DEAD, LATER = key("wake"), "workers", key("dead"), key("later")

Kind = Literal[
    "report", "again", "failing", "works", "handover", "allow", "page", "watch", "remind", "silence", "over", "tend",
    "joined",
    "told", "reason", "noticed", "show", "escalate", "summon", "wake", "acknowledge", "snooze", "resolve", "useless",
    "ask",
]  # fmt: skip
"""Of the second line: work on an incident (bot/incidents), which has an inbox like a case.

`ask`: a subcommand (`about`), answered to whoever asked; it has an inbox of its own and changes no case.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that was shared with a message; the worker fetches it with the bot's token."""

    name: str
    url: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that a person did and that needs work. Redacted: it is stored."""

    id: str
    kind: Kind
    case: str
    team: str
    channel: str
    thread_ts: str
    """Empty for a slash command: the reply is then a message of its own."""
    ts: str
    """The message that asked; empty for a command or a click."""
    user: str
    at: datetime
    report: Report | None = None
    files: tuple[File, ...] = ()
    about: str = ""
    """What else the kind of job has to know, in a word or a sentence; nothing secret."""
    told: Told | None = None
    """The watcher's news on an incident."""
    noticed: Noticed | None = None
    """What it noticed besides."""


def unasked(about: Case | Record, kind: Kind, name: str, at: datetime, *, user: str = "", word: str = "") -> Job:
    """A job on a case or an incident that no message asks for; `name`: its id, `word`: what it has to know besides."""
    return Job(
        id=name,
        kind=kind,
        case=about.id,
        team=about.team,
        channel=about.channel,
        thread_ts=about.thread_ts if isinstance(about, Case) else "",
        ts="",
        user=user,
        at=at,
        about=word,
    )


# KEYS: stream, inbox, then what not to take twice. ARGV: seconds to remember, case id, job.
_RECORD = """
for i = 3, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then return 0 end
end
for i = 3, #KEYS do
  redis.call('SET', KEYS[i], '1', 'EX', ARGV[1])
end
redis.call('RPUSH', KEYS[2], ARGV[3])
redis.call('XADD', KEYS[1], '*', 'case', ARGV[2])
return 1
"""

# KEYS: what not to take twice, inbox. ARGV: seconds to remember, job.
_BEHIND = """
if redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[1]) then redis.call('RPUSH', KEYS[2], ARGV[2]) end
"""

# KEYS: later, stream, inbox. ARGV: job, case id.
_DUE = """
if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('RPUSH', KEYS[3], ARGV[1])
redis.call('XADD', KEYS[2], '*', 'case', ARGV[2])
return 1
"""


async def record(redis: Redis, job: Job, *, once: tuple[str, ...]) -> bool:
    """Put the job in its case's inbox unless one of the names in `once` was seen within a day, in one atomic step.

    False: it had been recorded before. Only when this returns may Slack be told that we have it.
    """
    seen = [key("seen", name) for name in once]
    keys = [STREAM, inbox(job.case), *seen]
    return bool(await redis.eval(_RECORD, len(keys), *keys, str(SEEN_S), job.case, codec.dump(job)))


async def behind(redis: Redis, job: Job, *, once: str) -> None:
    """Put the job behind the one of the same case that is worked on right now, which needs no wake-up for it.

    Nothing where the name was seen within a day: the one before it may be worked on again.
    """
    await redis.eval(_BEHIND, 2, key("seen", once), inbox(job.case), str(SEEN_S), codec.dump(job))


async def later(redis: Redis, job: Job, due: datetime) -> None:
    """Have the job recorded when its time comes. Whoever works on it then sees whether it is still wanted."""
    await redis.zadd(LATER, {codec.dump(job): due.timestamp()})


async def soon(redis: Redis, jobs: Iterable[tuple[Job, datetime]]) -> None:
    """Have jobs recorded when their time comes; one that is to be anyway stays due when it is."""
    if wanted := {codec.dump(job): due.timestamp() for job, due in jobs}:
        await redis.zadd(LATER, wanted, nx=True)


async def due(redis: Redis, now: datetime) -> None:
    """Put the jobs whose time has come into their inboxes, each once however many processes do this."""
    for text in await redis.zrangebyscore(LATER, "-inf", now.timestamp(), start=0, num=100):
        try:
            case = codec.load(Job, str(text)).case
        except UnreadableError as error:
            if await redis.zrem(LATER, str(text)):
                await redis.xadd(DEAD, {"why": str(error), "job": str(text)}, maxlen=1000)
            continue
        await redis.eval(_DUE, 3, LATER, STREAM, inbox(case), str(text), case)


async def ready(redis: Redis) -> None:
    """Make the workers' group, where it is not there yet."""
    try:
        await redis.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
    except ResponseError as error:
        if not str(error).startswith("BUSYGROUP"):
            raise


def inbox(case: str) -> str:
    """Where a case's jobs wait."""
    return key("inbox", case)
