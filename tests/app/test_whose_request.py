"""Where a log shows several refused requests, whoever reads the thread learns no name, and either door tells which."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.workspace.messages import Message
from bot.workspace.people import GUS, HELP_API, LOCKSMITH, RITA, SAM
from bot.workspace.workspace import Workspace
from tests.app.seen import answer, evidence_of

REPORT = "@locksmith cannot log in since a quarter of an hour, error 401, help"
LINE = '{at:%Y-%m-%dT%H:%M:%S}Z WARN POST /login 401 user={user} ip={ip} reason="{reason}"\n'
REFUSED = (
    (12, "mira", "203.0.113.5", "account locked"),
    (8, "tom", "203.0.113.8", "wrong password"),
)
NOT_THEIRS = ("mira", "tom", "203.0.113", "/login")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log with two refused sign-ins of the last quarter of an hour among others that were let in."""
    now = datetime.now(UTC).replace(microsecond=0)
    served = [
        (m, f"{now - timedelta(minutes=m):%Y-%m-%dT%H:%M:%S}Z INFO GET /app/home 200 user=ben ip=198.51.100.7\n")
        for m in range(20)
    ]
    refused = [
        (m, LINE.format(at=now - timedelta(minutes=m), user=user, ip=ip, reason=reason))
        for m, user, ip, reason in REFUSED
    ]
    path = tmp_path / "app.log"
    path.write_text("".join(line for _, line in sorted(served + refused, reverse=True)))
    return path


def in_berlin(log: Path) -> list[str]:
    """The times of the refused requests as Rita, who is there, is shown them."""
    times = [line.split()[0] for line in log.read_text().splitlines() if " 401 " in line]
    zone = ZoneInfo("Europe/Berlin")
    return [datetime.fromisoformat(time).astimezone(zone).strftime("%H:%M:%S %Z") for time in times]


def shown(workspace: Workspace, reply: Message) -> str:
    return json.dumps(workspace.state.message(HELP_API, reply.ts).blocks)


def refused_now(log: Path) -> None:
    with log.open("a") as more:
        more.write(LINE.format(at=datetime.now(UTC), user="rita", ip="203.0.113.9", reason="session expired"))


def without(log: Path, user: str) -> None:
    log.write_text("".join(line for line in log.read_text().splitlines(keepends=True) if user not in line))


async def settled(workspace: Workspace, reply: Message) -> str:
    """The answer once it is no longer asked whose request it is."""

    def page() -> str:
        now = shown(workspace, reply)
        return now if "case_works" in now and "case_now" not in now else ""

    return str(await workspace.until(page))


async def asked(workspace: Workspace) -> Message:
    ts = await workspace.post(RITA, HELP_API, REPORT)
    return await answer(workspace, ts)


async def test_the_thread_shows_times_alone_and_one_that_is_pressed_is_the_reporters(
    bot: Any, workspace: Workspace, log: Path
) -> None:
    async with bot(logs=(str(log),)):
        reply = await asked(workspace)
        page = shown(workspace, reply)
        assert not [word for word in NOT_THEIRS if word in page.lower()]
        labels = [e["text"]["text"] for b in reply.blocks for e in b.get("elements", ()) if e.get("type") == "button"]
        times = [label for label in labels if label.endswith(("CET", "CEST"))]
        assert [" ".join(time.split()[-2:]) for time in times] == in_berlin(log)  # before midnight's stands the day too
        await workspace.click(RITA, HELP_API, reply.ts, action_id="case_when:0")
        assert "account is locked" in await settled(workspace, reply)


@pytest.mark.parametrize(
    ("said", "told"), [("tom", "password is not right"), ("I sign in as mira", "account is locked")]
)
async def test_a_name_that_is_typed_in_the_thread_tells_as_well(
    bot: Any, workspace: Workspace, log: Path, said: str, told: str
) -> None:
    async with bot(logs=(str(log),)):
        reply = await asked(workspace)
        await workspace.post(RITA, HELP_API, said, thread_ts=reply.thread_ts)
        assert told in await settled(workspace, reply)


@pytest.mark.parametrize("said", ["tom", "tom's account I think", "user tom", "I sign in as mira"])
async def test_a_guest_learns_nothing_of_others_by_their_names(
    bot: Any, workspace: Workspace, log: Path, said: str
) -> None:
    async with bot(logs=(str(log),)):
        reply = await answer(workspace, await workspace.post(GUS, HELP_API, REPORT))
        await workspace.post(GUS, HELP_API, f"@locksmith {said}", thread_ts=reply.thread_ts)
        page = str(await workspace.until(lambda: unsaid(shown(workspace, reply))))
        assert "case_when:0" in page and "case_when:1" in page


def unsaid(page: str) -> str:
    return page if "look nobody up by name" in page else ""


async def test_a_guest_is_found_by_their_own_name(bot: Any, workspace: Workspace, log: Path) -> None:
    with log.open("a") as more:
        more.write(LINE.format(at=datetime.now(UTC), user="gus", ip="203.0.113.9", reason="session expired"))
    async with bot(logs=(str(log),)):
        reply = await answer(workspace, await workspace.post(GUS, HELP_API, REPORT))
        await workspace.post(GUS, HELP_API, "@locksmith gus", thread_ts=reply.thread_ts)
        assert "Your session has ended" in await settled(workspace, reply)


async def test_a_guest_who_names_somebody_at_once_learns_no_more(bot: Any, workspace: Workspace, log: Path) -> None:
    async with bot(logs=(str(log),)):
        ts = await workspace.post(GUS, HELP_API, f"{REPORT}. User tom cannot log in")
        page = unsaid(shown(workspace, await answer(workspace, ts)))
        assert "case_when:0" in page and "case_when:1" in page


async def test_who_tried_again_needs_no_time(bot: Any, workspace: Workspace, log: Path) -> None:
    async with bot(logs=(str(log),)):
        reply = await asked(workspace)
        refused_now(log)
        await workspace.click(RITA, HELP_API, reply.ts, action_id="case_now")
        assert "Your session has ended" in await settled(workspace, reply)


async def test_an_engineer_sees_whose_requests_they_are_and_chooses(bot: Any, workspace: Workspace, log: Path) -> None:
    async with bot(logs=(str(log),)):
        reply = await asked(workspace)
        await workspace.click(SAM, HELP_API, reply.ts, action_id="case_evidence")
        seen = await workspace.until(partial(evidence_of, workspace, SAM))
        assert "user mira" in seen and "203.0.113.8" in seen
        (view,) = workspace.views(SAM)
        await workspace.click_view(replace(view, user=GUS), action_id="case_whose:1")
        await workspace.click_view(view, action_id="case_whose:1")
        await workspace.until(lambda: "I look again" in evidence_of(workspace, SAM))
        assert "password is not right" in await settled(workspace, reply)


async def test_a_request_that_is_offered_no_more_is_not_taken_for_the_one_in_its_place(
    bot: Any, workspace: Workspace, log: Path
) -> None:
    async with bot(logs=(str(log),)):
        reply = await asked(workspace)
        await workspace.click(SAM, HELP_API, reply.ts, action_id="case_evidence")
        await workspace.until(partial(evidence_of, workspace, SAM))
        (outdated,) = workspace.views(SAM)
        gone, left = in_berlin(log)
        without(log, "mira")
        await workspace.click(RITA, HELP_API, reply.ts, action_id="case_again")
        await workspace.until(lambda: left in shown(workspace, reply) and gone not in shown(workspace, reply))
        await workspace.click_view(outdated, action_id="case_whose:0")
        await workspace.until(lambda: "choose among what I offer now" in evidence_of(workspace, SAM))
        old = Message(ts=workspace.state.new_ts(), channel=HELP_API, user=LOCKSMITH, text="x", blocks=reply.blocks)
        await workspace.click(RITA, HELP_API, workspace.state.add(old).ts, action_id="case_when:0")
        (told,) = await workspace.until(partial(workspace.ephemerals, RITA))
        assert "choose among what I offer now" in told.text
