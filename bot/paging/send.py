"""Posts an event to one receiver, once; whoever calls decides when to try again."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime

from bot.display import cut, one_line, scrubbed
from bot.paging.interface import Event, Target
from bot.proxies import bypasses_proxy
from bot.web import httpx

TIMEOUT_S = 10.0
ANSWER = 4_096
"""Bytes of an answer that are read, for what it says of a fault."""
AGAIN = frozenset({408, 425, 429})
LONGEST_WAIT_S = 3_600.0


async def send(target: Target, event: Event, environ: Mapping[str, str] = os.environ) -> None:
    """Tell the receiver. Raises PagingError. Safe to repeat: a receiver knows an event by its key or id."""
    secret = target.secret(environ)
    request = target.request(event, secret, datetime.now(UTC))
    headers = {"Content-Type": "application/json", "User-Agent": "locksmith", **dict(request.headers)}
    status, waits, said = await _post(target, request.url, request.body, headers)
    if 200 <= status < 300:
        return
    if status >= 500 or status in AGAIN:
        raise target.fault(f"answered {status}", again=True, wait_s=waits)
    told = cut(one_line(scrubbed(said.replace(secret, "…"))), 200)
    hint = f"check the key in {target.credentials}" if status in {401, 403} else "check its entry in services.yaml"
    raise target.fault(f"refused it with {status}{f' ({told})' if told else ''}; {hint}")


async def reach(target: Target) -> None:
    """Whether it answers HTTP at all; nothing is told. Raises PagingError."""
    try:
        async with _client(target, target.base) as client:
            await client.head(target.base)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise target.fault(f"does not answer ({type(error).__name__}); check its address and the network") from None


async def _post(target: Target, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, float, str]:
    """Status, the seconds that it wants to be left alone, and the beginning of its answer."""
    try:
        async with _client(target, url) as client, client.stream("POST", url, content=body, headers=headers) as answer:
            said = bytearray()
            async for chunk in answer.aiter_bytes():
                said += chunk
                if len(said) > ANSWER:
                    break
            waits = answer.headers.get("retry-after", "")
            seconds = float(waits) if waits.isascii() and waits.isdigit() else 0.0
            return answer.status_code, min(seconds, LONGEST_WAIT_S), said[:ANSWER].decode(errors="replace")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise target.fault(f"does not answer ({type(error).__name__})", again=True) from None


def _client(target: Target, url: str) -> httpx.AsyncClient:
    try:
        verify = ssl.create_default_context(cafile=target.cacert)
    except (OSError, ssl.SSLError):
        raise target.fault(f"{target.cacert} holds no CA certificate in PEM form; mend 'cacert'") from None
    return httpx.AsyncClient(
        verify=verify, timeout=TIMEOUT_S, follow_redirects=False, trust_env=not bypasses_proxy(url)
    )
