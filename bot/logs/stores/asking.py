"""Stores asked side by side with one deadline, by code that is not asynchronous itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.logs.interface import LogQuery
from bot.logs.stores.http import Http
from bot.logs.stores.interface import Store
from bot.logs.stores.look import Having, Look
from bot.model import Entry


@dataclass(frozen=True, slots=True)
class Asking:
    """Open stores. What goes wrong is a note, never an error."""

    looks: Sequence[Look]
    _loop: asyncio.AbstractEventLoop
    _until: float

    def hold(self, having: Having, steps: Sequence[float], enough: Callable[[Sequence[Entry]], bool]) -> None:
        """Read the rows that hold some texts, each store in ever wider windows (seconds) until it has enough."""
        self._all([look.hold(having, steps, enough, self._until) for look in self.looks])

    def near(self, centre: datetime, reach: timedelta) -> None:
        """Read what stands so close to a moment."""
        self._all([look.near(centre, self._until, before=reach, after=reach) for look in self.looks])

    def entries(self) -> tuple[Entry, ...]:
        """All that was read so far; texts are raw."""
        return tuple(entry for look in self.looks for entry in look.entries)

    def answered(self) -> bool:
        """Whether one of them could be read."""
        return any(look.note is None for look in self.looks)

    def notes(self) -> tuple[str, ...]:
        """What went wrong, one line a store."""
        return tuple(look.note for look in self.looks if look.note)

    def _all(self, work: Iterable[Coroutine[Any, Any, None]]) -> None:
        async def together() -> None:
            await asyncio.gather(*work)

        self._loop.run_until_complete(together())


@contextmanager
def asking(stores: Sequence[Store], query: LogQuery, seconds: float, environ: Mapping[str, str]) -> Iterator[Asking]:
    """Stores that answer within so many seconds from now, or become notes."""
    loop, stack = asyncio.new_event_loop(), AsyncExitStack()

    async def opened() -> list[Look]:
        every = [await stack.enter_async_context(Http(store, environ=environ)) for store in stores]
        return [Look(store, query, http) for store, http in zip(stores, every, strict=True)]

    try:
        yield Asking(loop.run_until_complete(opened()), loop, loop.time() + seconds)
    finally:
        loop.run_until_complete(stack.aclose())
        loop.close()  # unlike asyncio.run it leaves alone a thread that still resolves a name
