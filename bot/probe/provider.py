"""One identity provider asked for its discovery document and its keys, through the two gates.

OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3, RFC 7517 section 5.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit, urlunsplit

from bot.address import split
from bot.probe.body import CAP, decoded
from bot.probe.gate import Policy
from bot.probe.outcome import Answer, Unreachable
from bot.probe.seen import plain, short
from bot.probe.walk import walk
from bot.services import Service

if TYPE_CHECKING:
    from bot.probe.client import Client

DEADLINE_S = 2.0
MOST_KEYS = 100
PUBLIC = ("kty", "kid", "use", "key_ops", "alg", "n", "e", "crv", "x", "y")
"""Members of a key that are kept: no private ones, should somebody have published them (RFC 7518 section 6)."""

KeySet = Mapping[str, Any]
"""A JWK Set (RFC 7517 section 5) with public keys only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """What an identity provider publishes now, or why that could not be learnt."""

    address: str = ""
    """Of the key set, or of what was asked in vain."""
    keys: KeySet | None = field(default=None, repr=False)
    changed: str | None = None
    """The key set's Last-Modified, as it came."""
    issuer: str | None = None
    """The issuer as the discovery document spells it."""
    document: str = ""
    """The address of the discovery document, where one was found."""
    fault: str = ""
    """Why there are no keys: one line for people."""
    down: bool = False
    """Whether the fault is one that the service would meet too: no connection, or an error for an answer."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Got:
    """One JSON document, or why there is none."""

    kind: Literal["read", "unasked", "refused", "silent", "broken", "other"]
    """`refused`: by our own gates. `silent`: no connection. `broken`: a server error. `other`: no document."""
    address: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""
    changed: str | None = None


def publishes(service: Service) -> bool:
    """Whether there is a provider to ask: one is named, and the keys are not given in place."""
    return service.jwks is None and bool(service.jwks_uri or _is_address(service.issuer))


def allowing(service: Service, policy: Policy) -> Policy:
    """The policy with the provider's hosts: the operator wrote them, as those of services.

    What an engineer allowed for one case is left out, as providers are asked for all cases.
    """
    places = (_place(url) for url in (service.issuer, service.jwks_uri) if url)
    return replace(policy, hosts=policy.hosts | {place for place in places if place}, allowed=frozenset())


async def ask(service: Service, policy: Policy) -> Provider:
    """The service's provider as it is now, within `DEADLINE_S`; `policy` is the one of `allowing`."""
    from bot.probe.client import Client

    ends = asyncio.get_running_loop().time() + DEADLINE_S
    async with Client(policy, deadline_s=DEADLINE_S) as client:
        document, keys = await asyncio.gather(_discovered(client, service), _asked(client, service.jwks_uri))
    uri = document.data.get("jwks_uri")
    if isinstance(uri, str) and keys.kind == "unasked":
        left = max(ends - asyncio.get_running_loop().time(), 0.1)
        async with Client(_trusting(policy, uri), deadline_s=left) as client:
            keys = await _asked(client, uri)
    return _provider(document, keys, everything_elsewhere=any(c.to_host and not c.host for c in policy.connect_to))


def _provider(document: _Got, keys: _Got, *, everything_elsewhere: bool) -> Provider:
    key_set = _key_set(keys.data)
    # Keys have to be where they are said to be; a discovery document need not be there at all.
    if keys.kind == "unasked":
        sought, down = document, document.kind in ("silent", "broken")
        no_keys = f"{document.address} names no jwks_uri"
    else:
        sought, down = keys, keys.kind != "refused"
        no_keys = f"{keys.address} is no JWK Set"
    issuer = document.data.get("issuer")
    return Provider(
        address=sought.address,
        keys=key_set,
        changed=keys.changed,
        issuer=plain(issuer) if isinstance(issuer, str) else None,
        document=document.address if document.kind == "read" else "",
        fault="" if key_set is not None else sought.fault or no_keys,
        # Where all hosts are dialled at one address, what answers is no provider.
        down=key_set is None and down and not everything_elsewhere,
        at=datetime.now(UTC),
    )


async def _discovered(client: Client, service: Service) -> _Got:
    """The discovery document: OpenID Connect's, else OAuth's."""
    issuer = service.issuer
    if issuer is None or not _is_address(issuer):
        return _Got(kind="unasked")
    first = await _asked(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if first.kind != "other":
        return first
    parts = urlsplit(issuer)
    path = f"/.well-known/oauth-authorization-server{parts.path.rstrip('/')}"
    second = await _asked(client, urlunsplit(parts._replace(path=path)))
    return second if second.kind == "read" else first


async def _asked(client: Client, url: str | None) -> _Got:
    """The JSON object at an address, redirects followed as far as the gates let them."""
    if url is None:
        return _Got(kind="unasked")
    address = short(url)
    outcome = await client.ask("GET", url, (("accept", "application/json"),))
    if isinstance(outcome, Unreachable):
        return _Got(kind="silent", address=address, fault=f"{address}: {outcome.reason}")
    if not isinstance(outcome, Answer):
        return _Got(kind="refused", address=address, fault=f"{address} was not asked: {outcome.reason}")
    _, answer, hops = await walk(client, "GET", url, outcome)
    if hops and hops[-1].not_followed:
        fault = f"{address} redirects to {short(hops[-1].to)}, which was not asked: {hops[-1].not_followed}"
        return _Got(kind="refused", address=address, fault=fault)
    return _read(address, answer)


def _read(address: str, answer: Answer) -> _Got:
    exchange, status = answer.exchange, answer.exchange.status or 0
    if status != 200:
        return _Got(kind="broken" if status >= 500 else "other", address=address, fault=f"{address} answers {status}")
    text = decoded(answer.raw, exchange.header("content-encoding") or "", exchange.header("content-type") or "")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict):
        return _Got(kind="read", address=address, data=data, changed=exchange.header("last-modified"))
    long = f" within {CAP // 1024} KiB" if len(answer.raw) >= CAP else ""
    return _Got(kind="other", address=address, fault=f"{address} answers no JSON object{long}")


def _key_set(data: Mapping[str, Any]) -> KeySet | None:
    keys = data.get("keys")
    if not isinstance(keys, list):
        return None
    public = (k for k in keys[:MOST_KEYS] if isinstance(k, dict) and k.get("kty") != "oct")
    return {"keys": [{name: k[name] for name in PUBLIC if name in k} for k in public]}


def _trusting(policy: Policy, url: str) -> Policy:
    """The policy with the host that the discovery document names: public addresses only, unless it is named."""
    host = split(url).hostname
    return replace(policy, allowed=policy.allowed | {host}) if host else policy


def _is_address(text: str | None) -> bool:
    parts = split(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _place(url: str) -> str | None:
    """`host:port`: the port alone that the operator wrote, not all of the host."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{host}:{port}" if host and port else None
