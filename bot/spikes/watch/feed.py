"""A source of counts as it is polled: how far it is counted, whether it answers, and what is said of that."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, replace

from bot.logs.stores.interface import StoreError
from bot.spikes.gaps import SILENT_MIN
from bot.spikes.model import MINUTE, Node, Notice
from bot.spikes.sources.interface import Counted, Source
from bot.spikes.watch.ledger import HOURS_S
from bot.spikes.wording import dated

POLL_S = 30.0
"""An answer that takes longer is none."""
AGAIN_S = 5.0
"""Between two tries of a source that does not answer."""
PATIENCE_S = 120
"""So long the judging of a minute waits for a source that does not answer."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fed:
    """How far a source is counted, as it is kept."""

    until: int
    """The first minute that is not counted."""
    missing: int = 0
    """Since which minute it is missing, where people were told so; 0: they were not."""


class Feed:
    """One source, asked for the minutes that are over, some at a time, while other work is done."""

    def __init__(self, source: Source, fed: Fed) -> None:
        self.source = source
        self.fed = fed
        self._fault = ""
        """Why it does not answer; empty: it does."""
        self._again = 0.0
        self._asked = fed.until
        self._task: asyncio.Task[Counted] | None = None
        self._said: set[str] = set()

    def poll(self, now: float) -> Counted | None:
        """What came since it was asked; asks for more when it is time."""
        counted = None
        if self._task and self._task.done():
            counted, self._task = self._taken(self._task, now), None
        if self._task is None and now >= self._again:
            self._ask(now)
        return counted

    def judged_to(self, now: float) -> int:
        """The last minute whose judging need not wait for this source."""
        last = self.fed.until - MINUTE
        if not self._fault:
            return last
        return max(last, int(now - self.source.delay - PATIENCE_S) // MINUTE * MINUTE - MINUTE)

    def notice(self, minute: int) -> Notice | None:
        """What is to be said at the end of a minute: that the source is missing, or that it is back."""
        now, until, name = minute + MINUTE, self.fed.until, self.source.name
        missing = self.fed.missing
        if self._fault and not missing and now - until >= SILENT_MIN * MINUTE:
            self.fed = Fed(until=until, missing=until)
            text = f"no logs from {name} since {dated(until)}: {self._fault}"
            return Notice(now, "gap", Node(), text, self.source.key)
        if missing and until > minute:
            self.fed = Fed(until=until)
            text = f"logs from {name} again, missing since {dated(missing)}"
            return Notice(now, "back", Node(), text, self.source.key)
        return None

    async def close(self) -> None:
        """Ask no more."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError, StoreError, TimeoutError):
                await self._task
        await self.source.close()

    def _ask(self, now: float) -> None:
        source, since = self.source, self.fed.until
        over = int(now - source.delay) // MINUTE * MINUTE
        oldest = over - HOURS_S + MINUTE
        if since < oldest:
            self._say(f"minutes of more than {HOURS_S // 3600} hours ago are not counted any more")
            since = oldest
            self.fed = replace(self.fed, until=since)
        if since < over:
            self._asked = min(over, since + source.most_minutes * MINUTE)
            self._task = asyncio.create_task(_bounded(source, since, self._asked))

    def _taken(self, task: asyncio.Task[Counted], now: float) -> Counted | None:
        try:
            counted = task.result()
        except StoreError as error:
            fault = str(error).removeprefix(f"{self.source.name}: ")
        except TimeoutError:
            fault = f"does not answer within {POLL_S:.0f} s; see whether it is well"
        else:
            self._fault = ""
            self.fed = replace(self.fed, until=self._asked)
            for note in counted.notes:
                self._say(note)
            return counted
        if not self._fault:
            log.warning("%s: %s", self.source.name, fault)
        self._fault, self._again = fault, now + AGAIN_S
        return None

    def _say(self, note: str) -> None:
        if note not in self._said:
            self._said.add(note)
            log.warning("%s: %s", self.source.name, note)


async def _bounded(source: Source, since: int, until: int) -> Counted:
    async with asyncio.timeout(POLL_S):
        return await source.counts(since, until)
