"""The proposals in Redis: a few hundred templates, a few samples each, and how many lines said the same."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from redis.asyncio import Redis

from bot import codec
from bot.codec import UnreadableError
from bot.model import Entry
from bot.proposals.template import proposed
from bot.store import key

MOST, SAMPLES, DROPPED = 500, 3, 2_000
"""How many templates are kept, samples of each, and templates that nobody wants to see again."""
RECORDS, TIMES, GONE = key("proposals"), key("proposals", "times"), key("proposals", "dropped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Lines that say the same, as nothing in knowledge/ does. Redacted."""

    id: str
    template: str
    samples: tuple[str, ...]
    service: str = ""
    """Where it was seen first, as services.yaml names it."""
    first: datetime
    last: datetime
    lines: int = 0
    """How many different lines, nearly: counted without keeping them (HyperLogLog)."""


async def collect(redis: Redis, lines: Iterable[Entry], service: str | None) -> None:
    """Keep what looks like an unknown refusal. Safe to repeat: a line counts once."""
    for entry in lines:
        if found := proposed(entry):
            await _keep(redis, entry, *found, service or "")


async def _keep(redis: Redis, entry: Entry, form: str, words: str, service: str) -> None:
    name, now = _id(form), datetime.now(UTC)
    if await redis.zscore(GONE, name) is not None:
        return
    known = await get(redis, name) or Proposal(id=name, template=form, samples=(), service=service, first=now, last=now)
    samples = tuple(dict.fromkeys((*known.samples, words)))[:SAMPLES]
    text = codec.dump(replace(known, samples=samples, last=now, lines=0))
    async with redis.pipeline(transaction=True) as pipe:
        pipe.hset(RECORDS, name, text)
        pipe.zadd(TIMES, {name: now.timestamp()})
        pipe.pfadd(_lines(name), hashlib.sha256(f"{entry.file}:{entry.offset}:{entry.text}".encode()).hexdigest())
        await pipe.execute()
    for gone in await redis.zrange(TIMES, 0, -MOST - 1):
        await _forget(redis, str(gone))


async def get(redis: Redis, name: str) -> Proposal | None:
    """The proposal of that id; None where there is none that can be read."""
    text = await redis.hget(RECORDS, name)
    try:
        found = codec.load(Proposal, str(text)) if text is not None else None
    except UnreadableError:
        return None
    return replace(found, lines=int(await redis.pfcount(_lines(name)))) if found else None


async def every(redis: Redis) -> tuple[Proposal, ...]:
    """All proposals, those of most lines first."""
    found = [await get(redis, str(name)) for name in await redis.hkeys(RECORDS)]
    return tuple(sorted((one for one in found if one), key=lambda one: (-one.lines, one.template)))


async def drop(redis: Redis, name: str) -> bool:
    """Forget a proposal and never make it again. False: there is none of that id."""
    if not await redis.hexists(RECORDS, name):
        return False
    await redis.zadd(GONE, {name: datetime.now(UTC).timestamp()})
    await redis.zremrangebyrank(GONE, 0, -DROPPED - 1)
    await _forget(redis, name)
    return True


async def _forget(redis: Redis, name: str) -> None:
    async with redis.pipeline(transaction=True) as pipe:
        pipe.hdel(RECORDS, name)
        pipe.zrem(TIMES, name)
        pipe.delete(_lines(name))
        await pipe.execute()


def _id(form: str) -> str:
    return base64.b32encode(hashlib.sha256(form.encode()).digest())[:8].decode().lower()


def _lines(name: str) -> str:
    return key("proposals", "lines", name)
