"""The workspaces that the bot serves, each by its team id."""

from __future__ import annotations

from dataclasses import dataclass, field

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.oauth.installation_store import Bot

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

    async def serving(self, context: AsyncBoltContext) -> Slack:
        """The bot in the workspace of a request, which Bolt found out. Raises UninstalledError."""
        team, organisation = context.team_id or "", context.enterprise_id or ""
        return await self.of(team, organisation, org_wide=bool(context.is_enterprise_install))

    async def of(self, team: str, organisation: str = "", *, org_wide: bool = False) -> Slack:
        """The bot in that workspace; `team` is Slack's id of it (T…), empty for the operator's own business.

        With one token there is one workspace, whichever team an event names: in shared channels that may be a
        partner's. Otherwise the store is asked each time, so that a new token and the end of an installation are
        known at once in every process. A request tells the organisation (E…) and whether the app was installed for
        the whole of it; that is kept, since later work knows the workspace alone. Raises UninstalledError.
        """
        if self.own and (self.installations is None or team in {"", self.own.team}):
            return self.own
        team = team or await self._only()
        bot = self.installations and await self._installed(self.installations, team, organisation, org_wide)
        if not bot:
            self._known.pop(team, None)
            raise UninstalledError(team)
        known = self._known.get(team)
        if known is None or known.calls.token != bot.bot_token:
            known = workspace(
                bot.bot_token,
                self.api_url,
                team=team,
                user=bot.bot_user_id,
                bot=bot.bot_id or "",
                organisation=bot.enterprise_id or "",
                org_wide=bot.is_enterprise_install,
            )
            self._known[team] = known
        return known

    async def _installed(
        self, installations: Installations, team: str, organisation: str, org_wide: bool
    ) -> Bot | None:
        told = bool(organisation)
        if not told:
            organisation = await installations.organisation_of(team)
            org_wide = bool(organisation)
        bot = await installations.async_find_bot(
            enterprise_id=organisation, team_id=team, is_enterprise_install=org_wide
        )
        if bot and told:
            await installations.remember(team, organisation if bot.is_enterprise_install else "")
        return bot

    async def _only(self) -> str:
        """The workspace that is meant where none is named and there is no token of the operator's."""
        teams = await self.installations.holders() if self.installations else ()
        if len(teams) != 1:
            told = f"none is named and {len(teams)} are installed; set SLACK_BOT_TOKEN to say which is the operator's"
            raise UninstalledError("", told)
        return teams[0]

    async def removed(self, one: str, at: int) -> bool:
        """Forget a workspace or organisation that took the app out at that time (whole seconds since 1970).

        False: there is nothing to forget. Slack tells late at times: an app that was installed again since stays.
        """
        if self.installations is None or (self.own and one == self.own.team):
            return False
        sealed = await self.installations.sealed(one)
        if sealed is None or int(self.installations.opened(one, sealed).installed_at) > at:
            return False
        return await self.installations.forget(one)
