"""Looks at every service once a minute, keeps what is known of it, and writes down what changed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Sequence

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.health.follow import follow
from bot.health.look import look
from bot.health.state import load, save
from bot.leader import Leader
from bot.probe.gate import Policy
from bot.probe.keys import CACHE, Cache
from bot.services import Service
from bot.spikes import change_log

EVERY_S = 60.0
JITTER = 0.15
TICK_S = 5.0
LEASE_S = 30.0
"""More than a tick and a round: after that another process takes over."""
AT_ONCE = 8

log = logging.getLogger(__name__)


async def keep(redis: Redis, services: Sequence[Service], policy: Policy, stop: asyncio.Event) -> None:
    """Look at the services until `stop` is set, as long as no other process does."""
    leader = Leader(redis, "health", LEASE_S)
    looking = asyncio.create_task(_keep(leader, services, policy, stop))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({looking, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (looking, stopping):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
    with contextlib.suppress(RedisError, OSError):
        await leader.leave()


async def _keep(leader: Leader, services: Sequence[Service], policy: Policy, stop: asyncio.Event) -> None:
    due = dict.fromkeys((service.name for service in services), 0.0)
    # Not only until it is cancelled: a client may be at a point where it takes that for its own timeout.
    while not stop.is_set():
        now = time.monotonic()
        ready = [service for service in services if due[service.name] <= now]
        try:
            if await leader.hold():
                # A part of a minute apart, lest all be asked at one moment for ever.
                due |= {s.name: now + EVERY_S * random.uniform(1 - JITTER, 1 + JITTER) for s in ready}
                await _round(leader, ready, policy)
        except (RedisError, OSError) as error:
            log.warning("the services are not watched while the store is out of reach (%s)", type(error).__name__)
        await asyncio.sleep(min(TICK_S, EVERY_S))


async def _round(leader: Leader, ready: Sequence[Service], policy: Policy) -> None:
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(service: Service) -> None:
        async with turn:
            if await leader.hold():
                await watch(leader.redis, service, policy)

    await asyncio.gather(*map(one, ready))


async def watch(redis: Redis, service: Service, policy: Policy, cache: Cache = CACHE) -> None:
    """Look at one service, and keep its state and what changed."""
    seen = await look(service, policy, cache)
    state, changes = follow(service.name, await load(redis, service.name), seen)
    # First the changes: should we die in between, they are found again and known by their ids.
    for change in changes:
        if await change_log.add(redis, service.name, change):
            log.info("%s: %s: %s", service.name, change.kind.replace("_", " "), change.text)
    await save(redis, service.name, state)
