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

from bot import cases
from bot.cases import Case
from bot.codec import UnreadableError
from bot.incidents.record import Record
from bot.jobs import Job
from bot.probe.asked import ASKED
from bot.store import key
from bot.worker import Handle

ONCE_S = 30 * 86400
FLUSH_S = 10.0
BUCKETS_S = (1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 30.0, 60.0, 120.0, 300.0)
"""Upper bounds of the times to an answer."""
OPENED, SOLVED, RIGHT, WRONG, ANSWER_MS = "opened", "solved", "right", "wrong", "answer_ms"
CAUSE, BUCKET, PROBE = "cause:", "answer_s:", "probe:"
"""Begin the names that go on with a cause, the number of a bucket, or what came of a probe."""

_TALLY = key("tally")

log = logging.getLogger(__name__)

# KEYS: totals, then optionally what marks them as counted. ARGV: seconds to remember that, then names and numbers.
_ADD = """
if KEYS[2] and not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[1]) then return 0 end
for i = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
return 1
"""


async def add(redis: Redis, counts: Mapping[str, int], *, once: str = "") -> bool:
    """Add to the totals, unless it was done under the name `once` before; False when the store does not take it."""
    if not counts:
        return True
    keys = [_TALLY, *([key("counted", once)] if once else [])]
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


def counting(redis: Redis, handle: Handle) -> Handle:
    """A worker's `handle` that counts what comes of each job; a job that is delivered twice counts once."""

    async def counted(job: Job) -> Case | Record | None:
        before = await _known(redis, job.case)
        if before is None and job.kind == "report":
            await add(redis, {OPENED: 1}, once=f"opened:{job.case}")
        after = await handle(job)
        if isinstance(after, Case):
            await add(redis, of_answer(job, before, after, datetime.now(UTC)), once=f"job:{job.id}")
            await add(redis, of_verdict(job, before, after), once=f"verdict:{job.case}")
        return after

    return counted


async def _known(redis: Redis, case: str) -> Case | None:
    with contextlib.suppress(UnreadableError):
        return await cases.get(redis, case)
    return None


def of_answer(job: Job, before: Case | None, after: Case, now: datetime) -> Mapping[str, int]:
    """What a job adds: an answer by its cause, the time to a case's first answer, a case that is solved."""
    counts: dict[str, int] = {}
    revision = before.revision if before else 0
    if after.revision > revision and after.diagnosis is not None:
        best = after.diagnosis.causes[0].id if after.diagnosis.known and after.diagnosis.causes else "unknown"
        counts[f"{CAUSE}{best}"] = 1
        if not revision:
            seconds = max((now - job.at).total_seconds(), 0.0)
            counts |= {ANSWER_MS: round(seconds * 1000), f"{BUCKET}{bisect_left(BUCKETS_S, seconds)}": 1}
    if after.state == "solved" and (before is None or before.state != "solved"):
        counts[SOLVED] = 1
    return counts


def of_verdict(job: Job, before: Case | None, after: Case) -> Mapping[str, int]:
    """Whether people say that a case's first answer was right or wrong; nothing where there was no answer in it."""
    if before is None or before.revision != 1 or before.diagnosis is None or not before.diagnosis.known:
        return {}
    if after.state == "solved" and before.state != "solved":
        return {RIGHT: 1}
    return {WRONG: 1} if job.kind == "failing" else {}


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
