"""The status line under a thread, where the workspace has it, and the edited message where it has not."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from bot import investigate
from bot.workspace.people import HELP_API, LOCKSMITH, RITA
from bot.workspace.workspace import Workspace

REPORT = "@locksmith getting 401 on https://api.example.com/v1/orders since ten minutes"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> threading.Event:
    """Logs that are read only when the test lets them: what is shown meanwhile can be looked at."""
    go, read = threading.Event(), investigate._logs

    def slow(*args: Any) -> Any:
        go.wait(20)
        return read(*args)

    monkeypatch.setattr(investigate, "_logs", slow)
    (tmp_path / "app.log").write_text("2026-03-01T10:42:00Z INFO up\n")
    return go


@pytest.mark.parametrize("without", [False, True])
async def test_the_steps_are_shown_in_the_line_or_else_in_the_message(
    bot: Any, workspace: Workspace, held: threading.Event, tmp_path: Path, without: bool
) -> None:
    workspace.state.controls.no_agents = without

    def steps() -> bool:
        lined = any("is asking api.example.com" in status for status in workspace.state.statuses.values())
        edits = [call.args["text"] for call in workspace.state.calls if call.method == "chat.update"]
        return any("asking api.example.com" in text for text in edits[done:]) if without else lined

    def answered() -> bool:
        return any("Looking" not in m.text for m in workspace.messages(HELP_API, ts) if m.user == LOCKSMITH)

    async with bot(logs=(str(tmp_path / "app.log"),)):
        for _ in range(2):
            held.clear()
            done = len([call for call in workspace.state.calls if call.method == "chat.update"])
            ts = await workspace.post(RITA, HELP_API, REPORT)
            await workspace.until(steps)
            held.set()
            await workspace.until(answered)
            await asyncio.wait_for(workspace.delivered(), 60)
            assert not workspace.state.statuses
    asked = [call for call in workspace.state.calls if call.method == "assistant.threads.setStatus"]
    assert (len(asked) == 1) if without else (len(asked) >= 4)
