"""Watches every service that has log files or stores that count, each by one leader among all processes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.errors import UsageError
from bot.services import Service
from bot.spikes.watch import leader
from bot.spikes.watch.keeping import Keys
from bot.spikes.watch.leader import Clock, Tell
from bot.spikes.watch.lease import LEASE_S, Lease, LostError, held
from bot.spikes.watch.options import Watch

EVERY_S = 0.5
"""Between two looks at the logs."""
STAND_BY_S = 1.0
"""Between two tries to become the leader."""
REFUSED_S = 60.0
"""Between two tries where what the operator gave cannot be used."""

log = logging.getLogger(__name__)


async def keep(
    services: Sequence[Service],
    redis: Redis,
    stop: asyncio.Event,
    tell: Tell,
    *,
    clock: Clock = time.time,
    every_s: float = EVERY_S,
    lease_s: float = LEASE_S,
) -> None:
    """Watch until `stop` is set. `clock`: seconds since 1970. Raises UsageError when a service cannot be watched."""
    watched = [service for service in services if service.watchable]
    for service in watched:
        await asyncio.to_thread((service.watch or Watch()).lines)
    async with asyncio.TaskGroup() as group:
        for service in watched:
            one = _Watching(
                redis=redis,
                service=service,
                stop=stop,
                tell=tell,
                clock=clock,
                every_s=every_s,
                lease_s=lease_s,
            )
            group.create_task(one.run())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watching:
    """One service, in one process: leading, or standing by."""

    redis: Redis
    service: Service
    stop: asyncio.Event
    tell: Tell
    clock: Clock
    every_s: float
    lease_s: float

    async def run(self) -> None:
        while not self.stop.is_set():
            try:
                if _there(self.service):
                    await self._stand()
            except LostError:
                log.warning("somebody else counts %s now", self.service.name)
            except UsageError as error:
                log.error("%s cannot be watched: %s", self.service.name, error)
                await self._wait(REFUSED_S)
            except (RedisError, OSError) as error:
                log.warning("%s cannot be watched (%s); trying again", self.service.name, type(error).__name__)
            await self._wait(min(STAND_BY_S, self.lease_s / 3))

    async def _stand(self) -> None:
        """Lead if nobody does."""
        async with held(self.redis, Keys(self.service.name).of("lease"), self.lease_s) as lease:
            if lease is not None:
                await self._lead(lease)

    async def _lead(self, lease: Lease) -> None:
        leading = await leader.begin(self.redis, self.service, lease, self.tell, self.clock)
        log.info("counting %s", self.service.name)
        try:
            while not self.stop.is_set():
                if not await leading.round():
                    await self._wait(self.every_s)
            await leading.flush()
        finally:
            await leading.close()

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), seconds)


def _there(service: Service) -> bool:
    """Whether any of its logs is on this machine: the files are counted where they are, stores from anywhere."""
    logs = leader.watched(service)
    return not logs or any(Path(path).exists() or any(char in path for char in "*?[") for path in logs)
