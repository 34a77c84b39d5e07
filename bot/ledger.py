"""Records of the past in Redis, the latest few thousand of each kind; writing one twice changes nothing.

A hash holds the records, a sorted set their times. A record gives way only to one of more precedence, so that of two
that say the same the first stays, whoever repeats it and in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import GenericAlias
from typing import Any, Generic, TypeVar

from redis.asyncio import Redis

from bot import codec
from bot.codec import UnreadableError
from bot.store import key

T = TypeVar("T")

# KEYS: records, times. ARGV: name, precedence, record, time, how many are kept.
_PUT = """
local old = redis.call('HGET', KEYS[1], ARGV[1])
if old and tonumber(string.match(old, '^%d+')) >= tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[5])
if over > 0 then
  local gone = redis.call('ZPOPMIN', KEYS[2], over)
  for i = 1, #gone, 2 do redis.call('HDEL', KEYS[1], gone[i]) end
end
return 1
"""


@dataclass(frozen=True, slots=True)
class Ledger(Generic[T]):
    """One kind of record."""

    kind: type[T]
    name: str
    kept: int
    """How many are kept, the latest."""

    async def put(self, redis: Redis, name: str, value: T, at: datetime, precedence: int = 0) -> bool:
        """Keep the record. False: one of that name with as much precedence is there already."""
        words = [name, str(precedence), codec.dump(value), str(at.timestamp()), str(self.kept)]
        return bool(await redis.eval(_PUT, 2, *self._keys, *words))

    async def get(self, redis: Redis, names: Iterable[str]) -> dict[str, T]:
        """The records of those names that there are; without those that another version wrote in another way."""
        wanted = list(names)
        found = await redis.hmget(self._keys[0], wanted) if wanted else []
        return self._read({name: str(text) for name, text in zip(wanted, found, strict=True) if text is not None})

    async def all(self, redis: Redis) -> dict[str, T]:
        """Every record by its name; without those that another version wrote in another way."""
        found = await redis.hgetall(self._keys[0])
        return self._read({str(name): str(text) for name, text in found.items()})

    def _read(self, found: Mapping[str, str]) -> dict[str, T]:
        """All at once, several times as fast as one by one, which is done where one cannot be read."""
        texts = {name: text.partition(" ")[2] for name, text in found.items()}
        every: Any = GenericAlias(tuple, (self.kind, ...))
        try:
            return dict(zip(texts, codec.load(every, f"[{','.join(texts.values())}]"), strict=True))
        except UnreadableError:
            return dict(self._readable(texts))

    def _readable(self, texts: Mapping[str, str]) -> Iterator[tuple[str, T]]:
        for name, text in texts.items():
            with suppress(UnreadableError):
                yield name, codec.load(self.kind, text)

    @property
    def _keys(self) -> tuple[str, str]:
        return key(self.name), key(self.name, "times")
