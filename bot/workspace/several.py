"""More than one workspace with the same app: each installs it, and takes it out again."""

from __future__ import annotations

from bot.workspace.people import LOCKSMITH
from bot.workspace.workspace import Workspace


def another(first: Workspace, team: str, name: str) -> Workspace:
    """One more workspace beside the first, with a memory of its own and the same people and channels.

    The app is not installed in it yet. The Web API of the first serves both and tells them apart by their tokens.
    """
    made = Workspace(
        manifest=first.manifest,
        clock=first.state.clock,
        retry_delays=first.delivery.retry_delays,
        ack_timeout=first.delivery.ack_timeout,
    )
    made.grants.revoke()
    made.name, made.state.team, made.state.base_url = name, team, first.state.base_url
    made.delivery.signing_secret, made.delivery.request_url = first.signing_secret, first.request_url
    made.organisation = first.organisation
    made.delivery.sockets, made.delivery.waiting = first.delivery.sockets, first.delivery.waiting
    first.all.append(made)
    return made


def uninstall(workspace: Workspace) -> None:
    """Take the app out of a workspace, or of all where it came so: its tokens are void, and it is told so."""
    state = workspace.state
    (workspace.organisation if state.organisation else workspace.grants).revoke()
    state.outbox({"type": "app_uninstalled", "event_ts": state.new_ts()}, "")
    revoked = {"oauth": [], "bot": [LOCKSMITH]}
    state.outbox({"type": "tokens_revoked", "tokens": revoked, "event_ts": state.new_ts()}, "")
