"""The installations, one a workspace, in the store; their tokens only ever encrypted.

Only bots are kept: the app asks for no user tokens.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken
from redis.asyncio import Redis
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore

from bot.errors import UsageError
from bot.install import keys
from bot.slack import UninstalledError
from bot.store import key

KEY = key("installations")
"""A hash: team id → the encrypted installation."""

# KEYS: installations. ARGV: team, what it was, what it becomes.
_SWAP = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
"""


class Installations(AsyncInstallationStore):
    """Slack's interface of an installation store, and what keeping the tokens fresh needs besides."""

    def __init__(self, redis: Redis, encryption_keys: tuple[str, ...]) -> None:
        self._redis = redis
        self._cipher = keys.cipher(encryption_keys)

    async def async_save(self, installation: Installation) -> None:
        """Keep a new installation, in place of an earlier one in the same workspace."""
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep the bot of a workspace."""
        await self._redis.hset(KEY, str(bot.team_id), self._sealed(bot))

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The bot of a workspace; its id says all, also within an organisation. Raises UninstalledError."""
        sealed = await self.sealed(team_id or "")
        return None if sealed is None else self.opened(team_id or "", sealed)

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget a workspace's tokens."""
        await self._redis.hdel(KEY, team_id or "")

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget a workspace: there is nothing but its bot."""
        await self.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)

    async def teams(self) -> tuple[str, ...]:
        """The ids of the workspaces that have the app."""
        return tuple(sorted(str(team) for team in await self._redis.hkeys(KEY)))

    async def sealed(self, team: str) -> str | None:
        """The installation as it is stored."""
        found = await self._redis.hget(KEY, team)
        return None if found is None else str(found)

    def opened(self, team: str, sealed: str) -> Bot:
        """The bot in what is stored for a workspace. Raises UninstalledError when no key opens it."""
        try:
            told: dict[str, Any] = json.loads(self._cipher.decrypt(sealed))
            bot = Bot(**told)
        except (InvalidToken, ValueError, TypeError):
            raise UninstalledError(team, f"{keys.NAME} does not open its tokens") from None
        if bot.team_id != team:
            raise UninstalledError(team, "what is stored for it is another workspace's")
        return bot

    async def swap(self, team: str, sealed: str, bot: Bot) -> bool:
        """Keep the bot if the workspace still has the installation that was read. False: it has another, or none."""
        return bool(await self._redis.eval(_SWAP, 1, KEY, team, sealed, self._sealed(bot)))

    async def check(self) -> None:
        """Raise UsageError when something stored cannot be opened: with a wrong key, all workspaces would be lost."""
        shut = [team async for team, sealed in self._all() if not self._opens(team, sealed)]
        if shut:
            told = f"does not open the tokens of {', '.join(shut)}; give the key that they were stored with as well"
            raise UsageError(f"{keys.NAME}: {told}, after a comma")

    async def renew(self) -> None:
        """Encrypt everything with the newest key, so that older ones can go. Raises UsageError as `check` does."""
        await self.check()
        async for team, sealed in self._all():
            fresh = self._cipher.rotate(sealed).decode()
            await self._redis.eval(_SWAP, 1, KEY, team, sealed, fresh)

    def _opens(self, team: str, sealed: str) -> bool:
        try:
            self.opened(team, sealed)
        except UninstalledError:
            return False
        return True

    async def _all(self) -> AsyncIterator[tuple[str, str]]:
        for team in await self.teams():
            if (sealed := await self.sealed(team)) is not None:
                yield team, sealed

    def _sealed(self, bot: Bot) -> str:
        told = json.dumps(bot.to_dict_for_copying(), default=datetime.isoformat)
        return self._cipher.encrypt(told.encode()).decode()
