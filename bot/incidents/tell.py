"""The watcher's way to the people on call: news is recorded once, a worker does the rest."""

from __future__ import annotations

from redis.asyncio import Redis

from bot import jobs
from bot.incidents.record import moment
from bot.incidents.told import Told
from bot.jobs import Job


async def tell(redis: Redis, told: Told) -> bool:
    """Record the news. False: it had been recorded before, so that a watcher may repeat itself after a crash."""
    job = Job(
        id=f"told:{told.incident}:{told.at}:{told.state}",
        kind="told",
        case=told.incident,
        team="",
        channel="",
        thread_ts="",
        ts="",
        user="",
        at=moment(told.at),
        told=told,
    )
    return await jobs.record(redis, job, once=(job.id,))
