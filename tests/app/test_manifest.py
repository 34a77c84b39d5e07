"""The manifest says exactly what the code listens for and calls."""

import re
from pathlib import Path
from typing import Any

import yaml

from bot.install.flow import SCOPES as INSTALLED
from handlers import actions, command, home, mention, message, removal

ROOT = Path(__file__).parents[2]
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text())

SCOPES = {
    "chat_postMessage": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_getPermalink": set(),
    "conversations_info": {"channels:read"},
    "conversations_replies": {"channels:history", "im:history"},
    "chat_getPermalink": set(),
    "conversations_open": {"im:write"},
    "conversations_history": {"channels:history", "im:history"},
    "files_upload_v2": {"files:write"},
    "reactions_add": {"reactions:write"},
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "views_open": set(),
    "views_update": set(),
    "views_publish": set(),
    "auth_test": set(),
}
"""The scopes that each Web API method needs (docs.slack.dev/reference/methods)."""


class Recorder:
    """Stands where Bolt's app would, and remembers what was listened for."""

    def __init__(self) -> None:
        self.events: set[str] = set()
        self.commands: set[str] = set()
        self.interactive = False

    def event(self, name: str) -> Any:
        self.events.add(name)
        return lambda *_, **__: None

    def command(self, name: str) -> Any:
        self.commands.add(name)
        return lambda *_, **__: None

    def action(self, _: object) -> Any:
        self.interactive = True
        return lambda *_, **__: None


def registered() -> Recorder:
    seen = Recorder()
    for surface in (mention, message, command, actions, home, removal):
        surface.register(seen, None)
    return seen


def test_events_commands_and_interactivity_are_those_listened_for() -> None:
    seen = registered()
    asked = {name.partition(".")[0] for name in MANIFEST["settings"]["event_subscriptions"]["bot_events"]}
    commands = MANIFEST["features"]["slash_commands"]
    assert asked == seen.events
    assert {entry["command"] for entry in commands} == seen.commands
    assert all(entry["should_escape"] for entry in commands)
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] == seen.interactive


def test_scopes_are_those_that_the_calls_and_events_need_and_no_more() -> None:
    source = "\n".join(p.read_text() for folder in ("bot", "handlers") for p in (ROOT / folder).rglob("*.py"))
    called = set(re.findall(r"\.(?:calls|posts)\.([a-z]+_\w+)\(|\bcalls\.(auth_test)\(", source))
    methods = {first or second for first, second in called}
    needed = set().union(*(SCOPES[method] for method in methods))
    needed |= {"app_mentions:read", "commands", "files:read"}
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed == set(INSTALLED)


def test_the_procfile_runs_commands_that_exist() -> None:
    from bot.cli import COMMANDS

    lines = (ROOT / "Procfile").read_text().splitlines()
    assert {line.split()[2] for line in lines} <= set(COMMANDS)
