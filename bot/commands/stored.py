"""What commands have in common that look at what the running bot keeps."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot import settings, store
from bot.errors import UsageError

T = TypeVar("T")


def with_store(work: Callable[[Redis], Awaitable[T]]) -> T:
    """What `work` makes of the store that the environment names. Raises UsageError when it does not answer."""
    given = settings.load(os.environ)

    async def main() -> T:
        async with store.connect(given) as redis:
            return await work(redis)

    try:
        return asyncio.run(main())
    except (RedisError, OSError) as error:
        told = f"does not answer ({type(error).__name__}); start it or mend the address"
        raise UsageError(f"{'REDIS_URL' if given.redis_url else 'store'}: {told}") from None
