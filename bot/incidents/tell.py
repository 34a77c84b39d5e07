"""The watcher's way to the people on call: news is recorded once, a worker does the rest."""

from __future__ import annotations

from redis.asyncio import Redis

from bot import jobs
from bot.incidents.record import moment
from bot.incidents.told import Noticed, Told
from bot.jobs import Job, Kind


async def tell(redis: Redis, news: Told | Noticed) -> bool:
    """Record the news. False: it had been recorded before, so that a watcher may repeat itself after a crash."""
    if isinstance(news, Told):
        job = _job("told", news.incident, news.at, news.state, told=news)
    else:
        notice = news.notice
        job = _job(
            "noticed", f"logs-{news.service}", notice.at, f"{notice.kind}:{notice.node}{notice.source}", noticed=news
        )
    return await jobs.record(redis, job, once=(job.id,))


def _job(
    kind: Kind, inbox: str, at: int, what: str, *, told: Told | None = None, noticed: Noticed | None = None
) -> Job:
    return Job(
        id=f"{kind}:{inbox}:{at}:{what}",
        kind=kind,
        case=inbox,
        team="",
        channel="",
        thread_ts="",
        ts="",
        user="",
        at=moment(at),
        told=told,
        noticed=noticed,
    )
