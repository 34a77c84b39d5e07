"""Engineers, owners and those on call who are named one by one, as where a workspace has no user groups."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot import store
from bot.incidents.tell import tell
from bot.services import Service
from bot.settings import Settings
from bot.workspace.messages import Message
from bot.workspace.people import GUS, HELP_API, LOCKSMITH, OLU, ONCALL, PAT, RANDOM, RITA, SAM
from bot.workspace.workspace import Workspace
from tests.app.seen import answered, evidence_of
from tests.app.test_incidents import news

REPORT = "@locksmith 401 on https://api.example.invalid/v1/orders since ten minutes"
ORDERS = Service(name="orders", hosts=("api.example.invalid",), owner=(OLU, ONCALL))
BILLING = Service(name="billing", hosts=("billing.example.com",), channel=RANDOM, on_call=(SAM, OLU))


@pytest.fixture
def no_groups(workspace: Workspace) -> None:
    """A workspace whose plan has no user groups: it refuses every question about them."""
    workspace.state.controls.failures["usergroups.users.list"] = [(403, 0.0)] * 200


async def evidence(workspace: Workspace, user: str, reply: Message) -> str:
    await workspace.click(user, HELP_API, reply.ts, action_id="case_evidence")
    told: str = await workspace.until(partial(evidence_of, workspace, user))
    for view in workspace.views(user):
        await workspace.close(view)
    return told


async def test_who_is_named_sees_the_evidence_unless_they_are_guests_or_of_another_company(
    bot: Any, workspace: Workspace, redis: Redis, no_groups: None
) -> None:
    async with bot(engineers=(SAM, GUS, PAT), services=(ORDERS,)):
        reply = await answered(workspace, redis, REPORT)
        assert "natural logarithms" in await evidence(workspace, SAM, reply)
        for user in (GUS, PAT, RITA):
            assert "support engineers" in await evidence(workspace, user, reply), user


async def test_of_whom_slack_tells_nothing_nobody_is_an_engineer(
    bot: Any, workspace: Workspace, redis: Redis, no_groups: None
) -> None:
    async with bot(engineers=(SAM,), services=(ORDERS,)):
        reply = await answered(workspace, redis, REPORT)
        workspace.state.controls.failures["users.info"] = [(500, 0.0)] * 20
        assert "support engineers" in await evidence(workspace, SAM, reply)
        workspace.state.controls.failures["users.info"].clear()
        assert "natural logarithms" in await evidence(workspace, SAM, reply)


async def test_owners_are_called_by_name(bot: Any, workspace: Workspace, redis: Redis) -> None:
    async with bot(services=(ORDERS,)):
        reply = await answered(workspace, redis, REPORT)
        await workspace.click(RITA, HELP_API, reply.ts, action_id="case_handover")

        def calls() -> list[Message]:
            own = [m for m in workspace.messages(HELP_API, str(reply.thread_ts)) if m.user == LOCKSMITH]
            return [m for m in own if "Please take over." in m.text]

        (call,) = await workspace.until(calls)
    assert call.text.startswith(f"<@{OLU}> <!subteam^{ONCALL}> ")
    assert {"type": "user", "user_id": OLU} in call.blocks[0]["elements"][0]["elements"]


async def test_who_is_on_call_by_name_is_called_and_has_the_incident(
    bot: Any, workspace: Workspace, tmp_path: Path, no_groups: None
) -> None:
    async with bot(engineers=(), services=(BILLING,)), store.connect(Settings(data=tmp_path / "data")) as redis:
        await tell(redis, news())
        told = (await workspace.until(lambda: [m for m in workspace.messages(RANDOM) if m.user == LOCKSMITH]))[0]
        posted = [call for call in workspace.state.calls if call.method == "chat.postMessage"]
        assert posted[0].args["text"].startswith(f"<@{SAM}> <@{OLU}> ")
        await workspace.click(RITA, RANDOM, told.ts, action_id="incident_acknowledge")
        refused = await workspace.until(partial(workspace.ephemerals, RITA))
        assert "those on call" in refused[-1].text
        await workspace.click(OLU, RANDOM, told.ts, action_id="incident_acknowledge")
        await workspace.until(lambda: "Acknowledged" in workspace.state.message(RANDOM, told.ts).text)
        assert OLU in json.dumps(workspace.state.message(RANDOM, told.ts).blocks)
