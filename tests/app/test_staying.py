"""A case after its answer, through Slack's doors and with real log files; the clock is set, not waited for."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot import cases, joining, store
from bot.cases import Case
from bot.incidents.tell import tell
from bot.incidents.told import Told
from bot.services import Service
from bot.settings import Settings
from bot.spikes.model import Node
from bot.workspace.messages import Message
from bot.workspace.people import GUS, HELP_API, LOCKSMITH, OLU, RANDOM, RITA, SAM, SUPPORT, TEAM
from bot.workspace.workspace import Workspace

HOST = "orders.example.invalid"
MINE, OTHER = "203.0.113.7", "203.0.113.99"
MINUTES = (2, 5, 15, 60)


@dataclass
class Town:
    """A service with its log, the bot beside it, and a clock that can be set."""

    workspace: Workspace
    data: Path
    log: Path
    ahead: timedelta = timedelta()
    start: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def write(
        self, status: int, client: str = MINE, *, after: float = 0, path: str = "/v1/orders", why: str = ""
    ) -> None:
        """A request so many minutes after the beginning, as the service logs it."""
        at = self.start + timedelta(minutes=after)
        told = {"time": at.isoformat(), "level": "info" if status < 400 else "warn", "method": "GET", "path": path}
        line = told | {"status": status, "client": client, "user_agent": "okhttp/4.12.0", "msg": why or "served"}
        with self.log.open("a") as file:
            file.write(json.dumps(line) + "\n")

    async def report(self, user: str = RITA, text: str = "") -> Message:
        said = text or f"@locksmith 401 on https://{HOST}/v1/orders just now, from {MINE}"
        ts = await self.workspace.post(user, HELP_API, said)
        await self.workspace.until(lambda: any("Looking" not in m.text for m in self.thread(ts)))
        await self.written(ts, lambda case: case.revision > 0)
        return self.thread(ts)[0]

    def thread(self, ts: str | None) -> list[Message]:
        return [m for m in self.workspace.messages(HELP_API, str(ts)) if m.user == LOCKSMITH]

    def shown(self, reply: Message) -> str:
        return json.dumps(self.workspace.state.message(HELP_API, reply.ts).blocks, ensure_ascii=False)

    async def shows(self, reply: Message, words: str) -> None:
        await self.workspace.until(lambda: words in self.shown(reply))

    async def written(self, ts: str | None, holds: Callable[[Case], bool]) -> Case:
        """The case of the thread once this holds of what is stored."""
        case: Case | None = None
        with suppress(TimeoutError):
            async with store.connect(Settings(data=self.data)) as redis, asyncio.timeout(60):
                while case is None or not holds(case):
                    await asyncio.sleep(0.02)
                    case = await cases.get(redis, str(await cases.in_thread(redis, TEAM, HELP_API, str(ts))))
                return case
        raise AssertionError(f"the case came to be {case and (case.state, case.revision, case.watch, case.proof)}")

    async def looked(self, reply: Message, turn: int) -> Case:
        """The case once it was looked at so many times."""
        return await self.written(reply.thread_ts, lambda case: case.watch is not None and case.watch.turn >= turn)


Start = Callable[..., Any]


@pytest.fixture
def town(bot: Any, workspace: Workspace, tmp_path: Path) -> Start:
    @asynccontextmanager
    async def start(**more: Any) -> AsyncIterator[Town]:
        log = tmp_path / "orders.log"
        here = Town(workspace, tmp_path / "data", log)
        for number in range(8):
            here.write(200, f"198.51.100.{number}", after=-1, path="/v1/items")
        here.write(401, after=0, why="Signature verification failed: unable to find a signing key that matches 'k7'")
        service = Service(name="orders", hosts=(HOST,), logs=(str(log),), owner=(SUPPORT,), channel=RANDOM)
        async with bot(services=(service,), clock=here.now, **more):
            yield here

    return start


async def test_a_success_of_the_same_caller_closes_the_case_with_its_proof(town: Start) -> None:
    async with town() as here:
        reply = await here.report()
        here.write(200, OTHER, after=1)
        here.ahead = timedelta(minutes=2, seconds=5)
        case = await here.looked(reply, 1)
        assert case.state != "solved"
        assert "Solved" not in here.shown(reply)
        here.write(200, after=3)
        here.ahead = timedelta(minutes=5, seconds=5)
        at = here.start + timedelta(minutes=3)
        await here.shows(reply, "The same caller got 200 on GET /v1/orders at ")
        assert f"{at:%H:%M:%S} UTC" in here.shown(reply)
        solved = await here.written(reply.thread_ts, lambda case: case.state == "solved")
        assert MINE not in here.shown(reply)
        assert solved.diagnosis
        assert any(line.status == 200 for line in solved.diagnosis.log_lines)
        assert len(here.thread(reply.thread_ts)) == 1


async def test_a_word_closes_too_says_that_nothing_proves_it_and_is_made_good_by_the_logs(town: Start) -> None:
    async with town() as here:
        reply = await here.report()
        await here.workspace.post(RITA, HELP_API, "works now, thanks!", thread_ts=reply.thread_ts)
        await here.shows(reply, "Nothing has proved it yet")
        await here.written(reply.thread_ts, lambda case: case.state == "solved" and not case.proof)
        here.write(200, after=1)
        here.ahead = timedelta(minutes=2, seconds=5)
        await here.shows(reply, "The same caller got 200")
        assert len(here.thread(reply.thread_ts)) == 1


async def test_a_refusal_after_the_word_is_news_once(town: Start) -> None:
    async with town() as here:
        reply = await here.report()
        await here.workspace.click(RITA, HELP_API, reply.ts, action_id="case_works")
        await here.written(reply.thread_ts, lambda case: case.state == "solved")
        for turn, minutes in enumerate(MINUTES[:3], 1):
            here.write(401, after=minutes - 0.5)
            here.ahead = timedelta(minutes=minutes, seconds=5)
            await here.looked(reply, turn)
        assert "refused since" in here.shown(reply)
        _, news = here.thread(reply.thread_ts)
        assert "401 on GET /v1/orders" in news.text
        assert f"<@{RITA}>" in news.text


async def test_a_new_refusal_after_the_proof_opens_the_case_again_in_the_same_message(town: Start) -> None:
    async with town() as here:
        reply = await here.report()
        here.write(200, after=1)
        here.ahead = timedelta(minutes=2, seconds=5)
        solved = await here.written(reply.thread_ts, lambda case: case.state == "solved")
        here.write(401, after=4, why="Signature verification failed: unable to find a signing key that matches 'k7'")
        here.ahead = timedelta(minutes=5)
        opened = await here.written(reply.thread_ts, lambda case: case.state != "solved")
        assert opened.revision == solved.revision + 1
        assert opened.report.at == here.start + timedelta(minutes=4)
        assert "Solved" not in here.shown(reply)
        assert len(here.thread(reply.thread_ts)) == 2


async def test_the_reporters_word_after_the_end_opens_it_again(town: Start) -> None:
    async with town() as here:
        reply = await here.report()
        await here.workspace.click(RITA, HELP_API, reply.ts, action_id="case_works")
        await here.written(reply.thread_ts, lambda case: case.state == "solved")
        await here.workspace.post(RITA, HELP_API, "thanks again!", thread_ts=reply.thread_ts)
        await here.workspace.post(RITA, HELP_API, "it is back", thread_ts=reply.thread_ts)
        opened = await here.written(reply.thread_ts, lambda case: case.state != "solved")
        assert opened.revision == 2
        await here.workspace.until(lambda: "Solved" not in here.shown(reply))
        assert len(here.thread(reply.thread_ts)) == 1


async def test_a_question_is_reminded_of_once_and_closed_on_silence(town: Start) -> None:
    async with town() as here:
        reply = await here.report(text="@locksmith I get a 401, help")
        assert (await here.written(reply.thread_ts, lambda case: case.since is not None)).state == "waiting"
        here.ahead = timedelta(days=4)
        await here.workspace.until(lambda: len(here.thread(reply.thread_ts)) == 2)
        assert f"<@{RITA}>" in here.thread(reply.thread_ts)[1].text
        here.ahead = timedelta(days=12)
        await here.written(reply.thread_ts, lambda case: case.state == "closed")
        assert "Reply here and I look again" in here.shown(reply)
        await here.workspace.post(RITA, HELP_API, f"https://{HOST}/v1/orders", thread_ts=reply.thread_ts)
        await here.written(reply.thread_ts, lambda case: case.state != "closed")
        here.ahead = timedelta(days=24)
        await here.written(reply.thread_ts, lambda case: case.state == "closed")
        assert len(here.thread(reply.thread_ts)) == 2


async def test_owners_see_in_their_channel_what_became_of_what_they_were_given(town: Start) -> None:
    async with town() as here:
        reply = await here.report()
        await here.workspace.click(RITA, HELP_API, reply.ts, action_id="case_handover")
        await here.written(reply.thread_ts, lambda case: case.state == "handed_over")
        (bundle,) = incidents(here)

        async def told(words: str) -> None:
            def shown() -> bool:
                message = here.workspace.state.message(RANDOM, bundle.ts)
                return words in json.dumps(message.blocks, ensure_ascii=False)

            await here.workspace.until(shown, 20)

        assert "Please take over" in bundle.text
        await here.workspace.click(RITA, HELP_API, reply.ts, action_id="case_works")
        await told("nothing has proved it here yet")
        await here.workspace.click(RITA, HELP_API, reply.ts, action_id="case_failing")
        await told("Open again")
        await here.written(reply.thread_ts, lambda case: case.revision == 2)
        here.write(200, after=0.5)
        here.ahead = timedelta(minutes=3)
        await told("The same caller got 200")
        assert len(incidents(here)) == 1


async def test_owners_are_reminded_once_of_what_they_were_given(town: Start) -> None:
    async with town() as here:
        reply = await here.report()
        await here.workspace.click(RITA, HELP_API, reply.ts, action_id="case_handover")
        await here.written(reply.thread_ts, lambda case: case.state == "handed_over")
        here.ahead = timedelta(days=5)
        await here.workspace.until(lambda: len(here.thread(reply.thread_ts)) == 3)
        reminder = here.thread(reply.thread_ts)[2]
        assert f"<!subteam^{SUPPORT}>" in reminder.text
        assert "handed to you" in reminder.text


async def _three(here: Town) -> list[Message]:
    replies = []
    for number, user in enumerate((RITA, GUS, OLU)):
        client = f"203.0.113.{7 + number}"
        here.write(401, client, why="Signature verification failed: unable to find a signing key that matches 'k7'")
        replies.append(await here.report(user, f"@locksmith 401 on https://{HOST}/v1/orders just now, from {client}"))
    return replies


async def test_cases_of_one_incident_are_joined_and_all_told_when_it_is_over(town: Start) -> None:
    async with town() as here:
        replies = await _three(here)
        first = await here.written(replies[0].thread_ts, lambda case: True)
        assert "1 other person has reported the same" in here.shown(replies[1])
        assert f"first in case {first.id}" in here.shown(replies[2])
        assert "2 others have reported the same" in here.shown(replies[2])
        async with store.connect(Settings(data=here.data)) as redis:
            listed = await joining.open_cases(redis, TEAM, "orders", "/v1/orders", here.start - timedelta(hours=1))
            assert len(listed) == 3
            assert not await joining.open_cases(redis, TEAM, "orders", "/v1/items", here.start - timedelta(hours=1))
        # The earlier ones follow, a minute later.
        assert "reported the same" not in here.shown(replies[0])
        here.ahead = timedelta(seconds=90)
        for reply in replies[:2]:
            await here.shows(reply, "2 others have reported the same")
        edits = [c for c in here.workspace.state.calls if c.method == "chat.update" and "2 others" in str(c.args)]
        assert len(edits) == 3
        here.write(200, after=1)
        here.ahead = timedelta(minutes=2, seconds=10)
        await here.shows(replies[0], "The same caller got 200")
        for reply in replies[1:]:
            await here.shows(reply, f"Case {first.id} reports the same, and there it works")
        assert [len(here.thread(reply.thread_ts)) for reply in replies] == [1, 1, 1]


async def test_only_an_engineer_solves_it_for_all(town: Start) -> None:
    async with town() as here:
        replies = await _three(here)
        await here.workspace.click(GUS, HELP_API, replies[2].ts, action_id="case_over")
        told = await here.workspace.until(partial(here.workspace.ephemerals, GUS))
        assert "Only support engineers" in told[-1].text
        await here.workspace.click(SAM, HELP_API, replies[2].ts, action_id="case_over")
        for reply in replies:
            await here.shows(reply, "support engineer")
            await here.written(reply.thread_ts, lambda case: case.state == "solved")


async def test_an_incident_lists_the_cases_that_belong_to_it_and_tells_them_when_it_is_over(town: Start) -> None:
    async with town() as here:
        replies = (await _three(here))[:2]
        # Whoever asked again is called when it is over; the others see it in their message.
        await here.workspace.click(GUS, HELP_API, replies[1].ts, action_id="case_failing")
        await here.written(replies[1].thread_ts, lambda case: case.revision == 2)
        onset = int(here.start.timestamp()) - 60
        news = Told(
            service="orders",
            incident="orders-1-a1",
            at=onset + 120,
            state="open",
            first_line="401s x14 on /v1/orders",
            node=Node("/v1/orders"),
            onset=onset,
            observed=42,
            expected=3.0,
        )
        async with store.connect(Settings(data=here.data)) as redis:
            await tell(redis, news)
            await here.workspace.until(lambda: any("3 open cases" in str(m.blocks) for m in incidents(here)))
            await tell(redis, replace(news, state="closed", at=onset + 600))
        for reply in replies:
            await here.shows(reply, "gone back to what is usual")
        await here.workspace.until(lambda: len(here.thread(replies[1].thread_ts)) == 2)
        assert f"<@{GUS}>" in here.thread(replies[1].thread_ts)[1].text
        assert len(here.thread(replies[0].thread_ts)) == 1


def incidents(here: Town) -> list[Message]:
    return [m for m in here.workspace.messages(RANDOM) if m.user == LOCKSMITH]
