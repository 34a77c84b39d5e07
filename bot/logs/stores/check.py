"""Whether a store answers: the smallest question that needs its address, credentials and query to be right."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.logs.stores.http import Http
from bot.logs.stores.interface import Ask, Store, StoreError

PATIENCE_S = 10.0
SPAN = timedelta(hours=1)


async def check(store: Store, environ: Mapping[str, str] = os.environ) -> tuple[bool, str]:
    """Whether it can be read, and how it is in one line that does not name the store."""
    now = datetime.now(UTC)
    ask = Ask(start=now - SPAN, end=now, most=1, newest_first=False)
    try:
        async with asyncio.timeout(PATIENCE_S), Http(store, environ=environ) as http:
            rows = await store.rows(ask, http)
    except StoreError as error:
        return False, str(error).removeprefix(f"{store.name}: ")
    except TimeoutError:
        return False, f"does not answer within {PATIENCE_S:.0f} s; check its address and the network"
    return True, "answers" if rows else "answers, but has no row of the last hour; check what it is asked for"
