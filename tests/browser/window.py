"""What a person does at the page, in the words of the page: the stories are told with these."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

PATIENCE_MS = 60_000
"""For an answer to come, on a busy machine; nothing waits longer than it must."""


@dataclass(frozen=True, slots=True)
class Window:
    """A browser window with the local workspace in it."""

    page: Page
    shots: Path | None

    async def open(self, address: str) -> None:
        """Open the page and wait until it shows the workspace with the bot in it."""
        self.page.set_default_timeout(PATIENCE_MS)
        await self.page.goto(address)
        await self.see(self.page.get_by_text("Locksmith is connected"))

    async def become(self, name: str) -> None:
        """Act as somebody, by their first name."""
        await self.page.locator("label.role", has_text=name).click()
        await self.see(self.page.locator("label.role.chosen", has_text=name))

    async def go(self, room: str) -> None:
        """Go to a channel, to the direct message (`Locksmith`) or to `Locksmith’s Home`."""
        # Its name may be followed by marks: that it is shared, that there is something new.
        name = re.compile(rf"^{re.escape(room)}(\s|$)")
        await self.page.locator("#side").get_by_role("button", name=name).click()

    async def say(self, text: str, *, into: str = "main") -> None:
        """Write in the channel, or in the thread (`into="#thread"`), and send it with Enter."""
        box = self.page.locator(f"{into} .composer textarea")
        await box.fill(text)
        await box.press("Enter")

    async def shortcut(self, name: str) -> None:
        """Use a global shortcut, from where one writes in the channel."""
        await self.page.locator("main .composer summary[title=Shortcuts]").click()
        await self.page.get_by_role("menuitem", name=name).click()

    async def shortcut_on(self, said: str, name: str) -> None:
        """Use a message's shortcut, from its menu in the channel."""
        message = self.page.locator("main article", has_text=said).last
        await message.hover()
        await message.locator("summary[title=More]").click()
        await message.get_by_role("menuitem", name=name).click()

    async def choose(self, name: str, content: str) -> None:
        """Choose a file to attach in the channel."""
        from playwright.async_api import FilePayload

        file = FilePayload(name=name, mimeType="text/plain", buffer=content.encode())
        await self.page.locator("main .composer input[type=file]").set_input_files([file])

    async def paste(self, files: Mapping[str, tuple[str, str]], *, into: str = "main") -> None:
        """Paste files, name to (kind, content), where one writes."""
        await self._hand_over("paste", f"{into} .composer textarea", files)

    async def drop(self, files: Mapping[str, tuple[str, str]], *, onto: str = "main") -> None:
        """Drop files onto a pane."""
        await self._hand_over("drop", onto, files)

    async def open_thread(self, said: str) -> None:
        """Open the thread of a message in the channel."""
        message = self.page.locator("main article", has_text=said).last
        await message.locator(".thread-summary").click()

    @property
    def answers(self) -> Locator:
        """The bot's messages in the thread that everyone sees."""
        return self.page.locator("#thread article:not(.ephemeral)", has=self.page.locator(".badge"))

    @property
    def answer(self) -> Locator:
        """The first of them, which is the answer."""
        return self.answers.first

    @property
    def told(self) -> Locator:
        """What the bot told this person alone in the channel, the last of it."""
        return self.page.locator("main .ephemeral").last

    async def case(self) -> str:
        """The id of the case that the answer is about."""
        return str(re.findall(r"Case ([A-Z0-9]{4,8})\b", await self.answer.inner_text())[-1])

    @property
    def modal(self) -> Locator:
        """The modal."""
        return self.page.locator("dialog#modal")

    async def press(self, name: str, *, within: Locator | None = None) -> None:
        """Press a button: of the bot's answer in the thread where nothing else is said."""
        await (within or self.answer).get_by_role("button", name=name, exact=True).click()

    async def press_for_news(self, name: str) -> None:
        """Press a button under the answer and wait until the bot has changed it and is done."""
        from playwright.async_api import expect

        when = self.answer.locator("time.edited")
        before = str(await when.get_attribute("datetime"))
        await self.press(name)
        await expect(when).not_to_have_attribute("datetime", before, timeout=PATIENCE_MS)
        await self.answered()

    async def see(self, where: Locator, text: str | re.Pattern[str] | None = None) -> None:
        """Wait until it is there to be seen, and says this."""
        from playwright.async_api import expect

        await expect(where).to_be_visible(timeout=PATIENCE_MS)
        if text is not None:
            await expect(where).to_contain_text(text, timeout=PATIENCE_MS)

    async def answered(self, text: str | re.Pattern[str] = "") -> None:
        """Wait for the answer: what the bot says in the thread when it looks no more."""
        from playwright.async_api import expect

        await self.see(self.answer)
        await expect(self.answer).not_to_contain_text("Looking", timeout=PATIENCE_MS)
        await expect(self.answer).to_contain_text(text, timeout=PATIENCE_MS)

    async def says_no_more(self, where: Locator, text: str) -> None:
        """Wait until it does not say this any more."""
        from playwright.async_api import expect

        await expect(where).not_to_contain_text(text, timeout=PATIENCE_MS)

    async def in_view(self, where: Locator) -> None:
        """Wait until it is where the eye is, with nothing to scroll."""
        from playwright.async_api import expect

        await expect(where).to_be_in_viewport(timeout=PATIENCE_MS)

    async def gone(self, where: Locator) -> None:
        """Wait until it is not there any more."""
        from playwright.async_api import expect

        await expect(where).to_be_hidden(timeout=PATIENCE_MS)

    async def shot(self, name: str) -> None:
        """Keep a picture of the window, where a folder for them is given."""
        if self.shots:
            self.shots.mkdir(parents=True, exist_ok=True)
            await self.page.screenshot(path=self.shots / f"{name}.png")

    async def _hand_over(self, event: str, where: str, files: Mapping[str, tuple[str, str]]) -> None:
        given = [[name, kind, content] for name, (kind, content) in files.items()]
        script = f"""(target) => {{
            const carried = new DataTransfer();
            for (const [name, type, content] of {json.dumps(given)})
                carried.items.add(new File([content], name, {{type}}));
            const how = {{bubbles: true, cancelable: true}};
            target.dispatchEvent({json.dumps(event)} === "paste"
                ? new ClipboardEvent("paste", {{...how, clipboardData: carried}})
                : new DragEvent("drop", {{...how, dataTransfer: carried}}));
        }}"""
        await self.page.locator(where).evaluate(script)
