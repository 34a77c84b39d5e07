"""Why the requests of a spike fail: the diagnosis of a few of them, as if each had been reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from bot.model import Diagnosis, Entry, Report
from bot.services import Service

SAMPLES = 3
Investigate = Callable[[Report], Awaitable[Diagnosis]]


async def diagnose(samples: Sequence[Entry], service: Service | None, investigate: Investigate) -> Diagnosis | None:
    """The surest diagnosis among those that name the commonest cause; None where no sample can be looked into."""
    found = [await investigate(report(entry, service)) for entry in samples[:SAMPLES]]
    named = [diagnosis for diagnosis in found if diagnosis.known and diagnosis.causes]
    if not named:
        return found[0] if found else None
    commonest = Counter(diagnosis.causes[0].id for diagnosis in named).most_common(1)[0][0]
    return max((d for d in named if d.causes[0].id == commonest), key=lambda d: d.causes[0].confidence)


def report(entry: Entry, service: Service | None) -> Report:
    """The report that the failing request would have been."""
    authority = entry.host or next(iter(service.hosts), "") if service else entry.host or ""
    path = entry.path or "/"
    return Report(
        text=f"{entry.method or 'GET'} {path} answered 401",
        posted_at=datetime.now(UTC),
        url=f"https://{authority}{path}" if authority else None,
        method=entry.method,
        host=authority.partition(":")[0] or None,
        path=path,
        at=entry.time,
        at_precision_s=1.0 if entry.time else None,
        request_id=next(iter(entry.ids), None),
        ids=entry.ids,
        status=401,
        user_agent=entry.user_agent,
        client_ip=entry.client,
    )
