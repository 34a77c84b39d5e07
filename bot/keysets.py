"""The key sets that services publish at their `jwks_uri`, fetched now and then, to check tokens on arrival.

The addresses are the operator's own, out of services.yaml; nothing that a reporter wrote is asked here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import aiohttp

REFRESH_S = 3600.0
RETRY_S = 60.0
TIMEOUT_S = 5.0
LIMIT = 256 * 1024

KeySets = dict[str, dict[str, Any]]
"""`jwks_uri` to JWK Set (RFC 7517 section 5)."""

log = logging.getLogger(__name__)


async def keep(uris: Iterable[str], sets: KeySets, stop: asyncio.Event, cacert: Path | None = None) -> None:
    """Keep `sets` filled until `stop`; a set that cannot be had now stays as it was."""
    wanted = tuple(dict.fromkeys(uris))
    while wanted and not stop.is_set():
        found = await asyncio.gather(*(fetch(uri, cacert) for uri in wanted))
        sets.update({uri: keys for uri, keys in zip(wanted, found, strict=True) if keys is not None})
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), REFRESH_S if all(found) else RETRY_S)


async def fetch(uri: str, cacert: Path | None = None) -> dict[str, Any] | None:
    """The JWK Set at an address, None when there is none to be had."""
    trust = ssl.create_default_context(cafile=cacert) if cacert else True
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S), trust_env=True) as session,
            session.get(uri, ssl=trust, allow_redirects=False) as answer,
        ):
            text = (await answer.content.read(LIMIT)).decode()
            found = json.loads(text) if answer.status == 200 else None
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        log.warning("the keys at %s cannot be had (%s)", uri, type(error).__name__)
        return None
    if isinstance(found, dict) and isinstance(found.get("keys"), list):
        return found
    log.warning("there is no JWK Set at %s", uri)
    return None
