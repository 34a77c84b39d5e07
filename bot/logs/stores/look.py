"""One store's part of a look-up: by ids, else around the named time in widening windows, then the neighbourhood."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.logs import match
from bot.logs.interface import AFTER, BEFORE, Found, LogQuery
from bot.logs.lookup import DAY, FAR, STEPS
from bot.logs.stores.http import Http
from bot.logs.stores.interface import Ask, Store, StoreError
from bot.logs.stores.pick import moment, pick
from bot.logs.stores.rows import Reader
from bot.model import Entry

MOST_IDS = 5
MOST_HITS = 500
MOST_FITTING = 500
"""Rows that fit which are read on either side of the named time."""
MOST_NEAR = 2_500
"""Rows of the neighbourhood that are read on either side of the request."""
WORDS = ("unauthorized", "unauthenticated", "denied", "forbidden", "invalid", "expired")
"""What is looked for beside the status where no path is known."""

Having = tuple[tuple[str, ...], ...]


class Look:
    """What was read of one store so far, and what went wrong."""

    def __init__(self, store: Store, query: LogQuery, http: Http) -> None:
        self.store = store
        self.note: str | None = None
        self._query = query
        self._http = http
        self._reader = Reader(store.name, query.posted_at)
        self._centre = query.at or query.posted_at
        self._neighbourhood: datetime | None = None
        widened = (max(step, query.precision_s or 0.0) for step in (STEPS if query.at else STEPS[1:]))
        self._steps = tuple(dict.fromkeys(widened))
        self._found: tuple[int, Found] = -1, Found()

    async def ask(self, until: float) -> None:
        """Look for the request and at its neighbourhood, until the loop's clock says so; never raises."""
        await self._bounded(self._all(), until)

    async def near(
        self, centre: datetime, until: float, *, before: timedelta = BEFORE, after: timedelta = AFTER
    ) -> None:
        """Read the neighbourhood of a moment, where the one that was read is far from it; never raises."""
        known = self._neighbourhood
        if self.note is None and (known is None or abs(centre - known) > FAR):
            await self._bounded(self._near(centre, before, after), until)

    async def hold(
        self, having: Having, steps: Sequence[float], enough: Callable[[Sequence[Entry]], bool], until: float
    ) -> None:
        """Read the rows that hold some texts, ever farther from the named time until enough; never raises."""
        await self._bounded(self._held(having, steps, enough), until)

    @property
    def entries(self) -> Sequence[Entry]:
        """Of all rows so far; texts are raw."""
        return self._reader.entries

    def found(self) -> Found:
        """What the rows tell so far; texts are raw."""
        read = len(self._reader.entries)
        if self._found[0] != read:
            self._found = read, pick(self._query, self._reader.entries)
        return self._found[1]

    async def _bounded(self, work: Awaitable[None], until: float) -> None:
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(until):
                await work
        except TimeoutError:
            self.note = (
                f"{self.store.name}: was not read to its end within {until - began:.0f} s; ask with the exact time"
            )
        except StoreError as error:
            self.note = str(error)

    async def _all(self) -> None:
        ids = tuple(form for i in self._query.ids[:MOST_IDS] for form in match.spellings(i) if form)
        if ids:
            await self._by_id(ids, *self._steps)
        if self.found().how != "id":
            await self._by_fit()
        await self._near(moment(self.found(), self._query), BEFORE, AFTER)
        if ids and self.found().how != "id":
            await self._by_id(ids, DAY)
            if self.found().how == "id":
                await self._near(moment(self.found(), self._query), BEFORE, AFTER)

    async def _by_id(self, ids: tuple[str, ...], *steps: float) -> None:
        for step in steps:
            span = timedelta(seconds=step)
            ask = Ask(start=self._centre - span, end=self._centre + span, having=(ids,), most=MOST_HITS)
            self._reader.add(await self.store.rows(ask, self._http))
            if self.found().how == "id":
                return

    async def _by_fit(self) -> None:
        status = str(self._query.status or 401)
        stem = (self._query.path or "").rstrip("/")
        having = ((stem,), (status,)) if stem else ((status, *WORDS),)
        for step in self._steps:
            span = timedelta(seconds=step)
            await self._around(self._centre, span, span, having, MOST_FITTING)
            if any(400 <= (entry.status or 0) < 500 for entry in self.found().request):
                return

    async def _held(self, having: Having, steps: Sequence[float], enough: Callable[[Sequence[Entry]], bool]) -> None:
        for step in steps:
            span = timedelta(seconds=step)
            await self._around(self._centre, span, span, having, MOST_HITS)
            if enough(self.entries):
                return

    async def _near(self, centre: datetime, before: timedelta, after: timedelta) -> None:
        await self._around(centre, before, after, (), MOST_NEAR)
        self._neighbourhood = centre

    async def _around(self, centre: datetime, before: timedelta, after: timedelta, having: Having, most: int) -> None:
        """The nearest rows on either side of a moment."""
        sides = (
            Ask(start=centre - before, end=centre, having=having, most=most),
            Ask(start=centre, end=centre + after, having=having, most=most, newest_first=False),
        )
        answers = await asyncio.gather(*(self.store.rows(ask, self._http) for ask in sides), return_exceptions=True)
        for answer in answers:
            if not isinstance(answer, BaseException):
                self._reader.add(answer)
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
