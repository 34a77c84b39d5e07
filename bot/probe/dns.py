"""Names to addresses, in a bounded pool of threads of its own.

getaddrinfo cannot be cancelled. Daemon threads keep a dead name server from holding up the program's end,
and a small pool with a short queue keeps strangers' names from using up its threads.
"""

from __future__ import annotations

import asyncio
import queue
import socket
import threading
from collections.abc import Awaitable, Callable

Resolver = Callable[[str], Awaitable[tuple[str, ...]]]
"""From a name, as it is to be asked, to all its addresses as text. Raises OSError."""

WORKERS, WAITING = 8, 64

_Job = tuple[str, asyncio.AbstractEventLoop, "asyncio.Future[tuple[str, ...]]"]
_jobs: queue.Queue[_Job] = queue.Queue(WAITING)
_start = threading.Lock()
_workers: list[threading.Thread] = []


async def resolve(name: str) -> tuple[str, ...]:
    """Every address of a name, in the system's order. Raises OSError (socket.gaierror when there is none)."""
    _ensure_workers()
    loop = asyncio.get_running_loop()
    future: asyncio.Future[tuple[str, ...]] = loop.create_future()
    try:
        _jobs.put_nowait((name, loop, future))
    except queue.Full:
        raise OSError("too many names are being looked up") from None
    return await future


def _ensure_workers() -> None:
    with _start:
        while len(_workers) < WORKERS:
            worker = threading.Thread(target=_work, name="dns", daemon=True)
            _workers.append(worker)
            worker.start()


def _work() -> None:
    while True:
        name, loop, future = _jobs.get()
        if future.done():
            continue
        try:
            infos = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
            outcome: tuple[str, ...] | Exception = tuple(dict.fromkeys(str(info[4][0]) for info in infos))
        except (OSError, UnicodeError) as error:
            outcome = error
        try:
            loop.call_soon_threadsafe(_settle, future, outcome)
        except RuntimeError:
            # The loop closed while the name server was thinking; nobody waits for this answer.
            continue


def _settle(future: asyncio.Future[tuple[str, ...]], outcome: tuple[str, ...] | Exception) -> None:
    if future.done():
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome if isinstance(outcome, OSError) else OSError(str(outcome)))
    else:
        future.set_result(outcome)
