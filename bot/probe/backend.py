"""Gate 2: the only way to a socket. A name is resolved once, every answer is checked, a checked literal is dialled.

SNI, Host and the certificate stay on the name, because the pool above keeps it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any

import httpcore

from bot.probe.dns import Resolver
from bot.probe.gate import Target
from bot.probe.networks import why_not

MOST_ADDRESSES = 3
CONNECT_S = 4.0
DNS_S = 3.0


class ForbiddenError(Exception):
    """A name led to an address that may not be dialled. The text is one line for people."""


class NoAddressError(Exception):
    """A name could not be resolved. The text is one line for people."""


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Dials what `admit` let in and nothing else."""

    def __init__(self, resolver: Resolver, dialler: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._resolver = resolver
        self._dialler = dialler or httpcore.AnyIOBackend()
        self._targets: dict[tuple[str, int], Target] = {}
        self._addresses: dict[str, tuple[str, ...] | NoAddressError] = {}
        self._one_at_a_time = asyncio.Lock()
        self._streams: list[httpcore.AsyncNetworkStream] = []

    def admit(self, target: Target) -> None:
        """Let connections to this target, which passed gate 1, through."""
        self._targets[target.host, target.port] = target

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Dial a checked address of an admitted host. Raises the two errors above, and httpcore's own."""
        target = self._targets.get((host, port))
        if target is None:
            raise ForbiddenError(f"{host}:{port} did not pass the first gate")
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in (await self._checked(target))[:MOST_ADDRESSES]:
            try:
                stream = await self._dialler.connect_tcp(address, target.dial_port, timeout=CONNECT_S)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = failure or error
            else:
                self._streams.append(stream)
                return stream
        raise failure or NoAddressError(f"the name {target.dial_host} has no address")

    async def aclose(self) -> None:
        """Close what was opened: httpcore forgets a connection when its TLS handshake runs into a deadline."""
        for stream in self._streams:
            await stream.aclose()

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refused: a probe never speaks to a local socket."""
        raise ForbiddenError("a local socket is never asked")

    async def sleep(self, seconds: float) -> None:
        """Wait, as httpcore's contract wants it."""
        await asyncio.sleep(seconds)

    async def _checked(self, target: Target) -> tuple[str, ...]:
        async with self._one_at_a_time:
            if target.dial_host not in self._addresses:
                self._addresses[target.dial_host] = await self._resolve(target)
        addresses = self._addresses[target.dial_host]
        if isinstance(addresses, NoAddressError):
            raise NoAddressError(str(addresses))
        for address in addresses:
            kind = why_not(ip_address(address.partition("%")[0]), target.reach)
            if kind:
                raise ForbiddenError(f"{target.dial_host} leads to {address}, an address that is not asked ({kind})")
        return addresses

    async def _resolve(self, target: Target) -> tuple[str, ...] | NoAddressError:
        try:
            return (str(ip_address(target.dial_host)),)
        except ValueError:
            pass
        # The trailing dot keeps search domains out. The operator's own names may need them, or /etc/hosts.
        name = f"{target.dial_host}." if target.reach == "public" else target.dial_host
        try:
            async with asyncio.timeout(DNS_S):
                return await self._resolver(name)
        except TimeoutError:
            return NoAddressError(f"the name {target.dial_host} could not be resolved within {DNS_S:g} s")
        except OSError as error:
            return NoAddressError(f"the name {target.dial_host} cannot be resolved ({_plain(error)})")


def _plain(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def tls_reason(error: ssl.SSLError, host: str) -> str:
    """Why TLS failed, in one line."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        text = str(error).upper()
        if "WRONG_VERSION" in text or "RECORD LAYER" in text or "HTTP_REQUEST" in text:
            return f"{host} does not speak TLS at this port; the address may have to begin with http://"
        return f"TLS with {host} failed ({(error.reason or 'no reason given').lower().replace('_', ' ')})"
    kinds = {10: "has expired", 9: "is not valid yet", 62: "is for another name", 64: "is for another name"}
    return f"the TLS certificate of {host} {kinds.get(error.verify_code, f'is not trusted ({error.verify_message})')}"
