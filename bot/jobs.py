"""The work queue: nothing recorded is lost, nothing is worked on by two, and a case's jobs are worked in their order.

Each case has an inbox (a list of jobs) and each arrival leaves a wake-up on one stream that the workers' consumer
group reads. Whoever gets a wake-up takes the case's lease and empties its inbox. A wake-up goes only when the inbox
is empty, in one step with the lease; so when a worker dies, its wake-up becomes idle and another one takes over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot import codec
from bot.cases import ENDED, IDLE_S, Case, case_key, open_key, thread_key
from bot.codec import UnreadableError
from bot.incidents.record import Record, record_key
from bot.incidents.record import open_key as open_incidents
from bot.incidents.told import Noticed, Told
from bot.model import Report
from bot.store import key

SEEN_S = 86400
LEASE_S = 5.0
DELIVERIES = 3
STREAM, GROUP, DEAD, LATER = key("wake"), "workers", key("dead"), key("later")

Kind = Literal[
    "report", "again", "failing", "works", "handover", "allow", "page", "watch", "remind", "silence", "over", "tend",
    "told", "reason", "noticed", "escalate", "summon", "wake", "acknowledge", "snooze", "resolve", "useless",
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


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of reaching into an inbox under the case's lease."""

    status: Literal["busy", "empty", "job"]
    job: Job | None = None
    delivery: int = 0
    """1 the first time."""


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

# KEYS: lease, inbox, deliveries. ARGV: holder, milliseconds.
_TAKE = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return {'busy'} end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
local job = redis.call('LINDEX', KEYS[2], 0)
if not job then return {'empty'} end
return {'job', job, redis.call('INCR', KEYS[3])}
"""

# KEYS: lease, stream. ARGV: holder, milliseconds, group, consumer, wake-up.
_BEAT = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('XCLAIM', KEYS[2], ARGV[3], ARGV[4], 0, ARGV[5], 'JUSTID')
return 1
"""

# KEYS: lease, inbox, deliveries, dead; and to write a case: case, open cases, thread.
# ARGV: holder, why it is dead or ''; and to write a case: its JSON, its id, seconds to keep it, score ('' when closed).
_DONE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if #KEYS > 4 then
  redis.call('SET', KEYS[5], ARGV[3], 'EX', ARGV[5])
  redis.call('SET', KEYS[7], ARGV[4], 'EX', ARGV[5])
  if ARGV[6] == '' then redis.call('ZREM', KEYS[6], ARGV[4]) else redis.call('ZADD', KEYS[6], ARGV[6], ARGV[4]) end
  redis.call('EXPIRE', KEYS[6], ARGV[5])
end
local job = redis.call('LPOP', KEYS[2])
if job and ARGV[2] ~= '' then
  redis.call('XADD', KEYS[4], 'MAXLEN', '~', '1000', '*', 'why', ARGV[2], 'job', job)
end
redis.call('DEL', KEYS[3])
return 1
"""

# KEYS: lease, inbox, stream. ARGV: holder, group, wake-up.
_FINISH = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
if redis.call('LLEN', KEYS[2]) > 0 then return 0 end
redis.call('DEL', KEYS[1])
redis.call('XACK', KEYS[3], ARGV[2], ARGV[3])
redis.call('XDEL', KEYS[3], ARGV[3])
return 1
"""

# KEYS: lease, deliveries, stream. ARGV: holder, group, wake-up, case id.
_RELEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('XADD', KEYS[3], '*', 'case', ARGV[4])
redis.call('XACK', KEYS[3], ARGV[2], ARGV[3])
redis.call('XDEL', KEYS[3], ARGV[3])
return 1
"""


async def record(redis: Redis, job: Job, *, once: tuple[str, ...]) -> bool:
    """Put the job in its case's inbox unless one of the names in `once` was seen within a day, in one atomic step.

    False: it had been recorded before. Only when this returns may Slack be told that we have it.
    """
    seen = [key("seen", name) for name in once]
    keys = [STREAM, _inbox(job.case), *seen]
    return bool(await redis.eval(_RECORD, len(keys), *keys, str(SEEN_S), job.case, codec.dump(job)))


async def behind(redis: Redis, job: Job, *, once: str) -> None:
    """Put the job behind the one of the same case that is worked on right now, which needs no wake-up for it.

    Nothing where the name was seen within a day: the one before it may be worked on again.
    """
    await redis.eval(_BEHIND, 2, key("seen", once), _inbox(job.case), str(SEEN_S), codec.dump(job))


async def later(redis: Redis, job: Job, due: datetime) -> None:
    """Have the job recorded when its time comes. Whoever works on it then sees whether it is still wanted."""
    await redis.zadd(LATER, {codec.dump(job): due.timestamp()})


async def due(redis: Redis, now: datetime) -> None:
    """Put the jobs whose time has come into their inboxes, each once however many processes do this."""
    for text in await redis.zrangebyscore(LATER, "-inf", now.timestamp(), start=0, num=100):
        try:
            case = codec.load(Job, str(text)).case
        except UnreadableError as error:
            if await redis.zrem(LATER, str(text)):
                await redis.xadd(DEAD, {"why": str(error), "job": str(text)}, maxlen=1000)
            continue
        await redis.eval(_DUE, 3, LATER, STREAM, _inbox(case), str(text), case)


async def ready(redis: Redis) -> None:
    """Make the workers' group, where it is not there yet."""
    try:
        await redis.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
    except ResponseError as error:
        if not str(error).startswith("BUSYGROUP"):
            raise


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's hold on a case while it works off its inbox."""

    redis: Redis
    case: str
    wake: str
    consumer: str
    holder: str
    seconds: float = LEASE_S

    async def take(self) -> Taken:
        """The first job of the inbox; its delivery is counted."""
        keys = [self._key, _inbox(self.case), _deliveries(self.case)]
        answer = await self.redis.eval(_TAKE, 3, *keys, self.holder, self._ms)
        if answer[0] != "job":
            return Taken(answer[0])
        return Taken("job", codec.load(Job, answer[1]), int(answer[2]))

    async def beat(self) -> bool:
        """Say that we are still at it. False: the lease is lost, another worker has the case."""
        words = [self.holder, self._ms, GROUP, self.consumer, self.wake]
        return bool(await self.redis.eval(_BEAT, 2, self._key, STREAM, *words))

    async def done(self, case: Case | Record | None, *, dead: str = "") -> bool:
        """Take the first job out of the inbox and write what became of its case or incident, in one step.

        `dead`: why the job is set aside instead. False: the lease was lost, and nothing was written.
        """
        keys = [self._key, _inbox(self.case), _deliveries(self.case), DEAD]
        words = [self.holder, dead]
        if isinstance(case, Case):
            keys += [case_key(case.id), open_key(case.team), thread_key(case.team, case.channel, case.thread_ts)]
            score = "" if case.state in ENDED else str(case.updated.timestamp())
            words += [codec.dump(case), case.id, str(IDLE_S), score]
        elif case is not None:
            keys += [record_key(case.id), open_incidents(), key("incident-thread", case.channel, case.ts or "")]
            words += [codec.dump(case), case.id, str(IDLE_S), str(case.told.at) if case.state == "open" else ""]
        return bool(await self.redis.eval(_DONE, len(keys), *keys, *words))

    async def finish(self) -> bool:
        """Give the case back if its inbox is empty. False: there is more to do."""
        words = [self.holder, GROUP, self.wake]
        return bool(await self.redis.eval(_FINISH, 3, self._key, _inbox(self.case), STREAM, *words))

    async def release(self) -> None:
        """Give the case back with its work undone, for the next worker to take at once."""
        words = [self.holder, GROUP, self.wake, self.case]
        await self.redis.eval(_RELEASE, 3, self._key, _deliveries(self.case), STREAM, *words)

    @property
    def _key(self) -> str:
        return key("lease", self.case)

    @property
    def _ms(self) -> str:
        return str(int(self.seconds * 1000))


def _inbox(case: str) -> str:
    return key("inbox", case)


def _deliveries(case: str) -> str:
    return key("deliveries", case)
