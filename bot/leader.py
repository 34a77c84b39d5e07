"""One process at a time: whoever holds the name's lease in Redis leads, until it leaves or falls silent."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from redis.asyncio import Redis

from bot.store import key

# KEYS: lease. ARGV: holder, milliseconds.
_HOLD = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""

_LEAVE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


@dataclass(frozen=True, slots=True)
class Leader:
    """A candidate for the lead of `name`."""

    redis: Redis
    name: str
    seconds: float
    """The lease is good for so long: hold it anew well before."""
    _holder: str = field(default_factory=lambda: secrets.token_hex(8))

    async def hold(self) -> bool:
        """Take the lead or keep it; False: another one has it."""
        return bool(await self.redis.eval(_HOLD, 1, self._key, self._holder, str(int(self.seconds * 1000))))

    async def leave(self) -> None:
        """Let another one lead at once."""
        await self.redis.eval(_LEAVE, 1, self._key, self._holder)

    @property
    def _key(self) -> str:
        return key("leader", self.name)
