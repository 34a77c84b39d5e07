"""The workspaces that the bot serves, each by its team id."""

from __future__ import annotations

from dataclasses import dataclass

from bot.slack import Slack


@dataclass(slots=True)
class Workspaces:
    """Says who the bot is in a workspace, and how Slack is asked there."""

    own: Slack
    """The workspace of SLACK_BOT_TOKEN. With one token there is one workspace, whichever team an event names:
    in shared channels that may be a partner's."""

    async def of(self, team: str) -> Slack:
        """The bot in that workspace; `team` is Slack's id of it (T…), empty when an event names none."""
        return self.own
