"""Stories of support engineers and of those who meet them: one program runs for all, each story has its own address."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import Program
from tests.browser.window import Window

pytestmark = pytest.mark.asyncio(loop_scope="module")
ENGINEERS = "support engineers may"
LINE = "orders-cli/2.3"
"""In the demo's log lines and nowhere else."""


async def attempted(window: Window, program: Program, way: str) -> str:
    """Get a 401 on the demo's page and report it there; the request id, with the answer open in the channel."""
    demo = await window.page.context.new_page()
    await demo.goto(program.demo)
    card = demo.locator(".card", has_text=way)
    await card.get_by_role("button", name=f"Send: {way}").click()
    await card.get_by_role("button", name="Report it in #help-api").click()
    await window.see(card, "Rita wrote it")
    request = re.findall(r"req_\w+", await card.inner_text())[0]
    await demo.close()
    await window.open(program.workspace)
    await window.see(window.page.locator("main article", has_text=request).locator(".thread-summary"))
    await window.open_thread(request)
    await window.answered()
    return str(request)


async def test_a_form_is_a_report_and_the_answer_comes_where_it_was_wanted(window: Window, program: Program) -> None:
    await window.open(program.workspace)
    await window.shortcut("Report a 401")
    await window.press("Find out why", within=window.modal)
    await window.see(window.modal, "Give the address that answered 401")
    await window.shot("form")
    await window.modal.get_by_label("Which address answered 401?").fill(f"{program.demo}/v1/reports")
    await window.modal.get_by_label("How do you sign in there?").select_option("basic")
    await window.modal.get_by_label("Where shall the answer appear?").select_option(label="#random")
    await window.press("Find out why", within=window.modal)
    await window.gone(window.modal)
    await window.go("random")
    answer = window.page.locator("main article", has_text="/v1/reports")
    await window.see(answer.get_by_role("button", name="It works now"))
    await window.shot("form-answer")


async def test_a_message_is_diagnosed_by_shortcut_once_and_the_second_time_led_to(
    window: Window, program: Program
) -> None:
    said = f"who runs {program.demo}/v1/billing? it keeps me out"
    await window.open(program.workspace)
    await window.become("Gus")
    await window.say(said)
    await window.become("Sam")
    await window.shortcut_on("keeps me out", "Diagnose this 401")
    await window.open_thread("keeps me out")
    await window.answered("/v1/billing")
    await window.page.get_by_label("Close thread").click()
    await window.shortcut_on("keeps me out", "Diagnose this 401")
    await window.see(window.told, "already")
    await window.told.get_by_role("link", name="Open the thread").click()
    await window.answered("/v1/billing")
    await window.shot("diagnosed-by-shortcut")
    assert await window.answers.count() == 1
    assert len(window.page.context.pages) == 1


async def test_a_host_that_no_service_lists_is_asked_when_an_engineer_allows_it(
    window: Window, program: Program
) -> None:
    host = "locked.example.com"
    await window.open(program.workspace)
    await window.say(f"401 on https://{host}/v1/things since this morning")
    await window.answered("A support engineer can allow it")
    await window.press(f"Allow asking {host}")
    await window.see(window.page.locator("#thread .ephemeral"), f"{ENGINEERS} let me ask {host}")
    await window.see(window.answer, f"Allow asking {host}")
    await window.shot("consent-refused")
    await window.become("Sam")
    await window.open_thread(host)
    await window.press_for_news(f"Allow asking {host}")
    await window.says_no_more(window.answer, "Allow asking")
    await window.shot("consent-given")


async def test_subcommands_answer_by_what_the_asker_may_see(window: Window, program: Program) -> None:
    await attempted(window, program, "A token for another API")
    case = await window.case()
    await window.go("random")
    await window.say(f"/401 why {case}")
    await window.see(window.told, "another API")
    assert LINE not in await window.told.inner_text()
    for words in ("stats", "services", f"logs {case}"):
        await window.say(f"/401 {words}")
        await window.see(window.told, f"{ENGINEERS} use /401 {words.split()[0]}")
    await window.shot("commands-refused")
    await window.become("Gus")
    await window.say(f"/401 why {case}")
    await window.see(window.told, "I know no case")
    await window.become("Sam")
    answers = (
        (f"why {case}", LINE),
        ("cases", case),
        (f"logs {case}", "2 log lines"),
        ("stats", "answered; in"),
        ("services", "orders-api"),
    )
    for words, seen in answers:
        await window.say(f"/401 {words}")
        await window.see(window.told, seen)
        # Whatever stands above it, and however long that is.
        await window.in_view(window.told.get_by_text("Only visible to you"))
        await window.shot(f"command-{words.split()[0]}")
    await window.say(f"/401 wyh {case}")
    await window.see(window.told, "Did you mean why <case>?")


async def test_an_engineer_says_what_it_was_in_the_evidence(window: Window, program: Program) -> None:
    await attempted(window, program, "A session that ended")
    await window.become("Sam")
    await window.open_thread("/account")
    await window.press("Show evidence")
    await window.see(window.modal, LINE)
    await window.modal.get_by_role("combobox").select_option(label="The session cookie did not reach the server")
    await window.see(window.modal, "Noted: The session cookie did not reach the server")
    await window.shot("evidence-corrected")
    await window.page.keyboard.press("Escape")
    await window.gone(window.modal)


async def test_a_case_is_solved_when_its_logs_show_the_same_caller_let_in(window: Window, program: Program) -> None:
    request = await attempted(window, program, "An expired token")
    case = await window.case()
    await window.go("Locksmith’s Home")
    home = window.page.locator("main .home")
    await window.see(home, case)
    await window.shot("home-rita")
    await home.get_by_role("button", name="Open the thread").first.click()
    await window.see(window.page.locator("#thread"), request)
    demo = await window.page.context.new_page()
    await demo.goto(program.demo)
    card = demo.locator(".card", has_text="An expired token")
    await card.get_by_role("button", name="Send: An expired token").click()
    await card.get_by_role("button", name="Mend it").click()
    await window.see(card, "Sent as it should be: 200")
    await window.page.bring_to_front()
    await window.press("It works now")
    await window.see(window.answer, re.compile(r"✓ Solved\. The same caller got 200 on GET /v1/orders at"))
    await window.shot("solved-with-proof")
    await window.become("Sam")
    await window.go("Locksmith’s Home")
    await window.see(home, "demo-orders: ")
    await window.shot("home-sam")
    await window.go("random")
    await window.say("/401 stats")
    await window.see(window.told, "seen in the logs")
