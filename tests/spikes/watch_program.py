"""The watcher in a process of its own, at the time that a file tells: `python watch_program.py DATA SERVICES CLOCK`.

News is kept in Redis as it is told, repeated or not, for the test to look at.
"""

import asyncio
import sys
from pathlib import Path

from redis.asyncio import Redis

from bot import codec, services, store
from bot.incidents.told import Noticed, Told
from bot.settings import Settings
from bot.spikes.watch import watcher


async def main(data: Path, config: Path, clock: Path) -> None:
    async def tell(redis: Redis, told: Told | Noticed) -> None:
        await redis.rpush("told", codec.dump(told))

    async with store.connect(Settings(data=data)) as redis:
        await watcher.keep(
            services.load(config),
            redis,
            asyncio.Event(),
            tell,
            clock=lambda: float(clock.read_text()),
            every_s=0.02,
            lease_s=1.5,  # a busy machine takes half a second for nothing
        )


if __name__ == "__main__":
    asyncio.run(main(*map(Path, sys.argv[1:])))
