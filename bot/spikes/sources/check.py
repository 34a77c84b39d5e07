"""Whether a source counts: the question of one minute, as the watcher asks it."""

from __future__ import annotations

import asyncio
import time

from bot.logs.stores.interface import StoreError
from bot.spikes.model import MINUTE
from bot.spikes.sources.interface import Source

PATIENCE_S = 10.0
MINUTES = 5


async def check(source: Source) -> tuple[bool, str]:
    """Whether it can be asked, and what it counts in one line that does not name it."""
    until = int(time.time() - source.delay) // MINUTE * MINUTE
    since = until - min(MINUTES, source.most_minutes) * MINUTE
    try:
        async with asyncio.timeout(PATIENCE_S):
            found = await source.counts(since, until)
    except StoreError as error:
        return False, str(error).removeprefix(f"{source.name}: ")
    except TimeoutError:
        return False, f"does not answer within {PATIENCE_S:.0f} s; check its address and the network"
    finally:
        await source.close()
    total, bad = sum(c.total for c in found.counts), sum(c.unauthorized for c in found.counts)
    spoken = f"counts {total:,} answers in {(until - since) // MINUTE} min, {bad:,} of them 401"
    return True, spoken if total else f"{spoken}; check the fields that it is counted by"
