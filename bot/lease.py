"""A worker's hold on a case while it works off its inbox: its holder is the only one, and writes in whole steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from redis.asyncio import Redis

from bot import codec
from bot.cases import ENDED, IDLE_S, Case, case_key, open_key, thread_key
from bot.incidents.record import Record, record_key
from bot.incidents.record import open_key as open_incidents
from bot.jobs import DEAD, GROUP, STREAM, Job, inbox
from bot.store import key

LEASE_S = 5.0


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of reaching into an inbox under the case's lease."""

    status: Literal["busy", "empty", "job"]
    job: Job | None = None
    delivery: int = 0
    """1 the first time."""


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
        keys = [self._key, inbox(self.case), _deliveries(self.case)]
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
        keys = [self._key, inbox(self.case), _deliveries(self.case), DEAD]
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
        return bool(await self.redis.eval(_FINISH, 3, self._key, inbox(self.case), STREAM, *words))

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


def _deliveries(case: str) -> str:
    return key("deliveries", case)
