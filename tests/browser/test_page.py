"""The page itself, with a small bot: whatever a Slack app can show and ask must be there to see and to fill in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.people import HELP_API, RANDOM, RITA, SAM, TEAM
from bot.workspace.server import running, serving
from bot.workspace.workspace import Workspace
from tests.browser.window import Window

Json = dict[str, Any]
pytestmark = pytest.mark.asyncio(loop_scope="module")
MANIFEST: Json = {
    "features": {
        "shortcuts": [
            {"name": "Report a 401", "type": "global", "callback_id": "report", "description": "x"},
            {"name": "Diagnose this 401", "type": "message", "callback_id": "diagnose", "description": "x"},
        ]
    }
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def ask(name: str, element: Json, *, optional: bool = True, **more: Any) -> Json:
    field = {"action_id": name, **element}
    return {"type": "input", "block_id": name, "label": plain(name), "element": field, "optional": optional, **more}


def options(*values: str) -> Json:
    return {"options": [{"text": plain(value), "value": value} for value in values]}


FORM: Json = {
    "type": "modal",
    "callback_id": "report",
    "title": plain("Report a 401"),
    "submit": plain("Find out why"),
    "blocks": [
        ask("address", {"type": "url_text_input"}, optional=False, hint=plain("As copied from the command.")),
        ask("words", {"type": "plain_text_input", "multiline": True, "min_length": 5}),
        ask("scheme", {"type": "static_select", **options("bearer", "basic")}),
        ask("where", {"type": "radio_buttons", **options("production", "staging")}),
        ask("tried", {"type": "checkboxes", **options("a private window", "signing in again")}),
        ask("day", {"type": "datepicker"}),
        ask("hour", {"type": "timepicker"}),
        ask("moment", {"type": "datetimepicker"}),
        ask("person", {"type": "users_select"}),
        ask("room", {"type": "channels_select"}),
        ask("talk", {"type": "conversations_select"}),
        ask("files", {"type": "file_input", "max_files": 2}),
    ],
}


class Stage:
    """A workspace with a bot that opens the form for a shortcut and keeps what was submitted."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.client = AsyncWebClient(token=workspace.bot_token, base_url=f"{workspace.state.base_url}/api/")
        self.submitted: list[Json] = []
        self.used: list[str] = []
        self.app = AsyncApp(client=self.client, signing_secret=workspace.signing_secret)
        self.app.shortcut("report")(self.report)
        self.app.shortcut("diagnose")(self.diagnose)
        self.app.view("report")(self.submit)
        self.app.action("confirm")(self.confirm)
        self.app.action("thumb")(self.thumb)
        self.app.event("message")(self.ignore)

    async def report(self, ack: Any, shortcut: Json) -> None:
        await ack()
        await self.client.views_open(trigger_id=shortcut["trigger_id"], view=FORM)

    async def diagnose(self, ack: Any, shortcut: Json) -> None:
        await ack()
        where = {"channel": shortcut["channel"]["id"], "user": shortcut["user"]["id"]}
        await self.client.chat_postEphemeral(**where, text=f"Looking at “{shortcut['message']['text']}”")

    async def submit(self, ack: Any, view: Json) -> None:
        self.submitted.append(view["state"]["values"])
        if len(self.submitted) == 1:
            await ack(response_action="errors", errors={"address": "No such host; check the spelling."})
            return
        button = {"type": "button", "action_id": "confirm", "text": plain("Really")}
        sure = {**FORM, "callback_id": "sure", "title": plain("Sure?"), "blocks": [actions(button)]}
        await ack(response_action="push", view=sure)

    async def confirm(self, ack: Any, body: Json) -> None:
        await ack()
        view = {**FORM, "callback_id": "done", "title": plain("Taken"), "blocks": [{"type": "divider"}]}
        del view["submit"]
        await self.client.views_update(view_id=body["view"]["id"], view=view)

    async def thumb(self, ack: Any, action: Json) -> None:
        await ack()
        self.used.append(action["value"])
        self.workspace.state.change()

    async def ignore(self) -> None:
        return None


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


@pytest_asyncio.fixture(loop_scope="module")
async def stage(window: Window) -> AsyncIterator[Stage]:
    workspace = Workspace(manifest=MANIFEST)
    async with running(workspace) as address:
        made = Stage(workspace)
        async with serving(made.app.server().web_app) as url:
            workspace.request_url = f"{url}/slack/events"
            await window.open(address)
            yield made
            await window.page.close()
            await workspace.delivered()


async def test_a_global_shortcut_opens_a_form_with_every_input(window: Window, stage: Stage) -> None:
    page, modal = window.page, window.modal
    shortcuts = page.locator("main").get_by_label("Shortcuts", exact=True).first
    await shortcuts.focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await window.see(modal, "As copied from the command.")
    await modal.get_by_label("words").fill("hi")
    await window.press("Find out why", within=modal)
    await window.see(modal, "Please complete this required field.")
    await window.see(modal, "Please write at least 5 characters.")
    await modal.get_by_label("address").fill("api.example.com")
    await modal.get_by_label("words").fill("it fails\nsince noon")
    await window.press("Find out why", within=modal)
    await window.see(modal, "Please enter a whole address")
    await modal.get_by_label("address").fill("https://api.example.com/v1")
    await modal.get_by_label("scheme").select_option("basic")
    await modal.get_by_label("staging").check()
    await modal.get_by_label("signing in again").check()
    await modal.get_by_label("day").fill("2026-03-01")
    await modal.get_by_label("hour").fill("10:42")
    await modal.get_by_label("moment").fill("2026-03-01T10:42")
    await modal.get_by_label("person").select_option("Sam Support")
    await modal.get_by_label("room").select_option("#random")
    await modal.get_by_label("talk").select_option("#help-api")
    from playwright.async_api import FilePayload

    await modal.get_by_label("files").set_input_files([FilePayload(name="a.har", mimeType="text/plain", buffer=b"{}")])
    await window.see(modal.locator(".chip"), "a.har")
    await window.shot("form")
    await window.press("Find out why", within=modal)
    await window.see(modal.get_by_role("alert"), "No such host")
    await window.see(modal.locator("input[type=url]:focus"))
    await window.press("Find out why", within=modal)
    await window.press("Really", within=modal)
    await window.see(modal, "Taken")
    first, second = stage.submitted
    assert first == second
    values = {name: next(iter(fields.values())) for name, fields in second.items()}
    assert values["words"]["value"] == "it fails\nsince noon"
    assert values["scheme"]["selected_option"]["value"] == "basic"
    assert values["where"]["selected_option"]["value"] == "staging"
    assert [o["value"] for o in values["tried"]["selected_options"]] == ["signing in again"]
    assert (values["day"]["selected_date"], values["hour"]["selected_time"]) == ("2026-03-01", "10:42")
    assert values["moment"]["selected_date_time"] == await page.evaluate("+new Date('2026-03-01T10:42') / 1000")
    assert (values["person"]["selected_user"], values["room"]["selected_channel"]) == (SAM, RANDOM)
    assert values["talk"]["selected_conversation"] == HELP_API
    assert [file["name"] for file in values["files"]["files"]] == ["a.har"]
    await page.keyboard.press("Escape")
    await window.see(modal, "Report a 401")
    await page.keyboard.press("Escape")
    await window.gone(modal)


async def test_a_message_shortcut_is_in_the_menu_of_the_message(window: Window, stage: Stage) -> None:
    await stage.workspace.post(SAM, HELP_API, "it says 401")
    article = window.page.locator("main article", has_text="it says 401")
    await article.hover()
    await article.get_by_label("More", exact=True).first.click()
    await article.get_by_role("menuitem", name="Diagnose this 401").click()
    await window.see(window.page.locator("main .ephemeral"), "Looking at “it says 401”")
    await window.become("Sam")
    await window.gone(window.page.locator("main .ephemeral"))


async def test_work_in_progress_is_seen_growing(window: Window, stage: Stage) -> None:
    client, page = stage.client, window.page
    root = await stage.workspace.post(RITA, HELP_API, "it says 401")
    await client.assistant_threads_setStatus(channel_id=HELP_API, thread_ts=root, status="is looking…")
    await window.see(page.locator("main .typing"), "at work in a thread")
    target = {"recipient_team_id": TEAM, "recipient_user_id": RITA, "task_display_mode": "plan"}
    task = {"type": "task_update", "id": "probe", "title": "Asking the endpoint", "status": "in_progress"}
    ts = (await client.chat_startStream(channel=HELP_API, thread_ts=root, chunks=[task], **target))["ts"]
    await window.open_thread("it says 401")
    await window.see(window.answer.get_by_label("in progress"))
    await window.see(window.answer, "Locksmith is writing…")
    await client.assistant_threads_setStatus(channel_id=HELP_API, thread_ts=root, status="is looking…")
    await window.see(page.locator("#thread .typing"), "Locksmith is looking…")
    thumbs = {
        "positive_button": {"text": plain("Yes"), "value": "yes"},
        "negative_button": {"text": plain("No"), "value": "no"},
    }
    feedback = {"type": "context_actions", "elements": [{"type": "feedback_buttons", "action_id": "thumb", **thumbs}]}
    done = {**task, "status": "complete", "output": "401, invalid_token"}
    await client.chat_stopStream(channel=HELP_API, ts=str(ts), chunks=[done], blocks=[feedback])
    await window.see(window.answer.get_by_label("complete"))
    await window.says_no_more(window.answer, "is writing")
    await window.shot("stream")
    await window.press("Yes")
    assert await stage.workspace.until(lambda: stage.used) == ["yes"]


async def test_charts_of_every_kind_are_drawn_and_told(window: Window, stage: Stage) -> None:
    numbers = [{"label": "10:00", "value": 3}, {"label": "10:05", "value": 40}]
    lines = {"series": [{"name": "orders", "data": numbers}], "axis_config": {"categories": ["10:00", "10:05"]}}
    parts = {"line": "polyline", "bar": "rect", "area": "polygon", "pie": "path"}
    for kind, part in parts.items():
        shape = {"segments": numbers} if kind == "pie" else lines
        block = {"type": "data_visualization", "title": f"401s, {kind}", "chart": {"type": kind, **shape}}
        await stage.client.chat_postMessage(channel=HELP_API, text="401s", blocks=[block])
        figure = window.page.locator("figure.chart", has_text=f"401s, {kind}")
        drawn = figure.get_by_role("img", name="10:00 3, 10:05 40")
        await window.see(drawn)
        assert await drawn.locator(part).count() == (2 if kind in {"bar", "pie"} else 1)
    await window.shot("charts")


async def test_a_picture_that_the_bot_uploads_is_shown(window: Window, stage: Stage) -> None:
    await stage.client.files_upload_v2(channel=HELP_API, filename="chart.png", content=PNG, title="401s")
    picture = window.page.get_by_role("img", name="401s")
    await window.see(picture)
    assert await picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 1


async def test_a_page_whose_workspace_ended_says_so_and_how_it_comes_back(window: Window) -> None:
    async with running(Workspace(manifest=MANIFEST)) as address:
        await window.page.goto(address)
        await window.see(window.page.get_by_text("Act as"))
    port = int(address.rpartition(":")[2])
    gone = window.page.get_by_text(f"Started with --port {port} it comes back here")
    await window.see(gone)
    async with running(Workspace(manifest=MANIFEST), port):
        await window.gone(gone)
