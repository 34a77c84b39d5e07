"""What is shown is seen a moment before it is written down, and a quick finger is faster."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

TRIES, PAUSE_S = 5, 0.2

T = TypeVar("T")


async def written(get: Callable[[], Awaitable[T | None]], expected: Callable[[], Awaitable[bool]]) -> T | None:
    """What `get` finds, asked again for up to a second as long as it is still `expected` to come."""
    for _ in range(TRIES):
        if (found := await get()) is not None or not await expected():
            return found
        await asyncio.sleep(PAUSE_S)
    return None
