"""The story of an incident, from the watcher's first news to its end, as those who read along and as who is on call."""

from __future__ import annotations

from typing import Any

import pytest

from bot import store
from bot.incidents.tell import tell
from bot.settings import Settings
from tests.app.test_incidents import news
from tests.browser.conftest import Program
from tests.browser.window import Window

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_incident_is_told_drawn_and_taken_by_who_is_on_call(window: Window, program: Program) -> None:
    await window.open(program.workspace)
    given: dict[str, Any] = {"service": "demo-orders", "incident": "demo-orders-1", "samples": ()}
    async with store.connect(Settings(data=program.data)) as redis:
        await tell(redis, news(**given))
        await window.go("oncall")
        incident = window.page.locator("main article", has_text="401s x14 on ios/5.2")
        await window.see(incident.get_by_role("img", name="401s a minute"))
        await window.see(incident, "key rotation")
        await window.press("Acknowledge", within=incident)
        await window.see(window.told, "Only those on call")
        await window.shot("incident-refused")
        await window.become("Olu")
        await window.press("Acknowledge", within=incident)
        await window.see(incident, "Has it: @Olu")
        await window.gone(incident.get_by_role("button", name="Acknowledge"))
        await window.shot("incident-acknowledged")
        await window.go("Locksmith’s Home")
        await window.see(window.page.locator("main .home"), "Open incident: 401s x14 on ios/5.2")
        await window.shot("home-on-call")
        await tell(redis, news(40, **given, state="closed"))
        await window.go("oncall")
        await window.see(incident, "✓ Over.")
        await window.gone(incident.get_by_role("button", name="Resolve"))
        await window.shot("incident-over")
