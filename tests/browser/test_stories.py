"""The stories of the people in a channel, each walked through as that person, on the real program."""

from __future__ import annotations

from tests.browser.window import Window

Addresses = tuple[str, str]
CURL = """> GET /v1/orders HTTP/1.1
> Host: {host}
> Authorization: Bearer abc
>
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Bearer error="invalid_token"
"""


async def test_a_reporter_is_answered_in_the_thread_and_closes_the_case(window: Window, locksmith: Addresses) -> None:
    workspace, demo = locksmith
    await window.open(workspace)
    await window.say(f"getting 401 on {demo}/v1/orders since ten minutes, anyone else?")
    await window.answered()  # the thread opens by itself
    await window.shot("reporter-answer")
    await window.press("Check again")
    await window.answered()
    await window.press("It works now")
    await window.answered("Solved")
    await window.shot("reporter-solved")
    await window.press("Still failing")
    await window.answered()
    await window.say(f"it was PUT {demo}/v1/invoices", into="#thread")
    await window.answered("/v1/invoices")
    assert await window.page.locator("#thread article", has=window.page.locator(".badge")).count() == 1
