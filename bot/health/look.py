"""One look at a service: its addresses without credentials, and what its identity provider publishes."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from bot.health.state import Endpoint, Keys, State, Trouble
from bot.probe.answers import offset
from bot.probe.client import Client
from bot.probe.gate import Policy
from bot.probe.keys import Cache
from bot.probe.outcome import Answer, Unreachable
from bot.probe.provider import Provider, publishes
from bot.probe.seen import challenges, plain, short
from bot.services import Service

DEADLINE_S = 6.0
MOST_HOSTS = 8
FRESH_S = 30.0
"""Published keys that old are as good as new ones."""


async def look(service: Service, policy: Policy, cache: Cache) -> State:
    """The service as it is now. Never raises for a fault of the service."""
    async with Client(policy, deadline_s=DEADLINE_S) as client:
        asked = (_endpoint(client, url, service) for url in addresses(service))
        endpoints, keys = await asyncio.gather(asyncio.gather(*asked), _keys(service, policy, cache))
    return State(at=_now(), endpoints=tuple(endpoints), keys=keys)


def addresses(service: Service) -> tuple[str, ...]:
    """What is asked: the address under `check`, and the root of every other host, by the same scheme."""
    checked = urlsplit(service.check or "https:")
    roots = (_root(host, checked.scheme) for host in service.hosts if host.lower() != checked.netloc.lower())
    return ((service.check,) if service.check else ()) + tuple(roots)[:MOST_HOSTS]


def _root(host: str, scheme: str) -> str:
    return f"{'http' if host.endswith(':80') else 'https' if host.endswith(':443') else scheme}://{host}/"


async def _endpoint(client: Client, url: str, service: Service) -> Endpoint:
    outcome = await client.ask("GET", url)
    shown = short(url)
    if not isinstance(outcome, Answer):
        ours = not isinstance(outcome, Unreachable)
        text = f"{shown} was not asked: {outcome.reason}" if ours else outcome.reason
        return Endpoint(url=shown, trouble=Trouble(text=text, since=_now(), kind="unasked" if ours else "down"))
    exchange, status = outcome.exchange, outcome.exchange.status or 0
    return Endpoint(
        url=shown,
        status=status,
        schemes=tuple(dict.fromkeys(plain(c.scheme) for c in challenges(exchange))),
        clock_s=offset(exchange),
        certificate=outcome.certificate,
        trouble=_unexpected(shown, status, service.check_status if url == service.check else None),
    )


def _unexpected(shown: str, status: int, wanted: int | None) -> Trouble | None:
    """Where nobody said what an address should answer, all but a server's error will do."""
    if status == wanted or (wanted is None and status < 500):
        return None
    expected = f", {wanted} expected" if wanted else ""
    return Trouble(text=f"{shown} answers {status}{expected}", since=_now(), kind="down" if status >= 500 else "other")


async def _keys(service: Service, policy: Policy, cache: Cache) -> Keys | None:
    if not publishes(service):
        return None
    found = await cache.provider(service, policy, FRESH_S)
    return Keys(
        address=found.address,
        keys=tuple(_named(found)),
        issuer=found.issuer,
        changed=_moment(found.changed),
        trouble=_fault(found),
    )


def _fault(found: Provider) -> Trouble | None:
    if not found.fault:
        return None
    return Trouble(text=found.fault, since=found.at.timestamp(), kind="down" if found.down else "unasked")


def _named(found: Provider) -> list[tuple[str, str]]:
    keys: list[Mapping[str, Any]] = list(found.keys["keys"]) if found.keys else []
    digests = [hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:16] for key in keys]
    return sorted(
        (plain(str(key["kid"])) if key.get("kid") else "", digest) for key, digest in zip(keys, digests, strict=True)
    )


def _moment(date: str | None) -> float | None:
    """A date of HTTP (RFC 9110 section 5.6.7) in seconds since 1970."""
    try:
        then = parsedate_to_datetime(date) if date else None
        return then.replace(tzinfo=then.tzinfo or UTC).timestamp() if then else None
    except (ValueError, OverflowError):
        return None


def _now() -> float:
    return datetime.now(UTC).timestamp()
