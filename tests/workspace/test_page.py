"""The page's door: what each person sees, what they can do, and who is kept out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.page import STATIC
from bot.workspace.people import GUS, HELP_API, HELP_PARTNERS, PARTNER_TEAM, PAT, RITA, SAM, TEAM
from bot.workspace.workspace import Workspace

HOSTILE = "<img src=x onerror=alert(1)> & `</script>`"


class Browser:
    """Asks as the page does."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str) -> None:
        self.session, self.base_url = session, base_url

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        async with self.session.get(self.base_url + path, headers=headers) as answer:
            return answer.status, await (answer.json() if "json" in answer.content_type else answer.text())

    async def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        async with self.session.post(self.base_url + path, json=body, headers=headers) as answer:
            return answer.status, await (answer.json() if "json" in answer.content_type else answer.text())

    async def seen(self, user: str, channel: str = HELP_API) -> list[dict[str, Any]]:
        _, told = await self.get(f"/page/seen?as={user}")
        return next(c["messages"] for c in told["channels"] if c["id"] == channel)


@pytest.fixture
async def browser(workspace: Workspace) -> Any:
    async with aiohttp.ClientSession() as session:
        yield Browser(session, workspace.state.base_url)


async def test_hostile_text_stays_text(workspace: Workspace, browser: Any, client: AsyncWebClient) -> None:
    await browser.post("/page/do/post", {"as": RITA, "channel": HELP_API, "text": HOSTILE})
    await client.chat_postMessage(channel=HELP_API, text=HOSTILE)
    typed, said = (m["text"] for m in await browser.seen(SAM))
    assert typed == "&lt;img src=x onerror=alert(1)&gt; &amp; `&lt;/script&gt;`"
    assert said == HOSTILE


def test_the_page_never_makes_markup_of_data() -> None:
    for script in STATIC.glob("*.js"):
        found = re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", code(script))
        assert not found, f"{script.name}: {found}"


def test_everything_is_served_from_the_package() -> None:
    names = re.compile(r"https?://(?!127\.0\.0\.1|www\.w3\.org/2000/svg)[\w.]+")
    for file in STATIC.iterdir():
        assert not names.findall(file.read_text()), file.name


def code(script: Path) -> str:
    return "\n".join(line for line in script.read_text().splitlines() if not line.lstrip().startswith("//"))


async def test_the_page_runs_nothing_from_elsewhere(browser: Any) -> None:
    async with browser.session.get(browser.base_url + "/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        page = await answer.text()
    for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        assert (await browser.get(path))[0] == 200


async def test_only_the_person_sees_what_is_for_them(
    workspace: Workspace, browser: Any, client: AsyncWebClient
) -> None:
    await client.chat_postEphemeral(channel=HELP_API, user=RITA, text="only you")
    assert [(m["text"], m["ephemeral"]) for m in await browser.seen(RITA)] == [("only you", True)]
    assert await browser.seen(SAM) == []
    _, told = await browser.get(f"/page/seen?as={SAM}")
    assert sum(c["dm"] for c in told["channels"]) == 1


async def test_guests_and_people_of_other_companies_see_their_channels_alone(
    workspace: Workspace, browser: Any, listening: AsyncApp, heard: Any
) -> None:
    seen = {}
    for user in (SAM, GUS, PAT):
        _, told = await browser.get(f"/page/seen?as={user}")
        seen[user] = [c["name"] for c in told["channels"]]
    assert seen == {
        SAM: ["help-api", "help-partners", "oncall", "team-orders", "random", "Locksmith"],
        GUS: ["help-api", "random", "Locksmith"],
        PAT: ["help-partners"],
    }
    refused = await browser.post("/page/do/post", {"as": PAT, "channel": HELP_API, "text": "x"})
    assert refused == (400, {"ok": False, "error": "not_in_channel"})
    await browser.post("/page/do/post", {"as": PAT, "channel": HELP_PARTNERS, "text": "401"})
    await workspace.delivered()
    (body,) = heard.bodies
    assert (body["event"]["user_team"], body["team_id"]) == (PARTNER_TEAM, TEAM)
    assert body["is_ext_shared_channel"]


async def test_what_people_do_on_the_page(workspace: Workspace, browser: Any, listening: AsyncApp) -> None:
    _, posted = await browser.post("/page/do/post", {"as": RITA, "channel": HELP_API, "text": "401"})
    where = {"as": RITA, "channel": HELP_API, "ts": posted["result"]}
    await browser.post("/page/do/react", {**where, "name": "eyes"})
    await browser.post("/page/do/edit", {**where, "text": "a 401"})
    form = aiohttp.FormData()
    form.add_field("file", b"HTTP/1.1 401", filename="trace.txt", content_type="text/plain")
    async with browser.session.post(f"{browser.base_url}/page/upload?as={RITA}", data=form) as answer:
        file = (await answer.json())["id"]
    reply = {"as": RITA, "channel": HELP_API, "text": "", "thread_ts": posted["result"], "files": [file]}
    await browser.post("/page/do/post", reply)
    first, second = await browser.seen(SAM)
    assert (first["text"], first["edited"]["user"], first["reactions"][0]["count"]) == ("a 401", RITA, 1)
    assert (second["thread_ts"], second["files"][0]["name"]) == (first["ts"], "trace.txt")
    assert (await browser.get(f"/page/files/{file}")) == (200, "HTTP/1.1 401")
    status, refused = await browser.post("/page/do/edit", {**where, "as": SAM, "text": "x"})
    assert (status, refused["error"]) == (400, "cant_update_message")


async def test_an_uploaded_page_cannot_run(workspace: Workspace, browser: Any) -> None:
    file = workspace.upload(RITA, "evil.html", b"<script>alert(1)</script>", "text/html")
    async with browser.session.get(f"{browser.base_url}/page/files/{file.id}") as answer:
        assert answer.content_type == "text/plain"
        assert answer.headers["Content-Security-Policy"] == "sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_changes_are_pushed(workspace: Workspace, browser: Any) -> None:
    async with browser.session.get(f"{browser.base_url}/page/changes") as stream:
        first = await stream.content.readuntil(b"\n\n")
        await workspace.post(RITA, HELP_API, "401")
        assert await stream.content.readuntil(b"\n\n") != first


async def test_foreign_names_and_pages_are_kept_out(workspace: Workspace, browser: Any) -> None:
    body = {"as": RITA, "channel": HELP_API, "text": "x"}
    assert (await browser.get("/page/seen", Host="evil.example"))[0] == 403
    assert (await browser.post("/page/do/post", body, Origin="https://evil.example"))[0] == 403
    assert (await browser.post("/page/do/post", body, **{"Sec-Fetch-Site": "cross-site"}))[0] == 403
    assert (await browser.post("/_control/reset", {}, Origin="null"))[0] == 403
    assert workspace.messages(HELP_API) == []
    assert (await browser.post("/page/do/post", body, Origin=browser.base_url))[0] == 200


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/page/do/post", {"as": "UNOBODY", "channel": HELP_API, "text": "x"}, 400),
        ("/page/do/post", {"as": "ULOCKSMITH", "channel": HELP_API, "text": "x"}, 400),
        ("/page/do/post", {"as": RITA, "text": "x"}, 400),
        ("/page/do/post", {"as": RITA, "channel": "CNONE", "text": "x"}, 400),
        ("/page/do/post", ["x"], 400),
        ("/page/do/fly", {"as": RITA}, 404),
        ("/page/do/click_view", {"as": RITA, "view": "V1", "action_id": "a"}, 400),
        ("/_control/switches", {"speed": 1}, 400),
        ("/_control/fail", {"status": 404}, 400),
    ],
)
async def test_bad_input_gets_one_plain_line(browser: Any, path: str, body: Any, status: int) -> None:
    got, told = await browser.post(path, body)
    assert got == status
    assert "Traceback" not in str(told)


async def test_the_switches(workspace: Workspace, browser: Any, client: AsyncWebClient) -> None:
    await browser.post("/_control/switches", {"deliveries": 2, "drop_metadata": True})
    await browser.post("/_control/fail", {"method": "auth.test", "status": 503, "times": 2})
    assert workspace.state.controls.deliveries == 2
    assert workspace.state.controls.failures == {"auth.test": [(503, 1.0), (503, 1.0)]}
    await client.chat_postMessage(channel=HELP_API, text="x")
    assert [c["method"] for c in (await browser.get("/_control/calls"))[1]] == ["chat.postMessage"]
    await browser.post("/_control/reset", {})
    assert workspace.messages(HELP_API) == []
    assert workspace.state.controls.deliveries == 1
