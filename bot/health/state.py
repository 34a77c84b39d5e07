"""What is known of a service's authentication, as it is kept from one round to the next."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from redis.asyncio import Redis

from bot import codec
from bot.codec import UnreadableError
from bot.probe.outcome import Certificate
from bot.store import key

KEEP_S = 14 * 86400
CONFIRMED = 2
"""So many rounds in a row must fail before it is more than a hiccup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that does not answer as it should."""

    text: str
    """One line for people."""
    since: float
    """Seconds since 1970."""
    rounds: int = 1
    """In a row."""
    kind: Literal["down", "other", "unasked"] = "down"
    """`down`: no connection, or a server's error. `other`: an answer that was not expected. `unasked`: we may not ask,
    or there is nothing to ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An address as it answers a GET without credentials."""

    url: str
    status: int | None = None
    """The last that was had, in this round or an earlier one; so are the next four."""
    schemes: tuple[str, ...] = ()
    """The authentication schemes that it offers (RFC 9110 section 11.6.1), in order."""
    clock_s: float | None = None
    """Seconds by which its Date is ahead of the clock here."""
    certificate: Certificate | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What the identity provider publishes (RFC 7517, OpenID Connect Discovery 1.0)."""

    address: str
    """Of the key set, or of what was asked in vain."""
    keys: tuple[tuple[str, str], ...] = ()
    """Each key's id and a digest of its public members; the last that were had, in this round or an earlier one."""
    issuer: str | None = None
    """As the discovery document spells it."""
    changed: float | None = None
    """The key set's Last-Modified."""
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A service at one moment."""

    at: float
    """Seconds since 1970."""
    endpoints: tuple[Endpoint, ...] = ()
    keys: Keys | None = None
    """None where no provider is named in services.yaml."""


async def save(redis: Redis, service: str, state: State) -> None:
    """Keep it as the service's latest."""
    await redis.set(_key(service), codec.dump(state), ex=KEEP_S)


async def load(redis: Redis, service: str) -> State | None:
    """The service's latest, None when there is none, or only one of another version."""
    text = await redis.get(_key(service))
    with suppress(UnreadableError):
        return codec.load(State, str(text)) if text is not None else None
    return None


def _key(service: str) -> str:
    return key("health", service)
