"""One look at whether a fix works: into the logs for the same caller, and at the endpoint where that can tell."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.investigate import ask_again, readers
from bot.model import Diagnosis
from bot.probe.gate import Policy
from bot.proof import probes
from bot.proof.caller import Trail, failed, names
from bot.proof.lines import Lines, Sought, lines
from bot.proof.model import Seen
from bot.services import Service, named

SECONDS = 10.0
"""For reading, less than an answer takes: nobody waits for this."""
BLIND = Seen(verdict="blind")


async def look(
    diagnosis: Diagnosis,
    since: datetime,
    now: datetime,
    *,
    services: Sequence[Service],
    logs: Sequence[str],
    policy: Policy,
) -> Seen:
    """What became of the caller between `since`, when they last said that it fails, and now."""
    service = named(services, diagnosis.service)
    found = await _in_logs(diagnosis, since, now, service, logs)
    cure = probes.cure(diagnosis)
    if found.verdict in ("works", "refused") or cure is None:
        return found
    return probes.seen(cure, await ask_again(diagnosis.report, policy, service))


async def _in_logs(
    diagnosis: Diagnosis, since: datetime, now: datetime, service: Service | None, logs: Sequence[str]
) -> Seen:
    failing = failed(diagnosis)
    paths, stores = (*logs, *(service.logs if service else ())), service.stores if service else ()
    if failing is None or not failing.path or not (paths or stores):
        return BLIND
    start = min(failing.time or since, since) - timedelta(seconds=1)
    sought = Sought(failing.path, names(failing, diagnosis.report), start, now)

    def read() -> Lines:
        return lines(sought, paths, stores, seconds=SECONDS)

    found = await asyncio.get_running_loop().run_in_executor(readers(), read)
    return Trail(diagnosis, found.entries, since).seen() if found.whole else BLIND
