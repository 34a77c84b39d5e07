"""Shows the work while it goes on: what is new is gathered, so that there are few calls to Slack."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.slack import RefusedError, UnclearError
from bot.stages import Stage

PAUSE_S = 1.0
"""Between showing one state of the work and the next."""

log = logging.getLogger(__name__)


class Progress:
    """Shows the stages as they change, at most once a second, and none after `close`."""

    def __init__(
        self, show: Callable[[Sequence[Stage]], Awaitable[object]], *first: Stage, at_once: bool = False
    ) -> None:
        self._show = show
        self._pause_s = 0.0 if at_once else PAUSE_S
        self._stages = {stage.id: stage for stage in first}
        self._news = asyncio.Event()
        self._showing = asyncio.Lock()
        self._task = asyncio.create_task(self._run())

    @property
    def stages(self) -> tuple[Stage, ...]:
        """All stages so far, in the order in which they were first told of."""
        return tuple(self._stages.values())

    def tell(self, stage: Stage) -> None:
        """Say what has become of a stage."""
        self._stages[stage.id] = stage
        self._news.set()

    async def close(self) -> None:
        """Wait for what is being shown: sent later, the answer must also arrive later."""
        async with self._showing:
            self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._pause_s)
            self._pause_s = PAUSE_S
            await self._news.wait()
            async with self._showing:
                self._news.clear()
                try:
                    await self._show(self.stages)
                except (RefusedError, UnclearError) as error:
                    log.info("a stage was not shown (%s)", error)  # the answer matters, and comes by itself
