"""What was confirmed shows in the next answer's evidence, and engineers say when an answer was wrong."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot import audit, cases, outcomes
from bot.proposals import store as proposals
from bot.services import Service
from bot.workspace.messages import Message, View
from bot.workspace.people import HELP_API, LOCKSMITH, RITA, SAM, TEAM, dm
from bot.workspace.workspace import Workspace
from tests.app.seen import answered
from tests.learning.conftest import case_of

ORDERS = Service(name="orders", hosts=("api.example.invalid",))
REPORT = (
    "@locksmith 401 on https://api.example.invalid/v1/orders, it says WWW-Authenticate: Bearer "
    'error="invalid_token", error_description="The access token expired"'
)


async def test_what_was_confirmed_at_a_service_is_told_in_the_evidence(
    bot: Any, workspace: Workspace, redis: Redis
) -> None:
    for at in range(12):
        await outcomes.confirm(redis, case_of("token_expired", id=f"AA{at + 10}"), "seen_in_logs")
    for at in range(5):
        await outcomes.confirm(redis, case_of("token_expired", id=f"BB{at + 10}"), "reporter")
        await outcomes.confirm(redis, case_of("clock_skew", id=f"CC{at + 10}", service="other"), "probe")
    async with bot(services=(ORDERS,)):
        reply = await answered(workspace, redis, REPORT)
        await workspace.click(SAM, HELP_API, reply.ts, action_id="case_evidence")
        shown = json.dumps((await workspace.until(partial(evidence, workspace))).body)
    assert "Seen 12 times at this service, of 12 confirmed cases" in shown
    assert "Seen 12 times" not in json.dumps(reply.blocks)
    (first,) = [a for a in (await outcomes.ANSWERS.all(redis)).values() if a.service == "orders"]
    assert first.cause == "token_expired"


async def test_a_refusal_in_unknown_words_is_proposed_for_knowledge(
    bot: Any, workspace: Workspace, redis: Redis, tmp_path: Path
) -> None:
    told = {"time": datetime.now(UTC).isoformat(), "level": "warn", "status": 401, "path": "/v1/orders"}
    told |= {"request_id": "7f3c2a90bd41", "msg": "hall pass of visitor 4711 has gone stale"}
    (tmp_path / "app.log").write_text(json.dumps(told) + "\n")
    async with bot(services=(ORDERS,), logs=(str(tmp_path / "app.log"),)):
        await answered(workspace, redis, f"{REPORT}, request id 7f3c2a90bd41")
    (found,) = await proposals.every(redis)
    assert (found.template, found.service, found.lines) == ("hall pass of visitor {} has gone stale", "orders", 1)


async def test_engineers_say_in_the_evidence_what_it_was_and_nobody_else_can(
    bot: Any, workspace: Workspace, redis: Redis
) -> None:
    async with bot(services=(ORDERS,)):
        reply = await answered(workspace, redis, REPORT)
        await workspace.click(SAM, HELP_API, reply.ts, action_id="case_evidence")
        view = await workspace.until(partial(evidence, workspace))
        forged = replace(view, user=RITA)
        await workspace.click_view(forged, action_id="case_correct", value="wrong_audience")
        await workspace.delivered()
        await workspace.click_view(view, action_id="case_correct", value="clock_skew")
        await workspace.until(lambda: "Noted: " in json.dumps([v.body for v in workspace.views(SAM)]))
    (kept,) = (await outcomes.OUTCOMES.all(redis)).values()
    assert (kept.cause, kept.how, kept.service) == ("clock_skew", "engineer", "orders")
    done: Any = await redis.xrange(audit.STREAM)
    assert [(line["user"], line["action"], line["about"]) for _, line in done][1:] == [(SAM, "correct", "clock_skew")]


async def test_a_correction_is_answered_directly_where_its_view_is_not_told(
    bot: Any, workspace: Workspace, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bot(services=(ORDERS,)):
        reply = await answered(workspace, redis, REPORT)
        await workspace.click(SAM, HELP_API, reply.ts, action_id="case_evidence")
        view = await workspace.until(partial(evidence, workspace))
        monkeypatch.setattr(View, "to_json", lambda *_: {})
        await workspace.click_view(view, action_id="case_correct", value="clock_skew")
        (told,) = await workspace.until(lambda: workspace.messages(dm(SAM)))
        assert told.text.startswith("Noted for case ") and told.text.endswith(": clock_skew.")
        await workspace.click_view(replace(view, user=RITA), action_id="case_correct", value="wrong_audience")
        (told,) = await workspace.until(lambda: workspace.messages(dm(RITA)))
        assert "support engineers" in told.text
    (kept,) = (await outcomes.OUTCOMES.all(redis)).values()
    assert kept.cause == "clock_skew"


def evidence(workspace: Workspace) -> View | None:
    """Sam's view, once it is filled."""
    return next((view for view in workspace.views(SAM) if "Looking up" not in json.dumps(view.body)), None)


def _second(workspace: Workspace, user: str) -> Message | None:
    told = workspace.ephemerals(user)
    return told[1] if len(told) > 1 else None


async def test_the_same_in_words_and_the_statistics_for_engineers_alone(
    bot: Any, workspace: Workspace, redis: Redis
) -> None:
    async with bot(services=(ORDERS,)):
        reply = await answered(workspace, redis, REPORT)
        case_id = str(await cases.in_thread(redis, TEAM, HELP_API, str(reply.thread_ts)))
        for user in (RITA, SAM):
            await workspace.command(user, HELP_API, "/401", f"case {case_id.lower()} was clock skew")
            await workspace.until(partial(workspace.ephemerals, user))
            await workspace.post(user, HELP_API, "@locksmith stats", thread_ts=reply.thread_ts)
            await workspace.until(partial(_second, workspace, user))
        refused, taken = ([m.text for m in workspace.ephemerals(user)] for user in (RITA, SAM))
        await workspace.command(SAM, HELP_API, "/401", "case 2222 was clock skew")
        await workspace.command(SAM, HELP_API, "/401", "stats")
        await workspace.until(lambda: len(workspace.ephemerals(SAM)) == 4)
        assert any("I know no case 2222" in m.text for m in workspace.ephemerals(SAM)[2:])
    assert all("support engineers" in text for text in refused)
    assert taken[0].startswith(f"Noted for case {case_id}: ")
    assert "1 case was answered; in 1 the first answer named a cause." in taken[1]
    assert "right in 0 of the 1" in taken[1]
    own = [m for m in workspace.messages(HELP_API, str(reply.thread_ts)) if m.user == LOCKSMITH]
    assert len(own) == 1
