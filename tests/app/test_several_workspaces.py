"""The app installed in several workspaces, from the browser to the answer."""

import asyncio
import html
import json
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis
from slack_sdk.oauth.installation_store import Bot

from bot import audit, cases, jobs, slack, store
from bot.cli import main
from bot.errors import UsageError
from bot.install import pages
from bot.install.rotation import Rotation
from bot.install.store import Installations
from bot.people import People
from bot.slack import UninstalledError
from bot.workspace import envelopes
from bot.workspace.delivery import DeliveryError
from bot.workspace.people import HELP_API, LOCKSMITH, ORGANISATION, RANDOM, RITA, SAM, TEAM
from bot.workspace.several import another, uninstall
from bot.workspace.workspace import Workspace
from bot.workspaces import Workspaces
from tests.app.conftest import Running, settings_for
from tests.app.programs import locksmith
from tests.app.seen import eventually, idle

REPORT = "@locksmith getting 401 on https://api.example.com/v1/orders since ten minutes"
OTHER = "TOTHER0001"
KEY = Fernet.generate_key().decode()


@pytest.fixture
def other(workspace: Workspace) -> Workspace:
    return another(workspace, OTHER, "Other <workspace>")


@pytest.fixture
def several(bot: Running, workspace: Workspace) -> Running:
    """The bot without a token of its own."""

    def start(**more: Any) -> AbstractAsyncContextManager[str]:
        return bot(**app_of(workspace), **more)

    return start


@pytest.fixture
def installed(redis: Redis) -> Installations:
    """What the bot keeps, in the same engine."""
    return Installations(redis, (KEY,))


def app_of(workspace: Workspace) -> dict[str, Any]:
    secret = workspace.client_secret
    return {"slack_token": "", "client_id": workspace.client_id, "client_secret": secret, "encryption_keys": (KEY,)}


@dataclass
class Browser:
    """What a person's browser does on the way; cookies by hand, since theirs want https."""

    address: str
    session: aiohttp.ClientSession
    cookie: str = ""
    consent: str = ""

    async def begin(self) -> None:
        async with self.session.get(f"{self.address}/slack/install") as page:
            assert page.status == 200
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
            self.cookie = page.headers["Set-Cookie"].partition(";")[0]
            assert {"secure", "httponly"} <= {word.strip().lower() for word in page.headers["Set-Cookie"].split(";")}
            self.consent = html.unescape(re.findall(r'href="([^"]+/oauth/v2/authorize[^"]+)"', await page.text())[0])

    async def consented(self, choice: str) -> str:
        """Where Slack sends the browser after the link with these words."""
        async with self.session.get(self.consent) as page:
            links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', await page.text())
        path = next(href for href, words in links if choice in html.unescape(words))
        there = f"{self.consent.partition('/oauth/')[0]}{html.unescape(path)}"
        async with self.session.get(there, allow_redirects=False) as back:
            return back.headers["Location"]

    async def get(self, url: str, *, cookie: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": self.cookie if cookie is None else cookie}
        async with self.session.get(url, headers=headers, allow_redirects=False) as page:
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
            return page.status, await page.text()


@pytest.fixture
async def browser() -> AsyncIterator[Callable[[str], Browser]]:
    async with aiohttp.ClientSession() as session:
        yield lambda address: Browser(address, session)


async def install(browser: Browser, choice: str) -> tuple[int, str]:
    await browser.begin()
    return await browser.get(await browser.consented(choice))


def answered(workspace: Workspace, channel: str, ts: str) -> Any:
    found = [m for m in workspace.messages(channel, ts) if m.user == LOCKSMITH]
    return found[0] if found and "Looking" not in found[0].text else None


async def one_answer(workspace: Workspace, channel: str, ts: str) -> Any:
    found = await workspace.until(lambda: answered(workspace, channel, ts))
    await workspace.delivered()
    return found


def bot_calls(workspace: Workspace, method: str) -> list[Any]:
    return [call for call in workspace.state.calls if call.method == method]


@pytest.mark.parametrize("door", ["http", "sockets"])
async def test_each_workspace_is_answered_with_its_own_token_and_tokens_are_stored_encrypted(
    *, several: Running, workspace: Workspace, other: Workspace, browser: Any, tmp_path: Path, door: str
) -> None:
    more = {"app_token": workspace.app_token} if door == "sockets" else {}
    async with several(**more) as address:
        status, page = await install(browser(address), other.name)
        assert (status, "Other &lt;workspace&gt;" in page) == (200, True)
        assert (await install(browser(address), workspace.name))[0] == 200
        here = await workspace.post(RITA, HELP_API, REPORT)
        file = other.upload(RITA, "out.txt", b"GET https://api.example.com/v1/invoices 401 Unauthorized")
        there = await other.post(RITA, HELP_API, "@locksmith a 401, see the file", files=[file])
        assert "/v1/orders" in json.dumps((await one_answer(workspace, HELP_API, here)).blocks)
        assert "/v1/invoices" in json.dumps((await one_answer(other, HELP_API, there)).blocks)
        kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    tokens = [token for each in workspace.all for token in each.grants._until if token != workspace.bot_token]
    assert len(tokens) == 2
    assert OTHER.encode() in kept
    assert not [token for token in tokens if token.encode() in kept]


async def test_nobody_sees_or_moves_another_workspaces_case(
    several: Running, workspace: Workspace, other: Workspace, browser: Any, redis: Redis
) -> None:
    async with several() as address:
        for each in workspace.all:
            await install(browser(address), each.name)
        ts = await workspace.post(RITA, HELP_API, REPORT)
        reply = await one_answer(workspace, HELP_API, ts)
        case_id = str(await cases.in_thread(redis, TEAM, HELP_API, ts))
        await eventually(lambda: cases.get(redis, case_id))
        before = await cases.get(redis, case_id)
        mine = await other.post(RITA, HELP_API, REPORT)
        await one_answer(other, HELP_API, mine)
        # Somebody in the other workspace presses buttons that name the case; the same people and channel are there.
        for action_id in ("case_evidence", "case_works", "case_again"):
            action = {"type": "button", "action_id": action_id, "block_id": "b", "value": case_id, "action_ts": "1.1"}
            pressed = envelopes.interaction(
                "block_actions",
                SAM,
                other.state.new_trigger(SAM),
                actions=[action],
                channel=envelopes.place(HELP_API),
                container=envelopes.message_container(reply),
            )
            await other.delivery.send("interactive", pressed)
        await other.until(lambda: any("no longer kept" in json.dumps(view.body) for view in other.views(SAM)))
        await other.open_home(SAM)
        home = await other.until(lambda: other.home(SAM))
        assert await cases.get(redis, case_id) == before
    assert not workspace.views(SAM)
    assert case_id not in json.dumps(home.body)
    assert len([m for m in workspace.messages(HELP_API, ts) if m.user == LOCKSMITH]) == 1


async def test_only_the_browser_that_began_may_finish_once_and_consent_may_be_refused(
    several: Running, workspace: Workspace, other: Workspace, browser: Any, installed: Installations
) -> None:
    async with several() as address:
        mine, theirs = browser(address), browser(address)
        await mine.begin()
        await theirs.begin()
        back = await mine.consented(other.name)
        for cookie in ("", theirs.cookie):
            status, page = await mine.get(back, cookie=cookie)
            assert (status, "did not begin" in page) == (400, True)
        forged = f"{address}/slack/oauth_redirect?code=x&state=made-up"
        status, page = await mine.get(forged, cookie="slack-app-oauth-state=made-up")
        assert (status, "used before" in page) == (401, True)
        assert not await installed.holders()
        assert (await mine.get(back))[0] == 200
        assert (await mine.get(back))[0] == 401
        status, page = await theirs.get(await theirs.consented("Cancel"))
        assert "cancelled" in page
        status, page = await theirs.get(f"{address}/slack/oauth_redirect?error=%3Cscript%3Ealert(1)%3C/script%3E")
        assert "<script" not in page
        assert await installed.holders() == (OTHER,)


@pytest.mark.parametrize(("failure", "status"), [((), 400), ((500, 0.0), 503)])
async def test_a_slack_that_refuses_or_does_not_answer_is_told_in_the_page_and_in_the_log(
    *,
    bot: Running,
    workspace: Workspace,
    browser: Any,
    failure: tuple[Any, ...],
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    more = app_of(workspace)
    if failure:
        workspace.state.controls.failures["oauth.v2.access"] = [failure]
    else:
        more["client_secret"] = "wrong"
    async with bot(**more) as address:
        found, page = await install(browser(address), workspace.name)
    assert found == status
    assert "Begin again" in page
    (told,) = [r.getMessage() for r in caplog.records if "an installation failed" in r.getMessage()]
    assert ("bad_client_secret" in told) == (not failure)


async def test_a_token_is_refreshed_before_it_expires_by_one_process_and_after_a_failure(
    *,
    several: Running,
    workspace: Workspace,
    other: Workspace,
    browser: Any,
    redis: Redis,
    installed: Installations,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    other.grants.rotating, other.grants.life_s = True, 3600
    async with several() as address:
        await install(browser(address), other.name)
    first = installed.opened(OTHER, str(await installed.sealed(OTHER)))
    other.grants.life_s = 43_200
    workspace.state.controls.failures["oauth.v2.access"] = [(500, 0.0)]
    stop = asyncio.Event()
    settings = settings_for(workspace, tmp_path / "data", **app_of(workspace))
    await Rotation(settings, redis, installed, stop).begin()
    assert installed.opened(OTHER, str(await installed.sealed(OTHER))).bot_token == first.bot_token
    assert [r for r in caplog.records if f"the token of {OTHER} was not refreshed" in r.getMessage()]
    workspace.state.controls.slow_s = 0.2
    await asyncio.gather(*(Rotation(settings, redis, installed, stop).begin() for _ in range(3)))
    workspace.state.controls.slow_s = 0.0
    refreshes = [c for c in bot_calls(workspace, "oauth.v2.access") if c.args.get("grant_type") == "refresh_token"]
    assert [call.error for call in refreshes] == [None]
    other.grants.check(str(first.bot_token))  # it works until it expires
    other.grants.clock = lambda: time.time() + 3700
    async with several():
        ts = await other.post(RITA, HELP_API, REPORT)
        await one_answer(other, HELP_API, ts)
    assert installed.opened(OTHER, str(await installed.sealed(OTHER))).bot_token != first.bot_token


async def test_a_token_that_ran_out_while_nobody_was_there_is_refreshed_before_work_begins(
    several: Running, other: Workspace, browser: Any, installed: Installations
) -> None:
    other.grants.rotating = True
    async with several(working=False) as address:
        await install(browser(address), other.name)
        ts = await other.post(RITA, HELP_API, REPORT)
        await other.delivered()
    sealed = str(await installed.sealed(OTHER))
    stale = installed.opened(OTHER, sealed)
    stale.bot_token_expires_at = int(time.time()) - 3600
    await installed.swap(OTHER, sealed, stale)
    other.grants.clock = lambda: time.time() + 13 * 3600
    async with several():
        await one_answer(other, HELP_API, ts)


async def test_a_workspace_that_takes_the_app_out_is_forgotten_and_its_work_is_set_aside(
    *,
    several: Running,
    workspace: Workspace,
    other: Workspace,
    browser: Any,
    redis: Redis,
    installed: Installations,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with several(working=False) as address:
        await install(browser(address), other.name)
        await install(browser(address), workspace.name)
        await other.post(RITA, HELP_API, REPORT)
        kept = await workspace.post(RITA, HELP_API, REPORT)
        await other.delivered()
        late = {"type": "app_uninstalled", "event_ts": "1.1"}
        await other.delivery.send("events_api", envelopes.event_callback(late, "Ev0", time.time() - 300))
        assert await installed.holders() == (TEAM, OTHER)
        uninstall(other)
        await other.delivered()
        assert await installed.holders() == (TEAM,)
        await other.command(RITA, RANDOM, "/401", "help")
        await other.post(RITA, HELP_API, REPORT)
        await other.delivered()
    assert "not installed" in other.ephemerals(RITA)[0].text
    async with several(serving=False):
        await one_answer(workspace, HELP_API, kept)
        await eventually(lambda: redis.xlen(jobs.DEAD))
        await eventually(partial(idle, redis))
    dead: Any = await redis.xrange(jobs.DEAD)
    assert [OTHER in fields["why"] for _, fields in dead] == [True]
    assert [r for r in caplog.records if "is set aside" in r.getMessage()]
    assert not [m for m in other.messages(HELP_API) if m.user == LOCKSMITH]


async def test_an_organisation_installs_once_for_all_of_its_workspaces(
    *, several: Running, workspace: Workspace, other: Workspace, browser: Any, redis: Redis, installed: Installations
) -> None:
    workspace.organisation.rotating = True
    async with several(working=False) as address:
        status, page = await install(browser(address), "whole organisation")
        assert (status, ORGANISATION["name"] in page) == (200, True)
        assert await installed.holders() == (ORGANISATION["id"],)
        asked = [(each, await each.post(RITA, HELP_API, REPORT)) for each in workspace.all]
        # Slack does not name the workspace in every authorization.
        there = await other.post(RITA, RANDOM, "a 401 on https://api.example.com/v1/invoices")
        mention = {"type": "app_mention", "user": RITA, "ts": there, "channel": RANDOM, "text": f"<@{LOCKSMITH}> 401"}
        nameless = envelopes.event_callback({**mention, "event_ts": there}, "Ev0", time.time())
        nameless["authorizations"][0]["team_id"] = None
        await other.delivery.send("events_api", nameless)
        for each in workspace.all:
            await each.delivered()
    # Whoever works has nothing but the workspace's id, and a token that ran out meanwhile.
    sealed = str(await installed.sealed(ORGANISATION["id"]))
    stale = installed.opened(ORGANISATION["id"], sealed)
    stale.bot_token_expires_at = int(time.time()) - 3600
    await installed.swap(ORGANISATION["id"], sealed, stale)
    workspace.organisation.clock = lambda: time.time() + 13 * 3600
    async with several(serving=False):
        for each, ts in asked:
            await one_answer(each, HELP_API, ts)
        await one_answer(other, RANDOM, there)
    async with several():
        reply = answered(other, HELP_API, asked[1][1])
        await other.click(SAM, HELP_API, reply.ts, action_id="case_evidence")
        await other.until(lambda: any(len(view.body["blocks"]) > 1 for view in other.views(SAM)))
        await other.delivered()
        uninstall(other)
        await other.delivered()
        assert await installed.holders() == ()
        assert not await installed.organisation_of(OTHER)
    did: Any = await redis.xrange(audit.STREAM)
    assert [(fields["team"], fields["action"]) for _, fields in did] == [
        (ORGANISATION["id"], "install"),
        (OTHER, "evidence"),
        (ORGANISATION["id"], "remove"),
    ]
    errors = {call.error for each in workspace.all for call in each.state.calls if call.error}
    assert errors <= {"token_expired"}


async def test_the_installation_that_a_request_names_serves_its_workspace_until_another_does(
    workspace: Workspace, redis: Redis, installed: Installations
) -> None:
    served, whole = Workspaces(f"{workspace.state.base_url}/api/", None, installed), ORGANISATION["id"]
    made: dict[str, Any] = {"bot_id": "B1", "bot_user_id": "U1", "installed_at": 1.0, "enterprise_id": whole}
    await installed.async_save_bot(Bot(bot_token="xoxb-whole", is_enterprise_install=True, **made))
    assert (await served.of(OTHER, whole)).calls.token == "xoxb-whole"
    assert (await served.of(OTHER)).calls.default_params == {"team_id": OTHER}
    with pytest.raises(UninstalledError):
        await served.of(OTHER, "EOTHER0001", org_wide=True)
    await installed.async_save_bot(Bot(bot_token="xoxb-own", team_id=OTHER, **made))
    for org_wide, token in ((False, "xoxb-own"), (True, "xoxb-whole"), (False, "xoxb-own")):
        assert (await served.of(OTHER, whole, org_wide=org_wide)).calls.token == token
        assert (await served.of(OTHER)).calls.token == token
    assert (await served.of(OTHER)).calls.default_params == {}
    await redis.hset(store.key("installations"), whole, str(await installed.sealed(OTHER)))
    with pytest.raises(UsageError, match=whole):
        await installed.renew()


async def test_people_of_the_organisation_are_no_outsiders_and_those_of_another_are(workspace: Workspace) -> None:
    workspace.state.organisation = True
    for organisation, outside in ((ORGANISATION["id"], False), ("EOTHER0001", True), ("", True)):
        who: dict[str, Any] = {"team": OTHER, "user": LOCKSMITH, "bot": "", "organisation": organisation}
        people = People(slack.workspace(workspace.bot_token, f"{workspace.state.base_url}/api/", **who))
        assert await people.is_outsider(SAM) is outside


async def test_a_store_that_is_down_means_not_acknowledged(
    several: Running, workspace: Workspace, browser: Any, tmp_path: Path
) -> None:
    workspace.delivery.retry_delays = (0.2,) * 30
    async with several() as address:
        await install(browser(address), workspace.name)
        engine = int((tmp_path / "data" / "valkey.pid").read_text())
        os.kill(engine, signal.SIGSTOP)
        try:
            async with aiohttp.ClientSession() as session, session.get(f"{address}/slack/install") as page:
                assert page.status == 503
                assert "Begin again" in await page.text()
            ts = await workspace.post(RITA, HELP_API, REPORT)
            again = envelopes.event_callback({"type": "app_home_opened", "user": RITA}, "Ev0", time.time())
            with pytest.raises(DeliveryError):
                await workspace.delivery.send("events_api", again)
        finally:
            os.kill(engine, signal.SIGCONT)
        await one_answer(workspace, HELP_API, ts)


async def test_the_token_serves_its_own_workspace_and_others_may_install(
    bot: Running, workspace: Workspace, other: Workspace, browser: Any, installed: Installations
) -> None:
    async with bot(**{**app_of(workspace), "slack_token": workspace.bot_token}) as address:
        await install(browser(address), other.name)
        here, there = [await each.post(RITA, HELP_API, REPORT) for each in workspace.all]
        await one_answer(workspace, HELP_API, here)
        await one_answer(other, HELP_API, there)
        assert await installed.holders() == (OTHER,)


async def test_keys_are_exchanged_and_a_lost_one_stops_the_start(
    several: Running, workspace: Workspace, browser: Any, redis: Redis
) -> None:
    fresh = Fernet.generate_key().decode()
    async with several() as address:
        await install(browser(address), workspace.name)
    with pytest.raises(UsageError, match=f"does not open the tokens of {TEAM}"):
        await Installations(redis, (fresh,)).renew()
    await Installations(redis, (fresh, KEY)).renew()
    alone = Installations(redis, (fresh,))
    await alone.renew()
    assert alone.opened(TEAM, str(await alone.sealed(TEAM))).team_id == TEAM
    await redis.hset(store.key("installations"), OTHER, str(await alone.sealed(TEAM)))
    with pytest.raises(UsageError, match=OTHER):
        await alone.renew()


async def test_the_commands_take_it_from_the_environment_and_the_doctor_tells_who_installed(
    *,
    workspace: Workspace,
    other: Workspace,
    browser: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    more = {
        "SLACK_BOT_TOKEN": "",
        "SLACK_CLIENT_ID": workspace.client_id,
        "SLACK_CLIENT_SECRET": workspace.client_secret,
        "LOCKSMITH_ENCRYPTION_KEY": KEY,
    }
    async with locksmith(workspace, tmp_path / "data", "run", **more) as process:
        address = str(workspace.request_url).removesuffix("/slack/events")
        workspace.redirect_url = f"{address}/slack/oauth_redirect"
        await install(browser(address), other.name)
        ts = await other.post(RITA, HELP_API, REPORT)
        await one_answer(other, HELP_API, ts)
        process.send_signal(signal.SIGTERM)
        _, errors = await process.communicate()
    assert b"audit: USAM000001 does install" in errors
    for name, value in {**more, "SLACK_SIGNING_SECRET": "x", "LOCKSMITH_DATA": str(tmp_path / "data")}.items():
        monkeypatch.setenv(name, value)
    assert await asyncio.to_thread(main, ["doctor"]) == 0
    shown = capsys.readouterr().out
    assert f"installations: {OTHER}" in shown
    assert workspace.client_secret not in shown
    assert KEY not in shown


async def test_business_of_the_operators_goes_to_their_workspace(
    workspace: Workspace, other: Workspace, redis: Redis, installed: Installations
) -> None:
    served = Workspaces(f"{workspace.state.base_url}/api/", None, installed)
    with pytest.raises(UninstalledError, match="0 are installed"):
        await served.of("")
    for each in workspace.all:
        bot = Bot(bot_token=f"xoxb-{each.state.team}", bot_id="B1", bot_user_id="U1", installed_at=1.0)
        bot.team_id = each.state.team
        await installed.async_save_bot(bot)
        if each is workspace:
            assert (await served.of("")).team == TEAM
    with pytest.raises(UninstalledError, match="2 are installed; set SLACK_BOT_TOKEN"):
        await served.of("")
    served.own = await served.of(OTHER)
    assert (await served.of("")).team == OTHER


@given(st.text())
def test_a_page_holds_what_strangers_wrote_as_text(words: str) -> None:
    hostile = f'{words}"><script>'
    for page in (pages.failed(hostile, "/slack/install"), pages.done(hostile), pages.begin(hostile)):
        assert "<script" not in page
        assert re.findall(r"<(\w+)", page).count("a") <= 1
