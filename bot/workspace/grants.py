"""The bot's tokens in a workspace: given, refreshed, expired, taken back.

Source: docs.slack.dev/authentication/using-token-rotation.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from bot.workspace.messages import Json
from bot.workspace.state import SlackError

LIFE_S = 43_200


@dataclass(slots=True)
class Grants:
    """What was given to the app in one workspace."""

    clock: Callable[[], float]
    rotating: bool = False
    """Tokens expire after `life_s` and come with a refresh token."""
    life_s: int = LIFE_S
    _until: dict[str, float] = field(default_factory=dict)
    _refresh: set[str] = field(default_factory=set)
    _dead: set[str] = field(default_factory=set)

    def issue(self, token: str = "") -> Json:
        """A new token, as `oauth.v2.access` tells of it; that very one when it is given."""
        if not self.rotating or token:
            token = token or f"xoxb-local-{secrets.token_hex(12)}"
            self._until[token] = inf
            return {"access_token": token}
        token, refresh = f"xoxe.xoxb-1-{secrets.token_hex(24)}", f"xoxe-1-{secrets.token_hex(24)}"
        self._until[token] = self.clock() + self.life_s
        self._refresh.add(refresh)
        return {"access_token": token, "refresh_token": refresh, "expires_in": self.life_s}

    def holds(self, refresh: str) -> bool:
        """Whether this refresh token is good here."""
        return refresh in self._refresh

    def renew(self, refresh: str) -> Json:
        """A new pair for a refresh token, which is used up. The old access token works until it expires."""
        self._refresh.remove(refresh)
        return self.issue()

    def knows(self, token: str) -> bool:
        """Whether this token is of this workspace, good or not."""
        return token in self._until or token in self._dead

    def check(self, token: str) -> None:
        """Raise SlackError for a token that is not good (any more)."""
        if token in self._dead:
            raise SlackError("account_inactive")
        if token not in self._until:
            raise SlackError("invalid_auth")
        if self._until[token] <= self.clock():
            raise SlackError("token_expired")

    def revoke(self) -> None:
        """Take everything back."""
        self._dead |= set(self._until)
        self._until.clear()
        self._refresh.clear()
