"""A subcommand becomes a job: what may be secret in its words is read and hidden here, and goes no further."""

from __future__ import annotations

import time

from bot import jobs
from bot.jobs import Job
from bot.model import Report
from bot.redact import redact
from handlers.commands.table import TABLE, Ask, Near
from handlers.deps import Deps
from handlers.reports import moment, read


async def record(
    deps: Deps,
    asked: Ask | Near,
    *,
    name: str,
    channel: str,
    thread_ts: str,
    user: str,
    once: tuple[str, ...],
) -> bool:
    """Record it under that name; False when it was before. `thread_ts`: the thread to answer in, if any."""
    at = f"{time.time():.6f}"
    job = Job(
        id=name,
        kind="ask",
        case=f"ask:{name}",
        team=deps.team,
        channel=channel,
        thread_ts=thread_ts,
        ts="",
        user=user,
        at=moment(at),
        report=await _read(deps, asked, user, at) if isinstance(asked, Ask) and asked.raw else None,
        about=f"near {asked.name}" if isinstance(asked, Near) else _about(asked),
    )
    return await jobs.record(deps.redis, job, once=once)


def is_slow(asked: Ask | Near | None) -> bool:
    """Whether people should be told that the answer takes a while."""
    return isinstance(asked, Ask) and TABLE[asked.name].slow


async def _read(deps: Deps, asked: Ask, user: str, at: str) -> Report:
    """What stands behind the name, without secrets: all that is to be decoded is one, whether or not it looks so."""
    report = await read(deps, _worded(asked), user, at)
    if asked.name != "decode":
        return report
    return Report(
        text="",
        posted_at=report.posted_at,
        at=report.at,
        presented=report.presented,
        secrets=report.secrets,
        tokens_end=report.tokens_end,
    )


def _about(asked: Ask) -> str:
    words = "" if redact(asked.words).secrets else asked.words
    return f"{asked.name} {words}".strip()


def _worded(asked: Ask) -> str:
    """The argument as a report would say it, so that it is read for what it is."""
    if asked.name == "probe":
        return f"401 on {asked.raw}"
    scheme, blank, _ = asked.raw.partition(" ")
    return f"Authorization: {asked.raw}" if blank and scheme.isalpha() else asked.raw
