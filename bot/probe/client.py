"""The guarded HTTP client.

Nothing of httpx that decides is used: no proxies or netrc from the environment, no cookies, no redirects,
no decoding. One request goes out, and what comes back is cut, cleaned and handed on.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import Self

import httpcore

from bot.model import Exchange, Headers
from bot.probe import asked, trust
from bot.probe.backend import ForbiddenError, GuardedBackend, NoAddressError, tls_reason
from bot.probe.body import decoded
from bot.probe.dns import Resolver, resolve
from bot.probe.gate import Policy, Refusal, Target, check
from bot.probe.mask import masked_headers, masked_text
from bot.probe.outcome import Answer, Certificate, Outcome, Unreachable
from bot.probe.rate import RateLimit
from bot.web import httpx

METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
RAW_CAP = 64 * 1024
BODY_CHARS = 4096
BODY_S = 2.0
USER_AGENT = "locksmith-probe/0.1"
LIMIT = RateLimit()


class Client:
    """Asks what the policy allows, until its deadline. One client a case: nothing is kept alive between cases."""

    def __init__(
        self,
        policy: Policy,
        *,
        deadline_s: float,
        resolver: Resolver = resolve,
        dialler: httpcore.AsyncNetworkBackend | None = None,
        limit: RateLimit = LIMIT,
    ) -> None:
        self._policy = policy
        self._limit = limit
        self._deadline_s = deadline_s
        self._ends = asyncio.get_running_loop().time() + deadline_s
        self._backend = GuardedBackend(resolver, dialler)
        self._transport = _transport(self._backend, _context(policy))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transport.aclose()
        await self._backend.aclose()

    async def ask(self, method: str, url: str, headers: Headers = ()) -> Outcome:
        """One request through both gates; headers replace the client's own of the same name."""
        if method not in METHODS:
            raise ValueError(f"a probe never sends {method}")
        outcome = await self._checked(method, url, headers)
        asked.count(outcome)
        return outcome

    async def _checked(self, method: str, url: str, headers: Headers) -> Outcome:
        target = check(url, self._policy)
        if isinstance(target, Target) and not _agrees(target):
            return Refusal("two readers of this address do not agree on its host")
        return await self._guarded(method, target, headers) if isinstance(target, Target) else target

    async def _guarded(self, method: str, target: Target, headers: Headers) -> Outcome:
        self._backend.admit(target)
        try:
            async with asyncio.timeout_at(self._ends):
                await self._turn(target)
                return await self._send(method, target, headers)
        except TimeoutError:
            return Unreachable("timeout", f"no answer from {target.host} within {self._deadline_s:g} s")
        except ForbiddenError as error:
            return Refusal(str(error))
        except NoAddressError as error:
            return Unreachable("dns", str(error))
        except (httpx.HTTPError, OSError) as error:
            return _failure(error, target)

    async def _turn(self, target: Target) -> None:
        if target.reach != "typed":
            await asyncio.sleep(self._limit.wait(target.host, time.monotonic()))

    async def _send(self, method: str, target: Target, headers: Headers) -> Answer:
        own = {"user-agent": USER_AGENT, "accept": "*/*", "accept-encoding": "identity", "connection": "close"}
        sent = own | {name.lower(): value for name, value in headers}
        # Straight to the transport: a client object above it would keep cookies from one probe to the next.
        response = await self._transport.handle_async_request(httpx.Request(method, target.url, headers=sent))
        at, certificate = datetime.now(UTC), _certificate(response)
        try:
            raw = await _read(response)
        finally:
            await response.aclose()
        return Answer(
            exchange=replace(
                _exchange(response, raw),
                method=method,
                url=masked_text(target.url),
                request_headers=_shown(sent),
                at=at,
            ),
            location=response.headers.get("location") if 300 <= response.status_code < 400 else None,
            raw=raw,
            certificate=certificate,
        )


@lru_cache(maxsize=1)
def _usual_context() -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    context.set_default_verify_paths()
    return context


def _context(policy: Policy) -> ssl.SSLContext:
    return trust.only(policy.cacert) if policy.cacert else _usual_context()


def _transport(backend: GuardedBackend, context: ssl.SSLContext) -> httpx.AsyncHTTPTransport:
    """httpx's transport with our backend as its only way out. httpx has no public parameter for that."""
    limits = httpx.Limits(max_connections=20, max_keepalive_connections=0)
    transport = httpx.AsyncHTTPTransport(verify=context, trust_env=False, http2=False, retries=0, limits=limits)
    pool = getattr(transport, "_pool", None)
    if type(pool) is not httpcore.AsyncConnectionPool or not hasattr(pool, "_network_backend"):
        raise RuntimeError("httpx has changed inside: the guarded backend cannot be set, so nothing is asked")
    pool._network_backend = backend
    return transport


def _certificate(response: httpx.Response) -> Certificate | None:
    """The server's certificate, as long as the connection is open."""
    tls = response.extensions["network_stream"].get_extra_info("ssl_object")
    der = tls.getpeercert(binary_form=True) if tls else None
    if not der:
        return None
    try:
        return Certificate(hashlib.sha256(der).hexdigest(), ssl.cert_time_to_seconds(tls.getpeercert()["notAfter"]))
    except ValueError:  # a date in a form that Python does not read
        return None


def _agrees(target: Target) -> bool:
    """Whether httpx reads the URL as gate 1 did."""
    try:
        url = httpx.URL(target.url)
    except httpx.InvalidURL:
        return False
    port = url.port or (443 if url.scheme == "https" else 80)
    return (url.scheme, url.raw_host, port, url.userinfo) == (target.scheme, target.host.encode(), target.port, b"")


async def _read(response: httpx.Response) -> bytes:
    """As much of the body as comes in time: the head is worth more than a body that drips or breaks off."""
    raw = bytearray()
    with suppress(TimeoutError, httpx.HTTPError, OSError):
        async with asyncio.timeout(BODY_S):
            async for chunk in response.aiter_raw():
                raw += chunk
                if len(raw) >= RAW_CAP:
                    break
    return bytes(raw[:RAW_CAP])


def _exchange(response: httpx.Response, raw: bytes) -> Exchange:
    body = decoded(raw, response.headers.get("content-encoding", ""), response.headers.get("content-type", ""))
    return Exchange(
        status=response.status_code,
        response_headers=masked_headers(tuple(response.headers.multi_items())),
        body=masked_text(body[: 2 * BODY_CHARS])[:BODY_CHARS],
    )


def _shown(sent: dict[str, str]) -> Headers:
    """The request headers for people; the made-up credential masked, lest it be taken for a real one."""
    return tuple((k, f"{v.partition(' ')[0]} ***" if k == "authorization" else v) for k, v in sent.items())


def _failure(error: Exception, target: Target) -> Unreachable:
    place = f"{target.host}:{target.port}"
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            return Unreachable("tls", tls_reason(cause, target.host))
        if isinstance(cause, ConnectionRefusedError):
            return Unreachable("refused", f"{place} refused the connection")
    if isinstance(error, httpx.TimeoutException):
        return Unreachable("timeout", f"{place} took no connection in time")
    if isinstance(error, httpx.ConnectError):
        return Unreachable("network", f"no connection to {place} could be made")
    if isinstance(error, httpx.ProtocolError) and "disconnected" not in str(error):
        return Unreachable("protocol", f"what answers at {place} does not speak proper HTTP")
    return Unreachable("network", f"{place} closed the connection without an answer")


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
