"""Who gets nothing: guests whom Slack does not tell of, strangers with buttons that were not theirs."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

from redis.asyncio import Redis

from bot import cases
from bot.cases import Case
from bot.services import Service
from bot.workspace.messages import Message
from bot.workspace.people import GUS, HELP_API, LOCKSMITH, ONCALL_ROOM, ORDERS_ROOM, RITA, SAM, TEAM
from bot.workspace.workspace import Workspace
from tests.app.seen import answered, eventually, evidence_of, idle

REPORT = "@locksmith getting 401 on https://api.example.invalid/v1/orders since ten minutes"
SERVICES = (
    Service(name="orders", hosts=("api.example.invalid",), channel=ORDERS_ROOM),
    Service(name="pay", hosts=("pay.example.invalid",), channel=ONCALL_ROOM),
)


async def case_of(redis: Redis, reply: Message) -> Case:
    found = await cases.get(redis, str(await cases.in_thread(redis, TEAM, HELP_API, str(reply.thread_ts))))
    assert found
    return found


async def test_evidence_stays_closed_when_slack_does_not_say_who_is_a_guest(
    bot: Any, workspace: Workspace, redis: Redis
) -> None:
    async with bot():
        reply = await answered(workspace, redis, REPORT)
        workspace.state.controls.failures["users.info"] = [(500, 0.0)] * 9
        await workspace.click(SAM, HELP_API, reply.ts, action_id="case_evidence")
        assert "support engineers" in await workspace.until(partial(evidence_of, workspace, SAM))


def put(workspace: Workspace, channel: str, action_id: str, value: str) -> Message:
    """A button with a value that was never shown there."""
    made = {"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": action_id, "value": value}
    blocks = [{"type": "actions", "block_id": "forged", "elements": [made]}]
    return workspace.state.add(
        Message(ts=workspace.state.new_ts(), channel=channel, user=LOCKSMITH, text="x", blocks=blocks)  # type: ignore[arg-type]
    )


async def test_a_case_is_acted_on_in_its_own_owners_channel_and_in_no_other_services(
    bot: Any, workspace: Workspace, redis: Redis
) -> None:
    async with bot(services=SERVICES):
        reply = await answered(workspace, redis, REPORT)
        case = await case_of(redis, reply)
        for channel in (ONCALL_ROOM, ORDERS_ROOM):
            forged = put(workspace, channel, "case_works", case.id)
            await workspace.click(SAM, channel, forged.ts, action_id="case_works")
            await eventually(partial(idle, redis))
            solved = "Solved" in json.dumps(workspace.state.message(HELP_API, reply.ts).blocks)
            assert not solved or channel == ORDERS_ROOM
        await workspace.until(lambda: "Solved" in workspace.state.message(HELP_API, reply.ts).text)


async def test_a_strangers_answer_to_a_question_from_a_view_does_not_count(
    bot: Any, workspace: Workspace, redis: Redis
) -> None:
    async with bot():
        reply = await answered(workspace, redis, REPORT)
        case = await case_of(redis, reply)
        assert case.diagnosis and case.diagnosis.next_step and case.diagnosis.next_step.answers
        await workspace.open_home(RITA)
        home = await workspace.until(partial(workspace.home, RITA))
        value = f"{case.id}:{case.diagnosis.next_step.id}:0"
        blocks = put(workspace, HELP_API, "case_reply:0", value).blocks
        forged = replace(home, body={**home.body, "blocks": blocks})
        for user in (GUS, RITA):
            await workspace.click_view(replace(forged, user=user), action_id="case_reply:0")
            await eventually(partial(idle, redis))
    assert (await case_of(redis, reply)).revision == 2
