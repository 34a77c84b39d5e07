"""The workspaces that the bot serves, each by its team id."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.install.store import Installations
from bot.slack import Slack, UninstalledError, workspace


@dataclass(slots=True)
class Workspaces:
    """Says who the bot is in a workspace, and how Slack is asked there."""

    api_url: str
    own: Slack | None = None
    """The workspace of SLACK_BOT_TOKEN."""
    installations: Installations | None = None
    """The workspaces that installed the app; None where only the one token is given."""
    _known: dict[str, Slack] = field(default_factory=dict)

    async def of(self, team: str) -> Slack:
        """The bot in that workspace; `team` is Slack's id of it (T…), empty for the operator's own business.

        With one token there is one workspace, whichever team an event names: in shared channels that may be a
        partner's. Otherwise the store is asked each time, so that a new token and the end of an installation are
        known at once in every process. Raises UninstalledError.
        """
        if self.own and (self.installations is None or team in {"", self.own.team}):
            return self.own
        team = team or await self._only()
        bot = self.installations and await self.installations.async_find_bot(enterprise_id=None, team_id=team)
        if not bot:
            self._known.pop(team, None)
            raise UninstalledError(team)
        known = self._known.get(team)
        if known is None or known.calls.token != bot.bot_token:
            known = workspace(bot.bot_token, self.api_url, team=team, user=bot.bot_user_id, bot=bot.bot_id or "")
            self._known[team] = known
        return known

    async def _only(self) -> str:
        """The workspace that is meant where none is named and there is no token of the operator's."""
        teams = await self.installations.teams() if self.installations else ()
        if len(teams) != 1:
            told = f"none is named and {len(teams)} are installed; set SLACK_BOT_TOKEN to say which is the operator's"
            raise UninstalledError("", told)
        return teams[0]

    async def removed(self, team: str, at: int) -> bool:
        """Forget a workspace that took the app out at that time (whole seconds since 1970).

        False: there is nothing to forget. Slack tells late at times: an app that was installed again since stays.
        """
        if self.installations is None or (self.own and team == self.own.team):
            return False
        bot = await self.installations.async_find_bot(enterprise_id=None, team_id=team)
        if bot is None or int(bot.installed_at) > at:
            return False
        await self.installations.async_delete_all(enterprise_id=None, team_id=team)
        self._known.pop(team, None)
        return True
