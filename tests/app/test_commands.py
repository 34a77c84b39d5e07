"""Subcommands by slash and by mention: who gets what, and that it is for the asker alone."""

import base64
import json
import re
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from redis.asyncio import Redis

from bot import audit, cases, store
from bot.services import Service
from bot.settings import Settings
from bot.workspace.messages import Message
from bot.workspace.people import GUS, HELP_API, OLU, ONCALL, ORDERS, RANDOM, RITA, SAM, TEAM, dm
from bot.workspace.workspace import Workspace
from tests.app.seen import answer, answered, replies

REQUEST = "7f3c2a90bd41"
REPORT = f"@locksmith getting 401 on https://api.example.com/v1/orders since ten minutes, request id {REQUEST}"
LINE = "jwt expired for okhttp"


def token(**claims: Any) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'RS256', 'kid': 'k1'})}.{part(claims)}.{'c2lnbmF0dXJl' * 28}abcdef"


@pytest.fixture
def services(tmp_path: Path) -> tuple[Service, ...]:
    """Orders, whose engineers are all support engineers, and pay, of which only those on call are."""
    for name, request in (("orders", REQUEST), ("pay", "99aa88bb77cc")):
        line = {"time": datetime.now(UTC).isoformat(), "level": "warn", "path": f"/v1/{name}", "status": 401}
        (tmp_path / f"{name}.log").write_text(json.dumps({**line, "msg": LINE, "request_id": request}) + "\n")
    return (
        Service(
            name="orders", hosts=("api.example.com",), logs=(str(tmp_path / "orders.log"),), issuer="https://id.a/"
        ),
        Service(name="pay", hosts=("pay.example.com",), logs=(str(tmp_path / "pay.log"),), engineers=(ONCALL,)),
    )


async def audited(data: Path) -> list[tuple[str, str, str]]:
    """(who, what, to what) of all that engineers did."""
    async with store.connect(Settings(data=data)) as redis:
        entries: Any = await redis.xrange(audit.STREAM)
    return [(kept["user"], kept["action"], kept["about"]) for _, kept in entries]


@pytest.fixture
async def case_id(bot: Any, workspace: Workspace, redis: Redis, services: tuple[Service, ...]) -> AsyncIterator[str]:
    """The id of Rita's case on the orders service, with the bot still running."""
    async with bot(services=services):
        yield case_of(await answered(workspace, redis, REPORT))


def root(workspace: Workspace) -> str:
    return workspace.messages(HELP_API)[0].ts


async def told(workspace: Workspace, user: str, ask: Callable[[], Any]) -> str:
    """What the person is told, blocks and all, after asking."""
    before = len(workspace.ephemerals(user))
    await ask()

    def news() -> list[Message]:
        return [m for m in workspace.ephemerals(user)[before:] if "I am on it" not in m.text]

    (message,) = await workspace.until(news)
    shown: str = message.text + json.dumps(message.blocks, ensure_ascii=False)
    return shown


def slash(workspace: Workspace, user: str, words: str, channel: str = RANDOM) -> Callable[[], Any]:
    return partial(workspace.command, user, channel, "/401", words)


async def test_why_shows_the_conclusion_to_the_reporter_and_lines_to_engineers_of_the_service(
    workspace: Workspace, case_id: str
) -> None:
    mine = await told(workspace, RITA, slash(workspace, RITA, f"why {case_id.lower()}"))
    inside = await told(workspace, SAM, slash(workspace, SAM, f"why {case_id}"))
    assert case_id in mine and LINE not in mine and "natural logarithms" not in mine
    assert LINE in inside
    for words in (f"why {case_id}", f"case {case_id}", "why ZZZZ"):
        strangers = await told(workspace, GUS, slash(workspace, GUS, words))
        assert "I know no case" in strangers and "api.example.com" not in strangers


async def test_in_its_thread_a_case_needs_no_id_and_nothing_more_is_posted_there(
    workspace: Workspace, case_id: str
) -> None:
    ts = root(workspace)
    said = len(workspace.messages(HELP_API, ts))
    for words, user, seen in (
        ("why", SAM, LINE),
        ("logs", SAM, LINE),
        ("case", GUS, case_id),
        ("logs", RITA, "engineers"),
    ):
        mention = partial(workspace.post, user, HELP_API, f"@locksmith {words}", thread_ts=ts)
        assert seen in await told(workspace, user, mention)
        said += 1
    assert LINE not in await told(
        workspace, GUS, partial(workspace.post, GUS, HELP_API, "@locksmith why", thread_ts=ts)
    )
    await workspace.delivered()
    assert len(workspace.messages(HELP_API, ts)) == said + 1
    assert all(m.thread_ts == ts for m in workspace.ephemerals(SAM))


async def test_logs_are_searched_only_where_the_asker_is_an_engineer_and_it_is_kept_that_they_were(
    workspace: Workspace, case_id: str, tmp_path: Path
) -> None:
    assert LINE in await told(workspace, SAM, slash(workspace, SAM, f"logs {REQUEST}"))
    assert LINE in await told(workspace, SAM, slash(workspace, SAM, "logs 99aa88bb77cc"))
    refused = await told(workspace, RITA, slash(workspace, RITA, f"logs {REQUEST}"))
    assert not any("I am on it" in message.text for message in workspace.ephemerals(RITA))
    assert any("I am on it" in message.text for message in workspace.ephemerals(SAM))
    assert "support engineers" in refused and LINE not in refused
    assert await audited(tmp_path / "data") == [(SAM, "logs", REQUEST), (SAM, "logs", "99aa88bb77cc")]


async def test_what_is_looked_up_in_vain_is_no_report_for_everybody(workspace: Workspace, case_id: str) -> None:
    said = len(workspace.messages(RANDOM))
    for words, seen in (
        ("logs req-none", "No log line for req-none"),  # an id without a digit
        ("logs id ALLNOUGHT", "No log line for ALLNOUGHT"),
        ("logs ?!", "Did you mean 'logs &lt;request id or case&gt;'"),
        ("probe localhost", "Did you mean 'probe &lt;url&gt;'"),
        ("why K0Q1", "Did you mean 'why &lt;case&gt;'"),
    ):
        assert seen in await told(workspace, SAM, slash(workspace, SAM, words)), words
    await workspace.delivered()
    assert len(workspace.messages(RANDOM)) == said


async def test_engineers_of_one_service_see_nothing_of_another(
    bot: Any, workspace: Workspace, services: tuple[Service, ...]
) -> None:
    async with bot(services=services, engineers=()):
        # Only pay has engineers now, and of those here only Olu is one; Sam is none.
        ts = await workspace.post(RITA, HELP_API, REPORT)
        await answer(workspace, ts)
        mention = partial(workspace.post, OLU, HELP_API, "@locksmith logs", thread_ts=ts)
        assert LINE not in await told(workspace, OLU, mention)
        assert LINE not in await told(workspace, OLU, slash(workspace, OLU, f"logs {REQUEST}"))
        assert LINE in await told(workspace, OLU, slash(workspace, OLU, "logs 99aa88bb77cc"))
        assert "let me ask api.example.com" in await told(
            workspace, OLU, slash(workspace, OLU, "probe https://api.example.com/")
        )
        page = await told(workspace, OLU, slash(workspace, OLU, "services"))
        assert "pay.example.com" in page and "api.example.com" not in page
        assert "support engineers" in await told(workspace, SAM, slash(workspace, SAM, "services"))


def case_of(reply: Message) -> str:
    """The id of the case that an answer is about."""
    buttons = [e for block in reply.blocks for e in block.get("elements", ())]
    return str(next(button["value"] for button in buttons if button.get("action_id") == "case_works"))


async def test_each_reads_the_answer_in_the_words_of_their_role(
    bot: Any, workspace: Workspace, redis: Redis, services: tuple[Service, ...]
) -> None:
    failed = f"on https://api.example.com/v1/orders, request id {REQUEST}"
    async with bot(services=(replace(services[0], owner=(ORDERS,)), services[1])):
        for user, report, first, own in (
            (RITA, f"the orders page says 401 {failed}", "Your sign-in has run out. Sign in again.", "reload the page"),
            (
                RITA,
                f"the app on my phone says 401 {failed}",
                "Sign out in the app and in again.",
                "date, time and time",
            ),
            (RITA, f"our job gets 401 {failed}", "Your token has expired. Sign in again or refresh it.", "refresh the"),
            (
                OLU,
                f"the orders page says 401 {failed}",
                "The caller's token has expired.",
                "What you can do in the ser",
            ),
        ):
            reply = await answered(workspace, redis, f"@locksmith {report}", user=user)
            assert first in reply.text and own in json.dumps(reply.blocks)


async def test_a_case_of_direct_messages_is_for_its_reporter_and_its_services_engineers_alone(
    bot: Any, workspace: Workspace, redis: Redis, services: tuple[Service, ...]
) -> None:
    orders, pay = services
    async with bot(services=(replace(orders, engineers=(SAM,)), pay), engineers=()):
        direct = case_of(await answered(workspace, redis, REPORT, channel=dm(RITA)))
        public = case_of(await answered(workspace, redis, REPORT))
        for words in (f"why {direct}", f"case {direct}"):
            assert "I know no case" in await told(workspace, OLU, slash(workspace, OLU, words))
            assert direct in await told(workspace, RITA, slash(workspace, RITA, words))
        assert LINE in await told(workspace, SAM, slash(workspace, SAM, f"why {direct}"))
        # The conclusion that everybody may read in a channel is none to hide from another service's engineers.
        shown = await told(workspace, OLU, slash(workspace, OLU, f"why {public}"))
        assert public in shown and LINE not in shown
        assert direct not in await told(workspace, OLU, slash(workspace, OLU, "cases"))
        assert direct in await told(workspace, SAM, slash(workspace, SAM, "cases"))
        await workspace.open_home(OLU)
        home = await workspace.until(partial(workspace.home, OLU))
        assert direct not in json.dumps(home.body) and public not in json.dumps(home.body)


async def test_a_channel_of_which_slack_does_not_tell_is_taken_for_a_private_one(
    bot: Any, workspace: Workspace, redis: Redis, services: tuple[Service, ...]
) -> None:
    orders, pay = services
    async with bot(services=(replace(orders, engineers=(SAM,)), pay), engineers=()):
        case = case_of(await answered(workspace, redis, REPORT))
        workspace.state.controls.failures["conversations.info"] = [(500, 0.0)] * 9
        assert "I know no case" in await told(workspace, OLU, slash(workspace, OLU, f"why {case}"))
        assert case in await told(workspace, OLU, slash(workspace, OLU, f"why {case}", HELP_API))


async def test_a_token_is_taken_apart_without_personal_claims_and_a_live_one_is_to_be_rotated(
    workspace: Workspace, case_id: str
) -> None:
    claims = {"iss": "https://id.other/", "sub": "patient-77", "email": "nora@example.com", "aud": "orders"}
    live = await told(workspace, RITA, slash(workspace, RITA, f"decode {token(**claims, exp=4102444800)}"))
    dead = await told(
        workspace, RITA, slash(workspace, RITA, f"decode Authorization: Bearer {token(**claims, exp=99)}")
    )
    for page in (live, dead):
        assert "https://id.other/" in page and "RS256" in page and "email" in page
        assert "patient-77" not in page and "nora@" not in page and "c2lnbmF0dXJl" not in page
    assert "rotate it" in live and "rotate it" not in dead and "nothing has to be rotated" in dead
    assert "no token" in await told(workspace, RITA, slash(workspace, RITA, "decode nothing"))


async def test_an_expired_token_in_a_report_needs_no_rotation_until_a_live_one_is_posted_too(
    bot: Any, workspace: Workspace
) -> None:
    async with bot():
        curl = f"curl -H 'Authorization: Bearer {token(exp=99)}' https://api.example.com/v1/orders"
        ts = await workspace.post(RITA, HELP_API, f"@locksmith 401 since just now: {curl}")

        def shown() -> str:
            return "".join(m.text + json.dumps(m.blocks) for m in replies(workspace, ts) if "Looking" not in m.text)

        told = await workspace.until(shown)
        assert "nothing has to be rotated" in told and "rotate it" not in told
        await workspace.post(RITA, HELP_API, f"served /x?access_token={token(exp=4102444800)}", thread_ts=ts)
        await workspace.until(lambda: "rotate it" in shown())
    assert "nothing has to be rotated" not in shown()


async def test_home_tells_engineers_the_401s_of_the_last_day_and_nobody_else(
    bot: Any, workspace: Workspace, tmp_path: Path
) -> None:
    now, hour = time.time(), int(time.time()) // 3600
    share = {"at": now, "now": 0.32, "usual": 0.02, "total": 200, "unauthorized": 64, "lag_s": 1.0, "learning": True}
    async with store.connect(Settings(data=tmp_path / "data")) as redis:
        await redis.set(store.key("share", "orders"), json.dumps(share))
        kept: dict[Any, Any] = {
            f"{hour - 40}": 9_000,
            f"{hour - 4}": 900,
            f"{hour - 4}u": 10,
            f"{hour}": 100,
            f"{hour}u": 10,
        }
        await redis.hset(store.key("hours", "orders"), mapping=kept)
        async with bot(services=(Service(name="orders", hosts=("api.example.com",)),)):
            homes = []
            for user in (SAM, RITA):
                await workspace.open_home(user)
                view = await workspace.until(partial(workspace.home, user))
                homes.append(json.dumps(view.body, ensure_ascii=False))
    told = r"last [56] hours 2\.0\xa0% \(20 of 1,000\), now 32\.0\xa0%, still learning what is usual"
    assert re.search(told, homes[0])
    assert not re.search(r"%|401s of|orders", homes[1])


async def test_probing_asks_named_hosts_and_never_the_inner_network(workspace: Workspace, case_id: str) -> None:
    for address in ("http://127.0.0.1:6379/", "http://169.254.169.254/latest/", "http://vault.internal/"):
        page = await told(workspace, SAM, slash(workspace, SAM, f"probe {address}"))
        assert "not asked" in page, page
    assert "support engineers" in await told(workspace, RITA, slash(workspace, RITA, "probe https://api.example.com/"))


async def test_probing_follows_no_redirect_to_a_service_of_other_engineers(
    bot: Any, workspace: Workspace, services: tuple[Service, ...]
) -> None:
    asked: list[str] = []

    async def pay(request: web.Request) -> web.Response:
        asked.append("pay")
        raise web.HTTPFound(f"http://127.0.0.1:{inner}/inside")

    async def orders(request: web.Request) -> web.Response:
        asked.append("orders")
        return web.Response(status=401)

    async with serving(pay) as outer, serving(orders) as inner:
        pays = replace(services[1], hosts=(f"127.0.0.1:{outer}",), engineers=(ONCALL, SAM))
        ours = replace(services[0], hosts=(f"127.0.0.1:{inner}",), engineers=(SAM,))
        async with bot(services=(pays, ours), engineers=()):
            probe = f"probe http://127.0.0.1:{outer}/v1"
            assert "a service of other engineers" in await told(workspace, OLU, slash(workspace, OLU, probe))
            assert "pay" in asked and "orders" not in asked
            assert "not asked" in await told(
                workspace, OLU, slash(workspace, OLU, f"probe http://127.0.0.1:{inner}/inside")
            )
            assert "orders" not in asked
            await told(workspace, SAM, slash(workspace, SAM, probe))
            assert "orders" in asked


@asynccontextmanager
async def serving(handler: Any) -> AsyncIterator[int]:
    """A web server on loopback that answers everything so; yields its port."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(app) as server:
        yield int(server.port or 0)


async def test_help_names_only_what_the_asker_may_do_and_a_slip_is_asked_about(
    workspace: Workspace, case_id: str
) -> None:
    for ask in (slash(workspace, RITA, "help"), partial(workspace.post, RITA, RANDOM, "@locksmith help")):
        page = await told(workspace, RITA, ask)
        assert "/401 why" in page and "/401 probe" not in page
    for words, meant in (("sttas", "stats"), ("serivces", "services"), (f"wyh {case_id}", "why &lt;case&gt;")):
        assert f"Did you mean '{meant}'" in await told(workspace, SAM, slash(workspace, SAM, words))
    for words in ("stats month", "cases all", "services orders"):
        assert f"Did you mean '{words.split()[0]}'" in await told(workspace, SAM, slash(workspace, SAM, words))
    assert "/401 case K7Q2" in await told(workspace, RITA, slash(workspace, RITA, "case"))
    assert "/401 probe" in await told(workspace, SAM, slash(workspace, SAM, "help"))
    assert "case" in await told(workspace, SAM, slash(workspace, SAM, "stats"))
    assert case_id in await told(workspace, RITA, slash(workspace, RITA, "cases"))
    assert "none" in await told(workspace, GUS, slash(workspace, GUS, "cases"))


@pytest.mark.parametrize(
    "words",
    [
        "why do I get 401 on https://api.example.com/v1/orders?",
        "logs say 401 for https://api.example.com/v1/orders",
        "case: the customer gets 401 on https://api.example.com/v1/orders",
        "help me, 401 on https://api.example.com/v1/orders",
    ],
)
async def test_words_that_only_begin_like_a_subcommand_are_a_report(bot: Any, workspace: Workspace, words: str) -> None:
    async with bot():
        await workspace.command(RITA, RANDOM, "/401", words)
        (reply,) = await workspace.until(lambda: workspace.messages(RANDOM))
        await workspace.until(lambda: "Looking" not in workspace.state.message(RANDOM, reply.ts).text)
    assert not workspace.ephemerals(RITA)


async def test_a_subcommand_that_comes_three_times_is_answered_once_and_in_a_direct_message_openly(
    bot: Any, workspace: Workspace, services: tuple[Service, ...]
) -> None:
    workspace.state.controls.deliveries = 3
    async with bot(services=services):
        await workspace.post(SAM, HELP_API, "@locksmith services")
        await workspace.until(lambda: workspace.ephemerals(SAM))
        asked = await workspace.post(SAM, dm(SAM), "services")
        await workspace.until(lambda: replies(workspace, asked, dm(SAM)))
        await workspace.delivered()
    assert len(workspace.ephemerals(SAM)) == 1
    (answer,) = replies(workspace, asked, dm(SAM))
    assert "pay.example.com" in json.dumps(answer.blocks)


async def test_troubles_of_slack_leave_the_asker_with_an_answer(workspace: Workspace, case_id: str) -> None:
    workspace.state.controls.failures["chat.postEphemeral"] = [(500, 0.0), (429, 0.0)]
    workspace.state.controls.failures["usergroups.users.list"] = [(500, 0.0)]
    assert "orders" in await told(workspace, SAM, slash(workspace, SAM, "services"))


async def test_a_host_that_nobody_listed_is_asked_when_an_engineer_agrees_and_for_that_case_alone(
    bot: Any, workspace: Workspace, services: tuple[Service, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]
    asked = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **kw: inner if "localtest" in str(host) else asked(host, *a, **kw)
    )
    async with bot(services=services):
        ts = await workspace.post(RITA, HELP_API, "@locksmith 401 on https://localtest.me/v1/orders since ten minutes")
        await answer(workspace, ts)
        (reply,) = replies(workspace, ts)
        shown = json.dumps(reply.blocks)
        assert "Allow asking localtest.me" in shown and "services.yaml" not in shown
        await workspace.click(RITA, HELP_API, reply.ts, action_id="case_allow")
        (refused,) = await workspace.until(lambda: workspace.ephemerals(RITA))
        assert "support engineers" in refused.text
        edits = len([call for call in workspace.state.calls if call.method == "chat.update"])
        await workspace.click(SAM, HELP_API, reply.ts, action_id="case_allow")

        def again() -> bool:
            calls = [call for call in workspace.state.calls if call.method == "chat.update"][edits:]
            return any("Looking" not in call.args["text"] for call in calls)

        await workspace.until(again)
    answered = json.dumps(workspace.state.message(HELP_API, reply.ts).blocks)
    assert "Allow asking" not in answered
    # What is allowed is asked from outside only: a name of the inner network stays closed, and that is said.
    assert "localtest.me leads to an address that is not asked" in answered and "127.0.0.1" not in answered
    async with store.connect(Settings(data=tmp_path / "data")) as redis:
        case = await cases.get(redis, str(await cases.in_thread(redis, TEAM, HELP_API, ts)))
    assert case and case.allowed == ("localtest.me",)
    assert await audited(tmp_path / "data") == [(SAM, "allow", "localtest.me")]
