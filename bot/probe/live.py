"""Published keys for a program that runs on: kept warm in the background, fetched at need where they are not."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable

from bot.intake.interface import Signature, Verify
from bot.probe import keys
from bot.probe.gate import Policy
from bot.probe.keys import CACHE, KEEP_S, Cache
from bot.probe.provider import Provider, publishes
from bot.services import Service, service_for

REFRESH_S = KEEP_S * 0.8
"""Before what is kept grows too old."""
LISTENER_S = 1.0
"""Slack waits three seconds for a listener, and it has more to do than to fetch keys."""

log = logging.getLogger(__name__)


async def keep(services: Iterable[Service], policy: Policy, stop: asyncio.Event, cache: Cache = CACHE) -> None:
    """Keep what the services' identity providers publish at hand until `stop`. A fault is logged when it is new."""
    wanted = [service for service in services if publishes(service)]
    faults: dict[str, str] = {}
    while wanted and not stop.is_set():
        found = await keys.providers(wanted, policy, max_age_s=0, cache=cache)
        for name, provider in found.items():
            if provider.fault and provider.fault != faults.get(name):
                log.warning("the keys of %s cannot be had: %s", name, provider.fault)
            faults[name] = provider.fault
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), REFRESH_S)


def verifier(
    services: tuple[Service, ...], policy: Policy, loop: asyncio.AbstractEventLoop, cache: Cache = CACHE
) -> Verify:
    """A `Verify` for threads beside `loop`, where the keys are fetched; it waits at most `LISTENER_S` for them."""

    def verify(raw: str, host: str | None) -> Signature:
        service = service_for(services, host)
        found = _provider(service, policy, loop, cache) if service and publishes(service) else None
        sets = {service.name: found.keys} if service and found and found.keys else {}
        check = keys.verifier(services, sets)
        return check(raw, host) if check else "unchecked"

    return verify


def _provider(service: Service, policy: Policy, loop: asyncio.AbstractEventLoop, cache: Cache) -> Provider | None:
    known = cache.known(service, policy)
    if known is not None or _inside(loop):
        return known
    asked = asyncio.run_coroutine_threadsafe(cache.provider(service, policy), loop)
    try:
        return asked.result(LISTENER_S)
    except TimeoutError:
        asked.cancel()
        return None


def _inside(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether this very thread runs the loop: it would wait for itself."""
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False
