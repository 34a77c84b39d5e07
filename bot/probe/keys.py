"""What identity providers publish, kept in the process for some minutes: one request for however many ask at once."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.probe import provider
from bot.probe.gate import Policy
from bot.probe.provider import KeySet, Provider, allowing, publishes
from bot.services import Service

if TYPE_CHECKING:
    from bot.intake.interface import Signature, Verify

KEEP_S = 300.0
KEEP_FAULT_S = 30.0
"""A dead provider is not waited for by every report."""
FRESH_S = 10.0
"""A key that is not in a copy older than this may have been published since."""

JWT_LIKE = re.compile(rb"eyj[\w-]{8,}(\.|%2e)[\w-]{8,}")
"""In lower case."""

_Key = tuple[str | None, str | None, Policy]


@dataclass(slots=True)
class Cache:
    """The providers as they were last seen; `clock` is in seconds and steady."""

    clock: Callable[[], float] = time.monotonic
    _known: dict[_Key, tuple[float, Provider]] = field(default_factory=dict)
    _asking: dict[_Key, asyncio.Task[Provider]] = field(default_factory=dict)

    def known(self, service: Service, policy: Policy, max_age_s: float = KEEP_S) -> Provider | None:
        """What is known of the service's provider without asking, None when it is too old."""
        since, found = self._known.get(_key(service, policy), (0.0, None))
        if found is None:
            return None
        keep_s = max_age_s if found.keys is not None else KEEP_FAULT_S
        return found if self.clock() - since <= keep_s else None

    async def provider(self, service: Service, policy: Policy, max_age_s: float = KEEP_S) -> Provider:
        """The service's provider, asked when it is not known well enough."""
        found = self.known(service, policy, max_age_s)
        if found is not None:
            return found
        key = _key(service, policy)
        task = self._asking.get(key)
        if task is None or task.done():
            task = self._asking[key] = asyncio.create_task(self._ask(service, key))
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        # One caller that gives up takes the answer from no other.
        return await asyncio.shield(task)

    async def _ask(self, service: Service, key: _Key) -> Provider:
        found = await provider.ask(service, key[2])
        self._known[key] = (self.clock(), found)
        return found


CACHE = Cache()


async def providers(
    services: Iterable[Service], policy: Policy, *, max_age_s: float = KEEP_S, cache: Cache = CACHE
) -> Mapping[str, Provider]:
    """By service name, the providers of those services that name one; asked side by side. Never raises for a fault."""
    wanted = [service for service in services if publishes(service)]
    found = await asyncio.gather(*(cache.provider(service, policy, max_age_s) for service in wanted))
    return {service.name: one for service, one in zip(wanted, found, strict=True)}


async def key_sets(services: Iterable[Service], policy: Policy, *, cache: Cache = CACHE) -> Mapping[str, KeySet]:
    """By service name, the key sets that could be had."""
    found = await providers(services, policy, cache=cache)
    return {name: one.keys for name, one in found.items() if one.keys is not None}


def spoken_of(services: Iterable[Service], texts: Iterable[bytes]) -> tuple[Service, ...]:
    """The services with a provider to ask that raw texts speak of, none when no text holds what looks like a JWT."""
    telling = [text.lower() for text in texts]
    if not any(JWT_LIKE.search(text) for text in telling):
        return ()
    asked = [service for service in services if publishes(service)]
    return tuple(s for s in asked if not s.hosts or any(_bare(host) in text for host in s.hosts for text in telling))


def _bare(host: str) -> bytes:
    return re.sub(r":\d+$", "", host).lower().encode()


def verifier(services: tuple[Service, ...], sets: Mapping[str, KeySet]) -> Verify | None:
    """A `Verify` with the sets of `key_sets` beside those given in place; None when there is no key at all.

    A key id that a published set does not have says less than one that the operator's own lacks, as keys come and go:
    it is left to `bot.probe.provider_findings`.
    """
    from bot.tokens import keys

    filled = tuple(replace(s, jwks=sets[s.name]) if s.jwks is None and s.name in sets else s for s in services)
    every, in_place = keys.verifier(filled, {}), keys.verifier(services, {})
    if every is None:
        return None
    known = every

    def verify(raw: str, host: str | None) -> Signature:
        worth = known(raw, host)
        if worth != "unknown_key":
            return worth
        return in_place(raw, host) if in_place else "unchecked"

    return verify


def _key(service: Service, policy: Policy) -> _Key:
    return service.jwks_uri, service.issuer, allowing(service, policy)
