"""A service's requests and 401s by the hour, for its last day: whoever counts it writes them, anybody reads them.

One hash a service: `{hour}` holds the requests of an hour (in hours since 1970 UTC) and `{hour}u` their 401s. They
are counted as the share of the last minutes is: without log-in routes, and without what one caller repeats.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.spikes.model import Count
from bot.spikes.watch.lease import Command
from bot.store import key

HOUR = 3600
HOURS = 24
"""By the clock, the one that is under way among them."""
KEEP_S = HOURS * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDay:
    """What a service was asked, and answered 401, in its last hours."""

    hours: int
    """Since it is counted, at most `HOURS`."""
    total: int
    unauthorized: int


def counted(service: str, minute: int, counts: Iterable[Count], apart: frozenset[str]) -> Iterator[Command]:
    """What adds the counts that came with the end of a minute, and drops the hours that are over. `apart`: routes."""
    name, now = _key(service), minute // HOUR
    added = Counter({f"{now}": 0, f"{now}u": 0})  # an hour without requests was watched, too
    for one in counts:
        if one.cell.route not in apart:
            hour = one.minute // HOUR
            added[f"{hour}"] += one.total
            added[f"{hour}u"] += one.unauthorized - one.repeated
    yield ("ADD", name, KEEP_S, *(word for pair in added.items() for word in pair))
    # Who begins anew after a pause may find a whole day that is over; what is older went with the key.
    over = range(now - 2 * HOURS, now - HOURS + 1)
    yield ("HDEL", name, *(f"{hour}{kind}" for hour in over for kind in ("", "u")))


async def read(redis: Redis, service: str, now: float) -> LastDay | None:
    """The last day, None where nothing was counted in it. `now`: seconds since 1970."""
    since = int(now) // HOUR - HOURS
    found = {str(name): int(number) for name, number in (await redis.hgetall(_key(service))).items()}
    hours = [hour for name in found if not name.endswith("u") and (hour := int(name)) > since]
    if not hours:
        return None
    return LastDay(
        hours=since + HOURS - min(hours) + 1,
        total=sum(found[f"{hour}"] for hour in hours),
        unauthorized=sum(found.get(f"{hour}u", 0) for hour in hours),
    )


def _key(service: str) -> str:
    return key("hours", service)
