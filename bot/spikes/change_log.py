"""What was changed lately, service by service: where a spike looks for what came just before it.

Kept in Redis for `KEEP_S`, at most `MOST` a service, the oldest going first. Texts are redacted before they are kept.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from redis.asyncio import Redis

from bot import codec
from bot.codec import UnreadableError
from bot.display import cut, one_line, scrubbed
from bot.redact import redact
from bot.spikes.model import Change, Node
from bot.store import key

KEEP_S = 14 * 86400
MOST = 1000
TEXT_MAX = 300
"""UTF-16 units of a change's text that are kept."""
EVERY = ""
"""The name under which changes stand that may touch all services."""

# KEYS: changes by id, ids by time. ARGV: id, JSON, at, oldest that is kept, how many, seconds.
_ADD = """
local new = redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
if new == 1 then redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1]) end
local gone = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[4])
for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1 - ARGV[5])) do gone[#gone + 1] = id end
for _, id in ipairs(gone) do
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
end
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('EXPIRE', KEYS[2], ARGV[6])
return new
"""

# KEYS: pairs of changes by id and ids by time. ARGV: since.
_RECENT = """
local found = {}
for i = 1, #KEYS, 2 do
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[i + 1], ARGV[1], '+inf')) do
    found[#found + 1] = redis.call('HGET', KEYS[i], id) or ''
  end
end
return found
"""


async def add(redis: Redis, service: str, change: Change) -> bool:
    """Keep a change of the service, or of all services (`EVERY`); False when one with its id is known already."""
    kept = _clean(change)
    oldest = time.time() - KEEP_S
    words = (kept.id, codec.dump(kept), repr(change.at), repr(oldest), str(MOST), str(KEEP_S))
    return bool(await redis.eval(_ADD, 2, *_keys(service), *words))


def _clean(change: Change) -> Change:
    """Without secrets, wherever somebody put one; an id with one in it is known by a digest of it."""
    id_ = hashlib.sha256(change.id.encode()).hexdigest()[:16] if redact(change.id).secrets else change.id
    target = Node(*(part and cut(one_line(scrubbed(part)), TEXT_MAX) for part in change.target))
    return replace(change, id=id_, target=target, text=cut(one_line(scrubbed(change.text)), TEXT_MAX))


async def recent(redis: Redis, service: str, since: float) -> tuple[Change, ...]:
    """The changes of the service and those of all services since a moment (seconds since 1970), the oldest first."""
    keys = [part for name in dict.fromkeys((service, EVERY)) for part in _keys(name)]
    told = await redis.eval(_RECENT, len(keys), *keys, repr(since))
    return tuple(sorted(_read(told), key=lambda change: (change.at, change.id)))


def _read(told: Iterable[str]) -> Iterator[Change]:
    for text in told:
        with suppress(UnreadableError):  # written by another version
            yield codec.load(Change, str(text))


def _keys(service: str) -> tuple[str, str]:
    return key("changes", "by-id", service), key("changes", "by-time", service)
