"""An incident on demand: a dozen callers of the demo, and what happens to them when its signing key is changed."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.logs.names import agent, network
from bot.spikes import counts_file
from bot.spikes.model import MINUTE, Cell, Count
from bot.workspace.demo_keys import Keys

ROUTE = "/v1/orders"
AGENTS = ("OrdersApp/5.2 (iPhone; iOS 18.1)", "OrdersApp/5.1 (Android 15)", "orders-web/3.0", "orders-sync/1.8")
CALLERS = tuple(f"198.51.100.{number}" for number in range(11, 23))
"""Addresses that are kept for documentation (RFC 5737)."""
BIN = 5 * MINUTE
DAYS = 15
"""More than a week, from which on the detector trusts what it knows."""


@dataclass(slots=True)
class Load:
    """Callers who keep their token for a while after the key that signed it is gone."""

    keys: Keys
    good_s: float = 10.0
    refused_s: float = 240.0
    again_s: float = 60.0
    pause_s: float = 3.0
    """Between two requests of one caller."""
    _running: asyncio.Task[None] | None = None

    def begin(self, base_url: str) -> bool:
        """Change the key under load; False while that is going on already."""
        if self._running and not self._running.done():
            return False
        self._running = asyncio.create_task(self._run(f"{base_url}{ROUTE}"))
        return True

    async def end(self) -> None:
        """Stop at once."""
        if self._running:
            self._running.cancel()
            await self.over()

    async def over(self) -> None:
        """Wait until it is over."""
        if self._running:
            await asyncio.wait([self._running])

    async def _run(self, url: str) -> None:
        async with aiohttp.ClientSession() as session:
            token = self.keys.token()
            await self._all(session, url, token, self.good_s)
            self.keys.rotate()
            await self._all(session, url, token, self.refused_s)
            await self._all(session, url, self.keys.token(), self.again_s)

    async def _all(self, session: aiohttp.ClientSession, url: str, token: str, seconds: float) -> None:
        for _ in range(round(seconds / self.pause_s)):
            for caller, name in zip(CALLERS, itertools.cycle(AGENTS)):
                headers = {"Authorization": f"Bearer {token}", "User-Agent": name, "X-Forwarded-For": caller}
                async with session.get(url, headers=headers) as answer:
                    await answer.read()
                await asyncio.sleep(self.pause_s / len(CALLERS))


def write_history(path: Path, now: float) -> None:
    """What the watcher learns as usual before the first incident: these callers, seldom refused. Raises UsageError."""
    counts_file.write(path, _history(int(now) // BIN * BIN))


def _history(end: int) -> Iterator[Count]:
    cells = [Cell(f"GET {ROUTE}", agent(name), network(CALLERS[0])) for name in AGENTS]
    for time in range(end - DAYS * 86_400, end, BIN):
        # So few that nobody misses them while nobody asks for an incident.
        yield from (Count(time, cell, 3, int(time // BIN % 17 == 0)) for cell in cells)
