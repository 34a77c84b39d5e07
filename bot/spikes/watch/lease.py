"""One counting leader a service: a lease in Redis, and writes that only its holder can make, each exactly once.

Whoever holds the lease writes in one atomic step a time. A step is refused when the lease has gone to somebody else
meanwhile, so that a leader that was away for long (a paused machine) spoils nothing; and a step that is sent again,
because its answer was lost, is not done twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from redis.exceptions import RedisError

LEASE_S = 5.0
AGAIN_S = 0.5
Command = tuple[str | bytes | int, ...]
"""A command of Redis; or ADD with a key, seconds to keep it, and pairs of a field and what to add to it."""

log = logging.getLogger(__name__)

# KEYS: lease, number of the last step. ARGV: holder, milliseconds, number of this step; then commands, each after
# the number of its words.
_STEP = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if redis.call('GET', KEYS[2]) == ARGV[1] .. ARGV[3] then return 1 end
redis.call('SET', KEYS[2], ARGV[1] .. ARGV[3], 'EX', 86400)
local at = 4
while at <= #ARGV do
  local last = at + tonumber(ARGV[at])
  if ARGV[at + 1] == 'ADD' then
    for field = at + 4, last, 2 do redis.call('HINCRBY', ARGV[at + 2], ARGV[field], ARGV[field + 1]) end
    redis.call('EXPIRE', ARGV[at + 2], ARGV[at + 3])
  else
    redis.call(unpack(ARGV, at + 1, last))
  end
  at = last + 1
end
return 1
"""

# KEYS: lease. ARGV: holder.
_DROP = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"

# KEYS: lease. ARGV: holder, milliseconds.
_BEAT = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"


class LostError(Exception):
    """The lease is somebody else's now: what is not written yet is theirs to do."""


class Lease:
    """Our hold on a service."""

    def __init__(self, redis: Redis, name: str, seconds: float) -> None:
        """`name`: the key of the lease."""
        self._redis, self._name = redis, name
        self._holder = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._ms, self._step = int(seconds * 1000), 0

    async def take(self) -> bool:
        """Get it if nobody has it."""
        return bool(await self._redis.set(self._name, self._holder, nx=True, px=self._ms))

    def owns(self, name: str) -> bool:
        """Whether a key is the lease's own."""
        return name.startswith(self._name)

    async def step(self, commands: Sequence[Command]) -> None:
        """Do all of this at once, and go on trying while Redis is out of reach. Raises LostError."""
        self._step += 1
        words: list[str | bytes | int] = [self._holder, self._ms, self._step]
        for command in commands:
            words += [len(command), *command]
        while True:
            try:
                done = await self._redis.eval(_STEP, 2, self._name, f"{self._name}:step", *words)
            except (RedisError, OSError) as error:
                log.warning("what was counted cannot be kept (%s); trying again", type(error).__name__)
                await asyncio.sleep(AGAIN_S)
                continue
            if not done:
                raise LostError
            return

    async def beat(self) -> None:
        """Keep the lease while other work is done; ends when it is lost."""
        while True:
            await asyncio.sleep(self._ms / 3000)
            with contextlib.suppress(RedisError, OSError):
                if not await self._redis.eval(_BEAT, 1, self._name, self._holder, str(self._ms)):
                    return

    async def drop(self) -> None:
        """Give it back, for the next one to take at once."""
        with contextlib.suppress(RedisError, OSError):
            await self._redis.eval(_DROP, 1, self._name, self._holder)


@asynccontextmanager
async def held(redis: Redis, name: str, seconds: float = LEASE_S) -> AsyncIterator[Lease | None]:
    """The lease as long as the block lasts; None when somebody else has it."""
    lease = Lease(redis, name, seconds)
    if not await lease.take():
        yield None
        return
    beating = asyncio.create_task(lease.beat())
    try:
        yield lease
    finally:
        beating.cancel()
        await asyncio.wait({beating})  # it may hold a connection
        await lease.drop()
