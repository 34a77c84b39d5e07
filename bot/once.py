"""Once is enough: how something that a person did is known when it arrives more than once.

Slack sends each envelope over one socket. Other servers send it over every open one, and then each copy must be
acknowledged while only one is answered.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

COPY_S = 5.0
KEPT = 500


def name_of(body: Mapping[str, Any]) -> str:
    """The same for copies of the same click, command or submission, and another for the next one.

    No single field tells them apart everywhere: a server may leave out the `trigger_id` or the `action_ts`, or give
    all clicks the same one. So the whole of what was sent names it, as a digest: what a form held is not kept.
    """
    sent = json.dumps(body, sort_keys=True, default=str)
    return f"sent:{hashlib.sha256(sent.encode()).hexdigest()}"


class Copies:
    """Lets one of the copies through that come over different sockets; the others wait for what becomes of it."""

    def __init__(self) -> None:
        self._first: OrderedDict[str, tuple[object, float, asyncio.Future[bool]]] = OrderedDict()

    async def first(self, socket: object, payload: Mapping[str, Any], handle: Callable[[], Awaitable[bool]]) -> bool:
        """Handle it, unless a copy came over another socket a moment ago and was taken. True: it is a taken copy.

        `handle` says whether it was taken: of copies that were not, the next gets its turn.
        """
        name, now = name_of(payload), asyncio.get_running_loop().time()
        came_by, at, taken = self._first.get(name, (socket, 0.0, None))
        if taken and came_by is not socket and now - at < COPY_S and await taken:
            return True
        mine: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._first[name] = (socket, now, mine)
        while len(self._first) > KEPT:
            self._first.popitem(last=False)
        try:
            mine.set_result(await handle())
        finally:
            if not mine.done():
                mine.set_result(False)
        return False
