"""The manifest says exactly what the code listens for and calls."""

import re
from pathlib import Path
from typing import Any

import yaml

from bot.app import SURFACES
from bot.install.flow import SCOPES as INSTALLED
from handlers import other
from handlers.blocks.form import CALLBACK
from handlers.blocks.question import NOW, REPLY, WHEN, WHOSE

ROOT = Path(__file__).parents[2]
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text())
FEATURES = MANIFEST["features"]

SCOPES = {
    "assistant_threads_setStatus": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_appendStream": {"chat:write"},
    "chat_startStream": {"chat:write"},
    "chat_stopStream": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_info": {"channels:read"},
    "conversations_members": {"channels:read"},
    "chat_getPermalink": set(),
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "im:history"},
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
WITHOUT_METHOD = {"app_mentions:read", "commands", "files:read"}
"""For an event, for commands and shortcuts, and for fetching files by their address."""


class Recorder:
    """Stands where Bolt's app would, and remembers what was listened for."""

    def __init__(self) -> None:
        self.events: set[str] = set()
        self.commands: set[str] = set()
        self.shortcuts: set[tuple[str, str]] = set()
        self.views: set[str] = set()
        self.actions: list[str | re.Pattern[str]] = []

    def event(self, name: str) -> Any:
        self.events.add(name)
        return lambda *_, **__: None

    def command(self, name: str) -> Any:
        self.commands.add(name)
        return lambda *_, **__: None

    def shortcut(self, wanted: dict[str, str]) -> Any:
        self.shortcuts.add((wanted["type"], wanted["callback_id"]))
        return lambda *_, **__: None

    def view(self, name: str) -> Any:
        self.views.add(name)
        return lambda *_, **__: None

    def action(self, wanted: str | re.Pattern[str]) -> Any:
        self.actions.append(wanted)
        return lambda *_, **__: None


def registered() -> Recorder:
    seen: Any = Recorder()
    teams: Any = None
    for surface in SURFACES:
        if surface is not other:
            surface.register(seen, teams)
    return seen  # type: ignore[no-any-return]


def sources(*folders: str) -> str:
    return "\n".join(path.read_text() for folder in folders for path in (ROOT / folder).rglob("*.py"))


def test_events_commands_shortcuts_and_interactivity_are_those_listened_for() -> None:
    seen = registered()
    asked = {name.partition(".")[0] for name in MANIFEST["settings"]["event_subscriptions"]["bot_events"]}
    assert asked == seen.events
    assert {entry["command"] for entry in FEATURES["slash_commands"]} == seen.commands
    assert all(entry["should_escape"] for entry in FEATURES["slash_commands"])
    kinds = {"message": "message_action", "global": "shortcut"}
    assert {(kinds[entry["type"]], entry["callback_id"]) for entry in FEATURES["shortcuts"]} == seen.shortcuts
    assert all(len(entry["name"]) <= 24 and len(entry["description"]) <= 150 for entry in FEATURES["shortcuts"])
    assert MANIFEST["settings"]["interactivity"]["is_enabled"]


def buttons() -> set[str]:
    """The action ids of all buttons that are shown; the helper of each file puts its own prefix before them."""
    shown: set[str] = set()
    for path in (ROOT / "handlers/blocks").glob("*.py"):
        text, prefix = path.read_text(), "incident" if path.stem == "incident" else "case"
        shown |= {f"{prefix}_{name}" for name in re.findall(r"_button\(\s*\"[^\"]+\", \"(\w+)\"", text)}
        shown |= set(re.findall(r"\bbutton\([^\n]*\"(case_[a-z]+(?::\{at\})?)\"", text))
    return {name.replace("{at}", "0") for name in shown} | {f"{name}:0" for name in (REPLY, WHEN, WHOSE)} | {NOW}


def test_every_button_and_form_that_is_shown_has_a_listener() -> None:
    seen, shown = registered(), buttons()
    assert {"case_works", "case_allow", "case_reply:0", "case_evidence", "incident_snooze_1h"} <= shown
    for name in shown:
        assert any(re.fullmatch(wanted, name) for wanted in seen.actions), name
    assert seen.views == {CALLBACK}


def test_scopes_are_those_that_the_calls_and_events_need_and_no_more() -> None:
    called = set(
        re.findall(r"\.(?:calls|posts|once)\.([a-z]+_\w+)\(|\bcalls\.(auth_test)\(", sources("bot", "handlers"))
    )
    methods = {first or second for first, second in called}
    needed = set().union(*(SCOPES[method] for method in methods)) | WITHOUT_METHOD
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed == set(INSTALLED)
    assert methods == set(SCOPES)


def test_the_procfile_runs_commands_that_exist() -> None:
    from bot.cli import COMMANDS

    lines = (ROOT / "Procfile").read_text().splitlines()
    assert {line.split()[2] for line in lines} <= set(COMMANDS)
