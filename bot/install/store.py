"""The installations, one a workspace or a whole organisation, in the store; their tokens only ever encrypted.

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
"""A hash: the id of a workspace (T…) or of an organisation (E…) → the encrypted installation."""
SERVED = key("served-by")
"""A hash: team id → the organisation whose installation serves the workspace; only of those that are served so."""

# KEYS: installations. ARGV: whose, what it was, what it becomes.
_SWAP = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
"""


def holder(bot: Bot) -> str:
    """The id of the organisation that installed the app as a whole, or else of the workspace."""
    return str((bot.enterprise_id if bot.is_enterprise_install else bot.team_id) or "")


class Installations(AsyncInstallationStore):
    """Slack's interface of an installation store, and what keeping the tokens fresh needs besides."""

    def __init__(self, redis: Redis, encryption_keys: tuple[str, ...]) -> None:
        self._redis = redis
        self._cipher = keys.cipher(encryption_keys)

    async def async_save(self, installation: Installation) -> None:
        """Keep a new installation, in place of an earlier one in the same workspace or organisation."""
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep the bot of a workspace or an organisation."""
        await self._redis.hset(KEY, holder(bot), self._sealed(bot))

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The bot that serves a workspace: its own, or else its organisation's; the other way round where
        `is_enterprise_install` says that the organisation's is asked for. Raises UninstalledError.
        """
        asked = (enterprise_id, team_id) if is_enterprise_install else (team_id, enterprise_id)
        for one in filter(None, asked):
            if (sealed := await self.sealed(one)) is not None:
                return self.opened(one, sealed)
        return None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget the tokens of a workspace, or of an organisation where no workspace is named."""
        await self.forget(team_id or enterprise_id or "")

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget a workspace or an organisation: there is nothing but its bot."""
        await self.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)

    async def organisation_of(self, team: str) -> str:
        """The organisation whose installation serves the workspace, as far as its requests told; else empty."""
        return str(await self._redis.hget(SERVED, team) or "")

    async def remember(self, team: str, organisation: str) -> None:
        """Keep which organisation's installation serves the workspace (empty: its own), for work without a request."""
        if await self.organisation_of(team) != organisation:
            await (self._redis.hset(SERVED, team, organisation) if organisation else self._redis.hdel(SERVED, team))

    async def holders(self) -> tuple[str, ...]:
        """The ids of the workspaces and organisations that have the app."""
        return tuple(sorted(str(one) for one in await self._redis.hkeys(KEY)))

    async def forget(self, one: str) -> bool:
        """Delete what there is of a workspace or organisation. False: somebody did already."""
        for team, organisation in (await self._redis.hgetall(SERVED)).items():
            if organisation == one:
                await self._redis.hdel(SERVED, team)
        return bool(await self._redis.hdel(KEY, one))

    async def sealed(self, one: str) -> str | None:
        """The installation of a workspace or organisation as it is stored."""
        found = await self._redis.hget(KEY, one)
        return None if found is None else str(found)

    def opened(self, one: str, sealed: str) -> Bot:
        """The bot in what is stored for a workspace or organisation. Raises UninstalledError when no key opens it."""
        try:
            told: dict[str, Any] = json.loads(self._cipher.decrypt(sealed))
            bot = Bot(**told)
        except (InvalidToken, ValueError, TypeError):
            raise UninstalledError(one, f"{keys.NAME} does not open its tokens") from None
        if holder(bot) != one:
            raise UninstalledError(one, "what is stored for it is another's")
        return bot

    async def swap(self, one: str, sealed: str, bot: Bot) -> bool:
        """Keep the bot if the installation is still the one that was read. False: it is another, or gone."""
        return bool(await self._redis.eval(_SWAP, 1, KEY, one, sealed, self._sealed(bot)))

    async def check(self) -> None:
        """Raise UsageError when something stored cannot be opened: with a wrong key, all workspaces would be lost."""
        shut = [one async for one, sealed in self._all() if not self._opens(one, sealed)]
        if shut:
            told = f"does not open the tokens of {', '.join(shut)}; give the key that they were stored with as well"
            raise UsageError(f"{keys.NAME}: {told}, after a comma")

    async def renew(self) -> None:
        """Encrypt everything with the newest key, so that older ones can go. Raises UsageError as `check` does."""
        await self.check()
        async for one, sealed in self._all():
            fresh = self._cipher.rotate(sealed).decode()
            await self._redis.eval(_SWAP, 1, KEY, one, sealed, fresh)

    def _opens(self, one: str, sealed: str) -> bool:
        try:
            self.opened(one, sealed)
        except UninstalledError:
            return False
        return True

    async def _all(self) -> AsyncIterator[tuple[str, str]]:
        for one in await self.holders():
            if (sealed := await self.sealed(one)) is not None:
                yield one, sealed

    def _sealed(self, bot: Bot) -> str:
        told = json.dumps(bot.to_dict_for_copying(), default=datetime.isoformat)
        return self._cipher.encrypt(told.encode()).decode()
