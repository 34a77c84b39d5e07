"""Totals that several processes count together, kept in Redis: any of them can show them.

Counting is worth no repeated work: where the store does not take a count, that count is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.cases import Case
from bot.incidents.record import Record
from bot.jobs import Job
from bot.probe.asked import ASKED
from bot.store import key

ONCE_S = 30 * 86400
FLUSH_S = 10.0
BUCKETS_S = (1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 30.0, 60.0, 120.0, 300.0)
"""Upper bounds of the times to an answer."""
OPENED, SOLVED, NAMED, RIGHT, WRONG, ANSWER_MS = "opened", "solved", "named", "right", "wrong", "answer_ms"
CAUSE, BUCKET, PROBE = "cause:", "answer_s:", "probe:"
"""Begin the names that go on with a cause, the number of a bucket, or what came of a probe."""

_TALLY = key("tally")

log = logging.getLogger(__name__)

# KEYS: totals; optionally what marks it as counted, and what must be counted already.
# ARGV: seconds to remember that, then names and numbers.
_ADD = """
if KEYS[3] and redis.call('EXISTS', KEYS[3]) == 0 then return 0 end
if KEYS[2] and not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[1]) then return 0 end
for i = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
return 1
"""


async def add(redis: Redis, counts: Mapping[str, int], *, once: str = "", needs: str = "") -> bool:
    """Add to the totals, unless it was done under the name `once` before, or not under the name `needs`.

    False when the store does not take it.
    """
    if not counts:
        return True
    keys = [_TALLY, *(key("counted", name) for name in (once, needs) if name)]
    words = [str(word) for pair in counts.items() for word in pair]
    try:
        await redis.eval(_ADD, len(keys), *keys, str(ONCE_S), *words)
    except (RedisError, OSError) as error:
        log.warning("something was not counted (%s)", type(error).__name__)
        return False
    return True


async def totals(redis: Redis) -> Mapping[str, int]:
    """All totals by name. Raises RedisError and OSError."""
    return {str(name): int(number) for name, number in (await redis.hgetall(_TALLY)).items()}


async def count(redis: Redis, job: Job, after: Case | Record | None) -> None:
    """Count what came of a job, once it is kept; what is told again counts once.

    Never before it is kept: a click on an answer that people see already must find its case.
    """
    if not isinstance(after, Case) or after.diagnosis is None:
        return
    named = f"named:{after.id}"
    await add(redis, {OPENED: 1}, once=f"opened:{after.id}")
    await add(redis, of_answer(job, after, datetime.now(UTC)), once=f"answer:{after.id}:{after.revision}")
    if after.revision == 1 and after.diagnosis.known:
        await add(redis, {NAMED: 1}, once=named)
    if after.state == "solved":
        await add(redis, {SOLVED: 1}, once=f"solved:{after.id}:{after.revision}")
    await add(redis, of_verdict(job, after), once=f"verdict:{after.id}", needs=named)


def of_answer(job: Job, after: Case, now: datetime) -> Mapping[str, int]:
    """What an answer adds: its cause, and for a case's first one the time to it."""
    assert after.diagnosis is not None
    best = after.diagnosis.causes[0].id if after.diagnosis.known and after.diagnosis.causes else "unknown"
    if after.revision != 1:
        return {f"{CAUSE}{best}": 1}
    seconds = max((now - job.at).total_seconds(), 0.0)
    bucket = f"{BUCKET}{bisect_left(BUCKETS_S, seconds)}"
    return {f"{CAUSE}{best}": 1, ANSWER_MS: round(seconds * 1000), bucket: 1}


def of_verdict(job: Job, after: Case) -> Mapping[str, int]:
    """Whether people say that the first answer was right or wrong."""
    if after.state == "solved" and after.revision == 1:
        return {RIGHT: 1}
    return {WRONG: 1} if job.kind == "failing" and after.revision == 2 else {}


async def flush(redis: Redis, stop: asyncio.Event, asked: Counter[str] = ASKED) -> None:
    """Bring what this process counts of its probes to the totals, now and then and at the end."""
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), FLUSH_S)
        counts = {f"{PROBE}{outcome}": number for outcome, number in asked.items()}
        asked.clear()
        await add(redis, counts)
        if stop.is_set():
            return
