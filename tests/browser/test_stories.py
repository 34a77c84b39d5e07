"""The stories of the people in a channel, each walked through as that person, on the real program.

To add one: `window` says what people do (tests/browser/window.py), `locksmith` is the program, with its addresses.
"""

from __future__ import annotations

from typing import Literal

import pytest

from tests.browser.window import Window

pytestmark = pytest.mark.asyncio(loop_scope="module")
Addresses = tuple[str, str]
REPORT = "getting 401 on {demo}/v1/orders since ten minutes, anyone else?"
PASTED = """can somebody help?
```
> GET /v1/orders HTTP/1.1
> Host: {host}
>
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Bearer realm="orders"
<
```"""


async def reported(window: Window, addresses: Addresses, text: str = REPORT) -> None:
    """Rita's report with its answer in the thread, which opens by itself."""
    workspace, demo = addresses
    await window.open(workspace)
    await window.say(text.format(demo=demo, host=demo.removeprefix("http://")))
    await window.answered()


async def test_a_reporter_is_answered_in_the_thread_and_the_case_follows_what_they_press(
    window: Window, locksmith: Addresses
) -> None:
    await reported(window, locksmith)
    await window.answered("What to do now")
    await window.shot("reporter-answer")
    await window.press_for_news("Check again")
    await window.answered("What to do now")
    await window.press_for_news("It works now")
    await window.answered("Solved")
    await window.shot("reporter-solved")
    await window.press_for_news("Still failing")
    await window.says_no_more(window.answer, "Solved")
    await window.say(f"it was PUT {locksmith[1]}/v1/invoices", into="#thread")
    await window.answered("/v1/invoices")
    assert await window.answers.count() == 1


async def test_a_pasted_401_is_read_and_the_answer_says_so_in_light_and_dark(
    window: Window, locksmith: Addresses
) -> None:
    await reported(window, locksmith, PASTED)
    await window.answered("/v1/orders")
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        await window.page.emulate_media(color_scheme=scheme)
        for width in (1280, 800, 400):
            await window.page.set_viewport_size({"width": width, "height": 820})
            await window.see(window.answer)
            assert await window.page.evaluate("document.documentElement.scrollWidth") == width
            await window.shot(f"answer-{scheme}-{width}")


async def test_evidence_is_for_support_engineers(window: Window, locksmith: Addresses) -> None:
    await reported(window, locksmith)
    for name in ("Rita", "Gus"):
        await window.become(name)
        await window.open_thread("getting 401")
        await window.press("Show evidence")
        await window.see(window.modal, "it is for support engineers")
        await window.shot(f"evidence-refused-{name}")
        await window.page.keyboard.press("Escape")
        await window.gone(window.modal)
    await window.become("Sam")
    await window.open_thread("getting 401")
    await window.press("Show evidence")
    await window.see(window.modal, "Log lines of this request")
    await window.shot("evidence")
    await window.page.keyboard.press("Escape")
    await window.gone(window.modal)
    await window.become("Olu")
    await window.open_thread("getting 401")
    await window.press("Hand over")
    await window.see(window.page.locator("#thread"), "have this now")
    await window.shot("handed-over")
    await window.go("team-orders")
    bundle = window.page.locator("main article", has_text="Please take over")
    await window.see(bundle, "To see it happen")
    await window.shot("handed-over-bundle")


async def test_the_command_helps_explains_and_diagnoses(window: Window, locksmith: Addresses) -> None:
    workspace, demo = locksmith
    await window.open(workspace)
    await window.go("random")
    await window.say("/401 help")
    told = window.page.locator("main .ephemeral")
    await window.see(told.last, "own words")
    await window.say("/401 explain token_expired")
    await window.see(told.last, "The access token has expired")
    await window.shot("command")
    await window.say(f"/401 401 on {demo}/v1/orders")
    await window.see(window.page.locator("main article:not(.ephemeral)", has_text="What to do now"))
    await window.become("Sam")
    await window.see(window.page.locator("main article", has_text="What to do now"))
    await window.gone(told)


async def test_a_direct_message_and_the_home_tab(window: Window, locksmith: Addresses) -> None:
    workspace, demo = locksmith
    await window.open(workspace)
    await window.go("Locksmith")
    await window.say(f"401 on {demo}/v1/orders")
    await window.answered("/v1/orders")
    home = window.page.locator("main .home")
    await window.go("Locksmith’s Home")
    await window.see(home, "/v1/orders")
    await window.shot("home-reporter")
    await window.become("Gus")
    await window.see(home)
    await window.says_no_more(home, "/v1/orders")
    await window.become("Sam")
    await window.see(home, "/v1/orders")
    await window.shot("home-engineer")
    await window.press("Show evidence", within=home)
    await window.see(window.modal, "Evidence")


async def test_files_are_chosen_pasted_and_dropped(window: Window, locksmith: Addresses) -> None:
    workspace, demo = locksmith
    host = demo.removeprefix("http://")
    trace = f"> GET /v1/orders HTTP/1.1\n> Host: {host}\n>\n< HTTP/1.1 401 Unauthorized\n<\n"
    await window.open(workspace)
    await window.choose("chosen.txt", trace)
    await window.paste({"pasted.txt": ("text/plain", trace)})
    await window.drop({"dropped.txt": ("text/plain", trace)})
    chips = window.page.locator("main .composer .chip")
    for name in ("chosen.txt", "pasted.txt", "dropped.txt"):
        await window.see(chips.filter(has_text=name))
    await window.press("Remove dropped.txt", within=chips.filter(has_text="dropped.txt"))
    await window.gone(chips.filter(has_text="dropped.txt"))
    await window.say("@locksmith 401, see the files")
    await window.answered("/v1/orders")
    await window.shot("files")
    assert await window.page.locator("main article .file").count() == 2


async def test_somebody_of_another_company_is_answered_where_they_are(window: Window, locksmith: Addresses) -> None:
    workspace, demo = locksmith
    await window.open(workspace)
    await window.become("Pat")
    await window.see(window.page.locator("main h1"), "help-partners")
    await window.gone(window.page.locator("#go-home"))
    await window.say(REPORT.format(demo=demo))
    await window.answered()
    await window.shot("partner")
    await window.press("Show evidence")
    await window.see(window.modal, "it is for support engineers")


async def test_everything_is_reached_with_the_keyboard_alone(window: Window, locksmith: Addresses) -> None:
    await reported(window, locksmith)
    keys, focused = window.page.keyboard, window.page.locator(":focus")
    await window.see(window.page.locator("#thread .composer textarea:focus"))
    for _ in range(40):
        await keys.press("Shift+Tab")
        if await focused.inner_text() == "It works now":
            break
    await keys.press("Enter")
    await window.see(window.answer, "Solved")
    await keys.press("Escape")
    await window.gone(window.page.locator("#thread"))
