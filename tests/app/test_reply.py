"""Messages that appear once: found again after a crash, and sent elsewhere where they cannot go."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from redis.asyncio import Redis

from bot import reply
from bot.progress import Progress
from bot.reply import Place
from bot.slack import RefusedError, Slack, UnclearError, sign_in
from bot.stages import Stage
from bot.workspace.people import LOCKSMITH, RANDOM, RITA, dm
from bot.workspace.workspace import Workspace


@dataclass
class Words:
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)


def words(text: str) -> Words:
    return Words(text, [{"type": "section", "text": {"type": "plain_text", "text": text}}])


@pytest.fixture
async def slack(workspace: Workspace) -> Slack:
    return await sign_in(workspace.bot_token, f"{workspace.state.base_url}/api/")


def ours(workspace: Workspace, ts: str | None = None) -> list[str]:
    return [m.text for m in workspace.messages(RANDOM, ts) if m.user == LOCKSMITH]


@pytest.mark.parametrize("metadata", [True, False])
@pytest.mark.parametrize("threaded", [True, False])
async def test_a_post_that_was_not_confirmed_is_found_and_not_made_again(
    workspace: Workspace, slack: Slack, redis: Redis, *, threaded: bool, metadata: bool
) -> None:
    workspace.state.controls.drop_metadata = not metadata
    ts = await workspace.post(RITA, RANDOM, "help")
    place = Place(RANDOM, ts if threaded else "")
    first = await reply.post_once(slack, redis, place, words("one"), case="K7Q2", name="reply")
    await reply.post_once(slack, redis, place, words("other"), case="K7Q3", name="reply")
    await reply.post_once(slack, redis, place, words("called"), case="K7Q2", name="handover-1")
    for name in await redis.keys("{locksmith}:posted:K7Q2:*"):
        await redis.set(name, "?")  # as a crash between the post and its answer leaves it
    again = await reply.post_once(slack, redis, place, words("two"), case="K7Q2", name="reply")
    await reply.post_once(slack, redis, place, words("called"), case="K7Q2", name="handover-1")
    assert again == first
    assert len(ours(workspace, ts if threaded else None)) == 3


async def test_a_mark_without_a_message_is_posted(workspace: Workspace, slack: Slack, redis: Redis) -> None:
    ts = await workspace.post(RITA, RANDOM, "help")
    await redis.set("{locksmith}:posted:K7Q2:reply", "?")
    await reply.post_once(slack, redis, Place(RANDOM, ts), words("one"), case="K7Q2", name="reply")
    assert ours(workspace, ts) == ["one · case K7Q2"]


async def test_a_refusal_is_told_and_leaves_no_mark(workspace: Workspace, slack: Slack, redis: Redis) -> None:
    with pytest.raises(RefusedError, match="channel_not_found"):
        await reply.post_once(slack, redis, Place("CNOWHERE01"), words("one"), case="K7Q2", name="reply")
    posted = await reply.post_once(slack, redis, Place(RITA), words("one"), case="K7Q2", name="reply")
    assert posted.channel == dm(RITA)


async def test_blocks_that_slack_refuses_give_way_to_the_text(workspace: Workspace, slack: Slack, redis: Redis) -> None:
    bad = Words("told", [{"type": "section", "text": {"type": "plain_text", "text": "x" * 3001}}])
    posted = await reply.post_once(slack, redis, Place(RANDOM), bad, case="K7Q2", name="reply")
    assert ours(workspace) == ["told · case K7Q2"]
    assert await reply.edit(slack, RANDOM, posted.ts, replace(bad, text="told again"))
    assert ours(workspace) == ["told again"]


async def test_a_message_that_people_deleted_is_let_go(workspace: Workspace, slack: Slack, redis: Redis) -> None:
    posted = await reply.post_once(slack, redis, Place(RANDOM), words("one"), case="K7Q2", name="reply")
    workspace.state.delete(workspace.state.message(RANDOM, posted.ts))
    assert not await reply.edit(slack, RANDOM, posted.ts, words("two"))


async def test_stages_are_gathered_into_few_calls_and_none_comes_after_the_end() -> None:
    shown: list[tuple[str, ...]] = []
    held = asyncio.Event()

    async def show(stages: Any) -> None:
        await held.wait()
        shown.append(tuple(stage.title for stage in stages))

    progress = Progress(show, at_once=True)
    for number in range(5):
        progress.tell(Stage(id=str(number), title=str(number)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    closing = asyncio.create_task(progress.close())
    held.set()
    await closing
    progress.tell(Stage(id="late", title="late"))
    await asyncio.sleep(0)
    assert shown in ([], [("0", "1", "2", "3", "4")])


async def test_a_page_in_place_of_an_answer_is_unclear() -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="You are offline.")

    site = web.Application()
    site.router.add_route("*", "/{rest:.*}", page)
    async with TestServer(site) as server:
        with pytest.raises(UnclearError):
            await sign_in("xoxb-1", str(server.make_url("/api/")))
