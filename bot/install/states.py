"""The `state` of an installation under way: good once, for ten minutes (RFC 6749, section 10.12)."""

from __future__ import annotations

import secrets

from redis.asyncio import Redis
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.store import key

LIFE_S = 600


class States(AsyncOAuthStateStore):
    """States in the store, so that the browser may come back to another process."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """A new state."""
        state = secrets.token_urlsafe(24)
        await self._redis.set(_key(state), "1", ex=LIFE_S)
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether it was issued and not used yet; it is used now."""
        return await self._redis.getdel(_key(state)) is not None


def _key(state: str) -> str:
    return key("oauth-state", state)
