"""Where a service's counts stand in Redis, how they are written and how they are read again.

`{x}` is the service; every key is its leader's alone.

    watch:{x}:c:{minute}:{shard}  totals by number of the cell, in 8 hashes so that each stays small; 3 hours
    watch:{x}:u:{minute}          401s by number, repeated ones under `{number}r`; 14 days
    watch:{x}:w:{day}             the names of a day, from which the numbers are made
    watch:{x}:a:{half hour}       how often a caller (a hash) was refused in a cell
    watch:{x}:t:{day}             the day's counts by bin of five minutes, packed
    watch:{x}:h:{day}             what was learnt up to that day, packed, 256 nodes a field
    watch:{x}:n                   the nodes in the order of their numbers
    watch:{x}:state, :cursor      where the detector stands, and how far the logs are read
    watch:{x}:outbox              news that is not handed on yet
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from redis.asyncio import Redis
from redis.client import NEVER_DECODE

from bot.spikes.callers import Callers
from bot.spikes.repeats import SPELL_S
from bot.spikes.watch.lease import Command
from bot.spikes.watch.ledger import DAY, HOURS_S, OLDEST_S, Ledger, Sum
from bot.spikes.watch.words import Word, Words
from bot.store import key

SHARDS = 8
AT_ONCE = 256
"""Commands of one round trip."""
KEEP_S = 15 * DAY


MINUTES_AT_ONCE = 16

# KEYS: hashes. Each as one text: taken apart here, they would be a million values for the client to read one by one.
_HASHES = """
local found = {}
for i, name in ipairs(KEYS) do found[i] = table.concat(redis.call('HGETALL', name), ' ') end
return found
"""


class Keys:
    """The keys of a service."""

    def __init__(self, service: str) -> None:
        self._service = service

    def of(self, *parts: str | int) -> str:
        """One of them."""
        return key("watch", self._service, *map(str, parts))

    def every(self) -> str:
        """A pattern of Redis for all of them."""
        return "".join(f"\\{char}" if char in "*?[]\\^-" else char for char in self.of("")) + "*"


def counted(keys: Keys, ledger: Ledger) -> Iterator[Command]:
    """What keeps all that is fresh in the ledger; it is fresh no longer."""
    for day, words in ledger.days.items():
        if words.fresh:
            yield ("RPUSH", keys.of("w", day), *(json.dumps(word, ensure_ascii=True) for word in words.fresh))
            yield ("EXPIRE", keys.of("w", day), KEEP_S)
            words.fresh.clear()
    for minute, cells in ledger.fresh.items():
        yield from _minute(keys, minute, cells)
    ledger.fresh.clear()
    yield from _callers(keys, ledger.callers)


def _minute(keys: Keys, minute: int, cells: Mapping[int, Sum]) -> Iterator[Command]:
    shards: dict[int, list[str | bytes | int]] = {}
    refused: list[str | bytes | int] = []
    for number, (total, bad, repeated) in cells.items():
        if total:
            shards.setdefault(number % SHARDS, []).extend((number, total))
        if bad:
            refused += (number, bad)
        if repeated:
            refused += (f"{number}r", repeated)
    for shard, told in shards.items():
        yield ("ADD", keys.of("c", minute, shard), HOURS_S, *told)
    if refused:
        yield ("ADD", keys.of("u", minute), OLDEST_S, *refused)


def _callers(keys: Keys, callers: Callers) -> Iterator[Command]:
    spells: dict[int, list[str | bytes | int]] = {}
    for (spell, who), number in callers.fresh.items():
        spells.setdefault(spell, []).extend((who, number))
    for spell, told in spells.items():
        yield ("ADD", keys.of("a", spell), 3 * SPELL_S, *told)
    callers.fresh.clear()


async def words(redis: Redis, keys: Keys, day: int) -> Words:
    """The words of a day."""
    told = await redis.lrange(keys.of("w", day), 0, -1)
    return Words(Word(*json.loads(text)) for text in told)


async def minutes(redis: Redis, keys: Keys, some: Iterable[int]) -> dict[int, dict[int, Sum]]:
    """The counts of minutes by number of the cell."""
    wanted, found = list(some), dict[int, dict[int, Sum]]()
    for at in range(0, len(wanted), MINUTES_AT_ONCE):
        part = wanted[at : at + MINUTES_AT_ONCE]
        names = [name for minute in part for name in _hashes(keys, minute)]
        told = await redis.eval(_HASHES, len(names), *names)
        for place, minute in enumerate(part):
            if cells := _sums(told[place * (SHARDS + 1) : (place + 1) * (SHARDS + 1)]):
                found[minute] = cells
    return found


def _sums(told: list[str]) -> dict[int, Sum]:
    """What the hashes of a minute hold: the 401s, then the totals."""
    refused, *totals = ([] if not text else text.split(" ") for text in told)
    bad = dict(zip(refused[::2], map(int, refused[1::2]), strict=True))
    names = [name for shard in totals for name in shard[::2]]
    numbers = [int(number) for shard in totals for number in shard[1::2]]
    names += (lone := [name for name in bad.keys() - set(names) if not name.endswith("r")])
    numbers += [0] * len(lone)
    return {
        int(name): (number, bad.get(name, 0), bad.get(f"{name}r", 0))
        for name, number in zip(names, numbers, strict=True)
    }


def _hashes(keys: Keys, minute: int) -> list[str]:
    return [keys.of("u", minute), *(keys.of("c", minute, shard) for shard in range(SHARDS))]


async def asked(redis: Redis, keys: Keys, now: float) -> dict[int, dict[str, int]]:
    """By half hour and caller how often it was refused, of the last ones."""
    spells = [int(now // SPELL_S) - back for back in range(3)]
    told = await many(redis, [("HGETALL", keys.of("a", spell)) for spell in spells])
    return {spell: dict(_pairs(fields)) for spell, fields in zip(spells, told, strict=True)}


async def many(redis: Redis, commands: list[tuple[str, ...]], *, raw: bool = False) -> list[Any]:
    """What some commands answer, a few hundred a round trip; `raw`: as bytes."""
    found: list[Any] = []
    for at in range(0, len(commands), AT_ONCE):
        async with redis.pipeline(transaction=False) as pipe:
            for command in commands[at : at + AT_ONCE]:
                pipe.execute_command(*command, **({NEVER_DECODE: True} if raw else {}))
            found += await pipe.execute()
    return found


def _pairs(fields: Any) -> Iterator[tuple[str, int]]:
    told = fields.items() if isinstance(fields, dict) else zip(fields[::2], fields[1::2], strict=True)
    return ((str(field), int(number)) for field, number in told)
