"""`locksmith doctor`: checks the settings and what they point to, each in one line."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot import settings
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.settings import Settings

Check = tuple[str, str, str]
"""(mark, what, how it is): the mark is ok, off or wrong."""
OK, OFF, WRONG = "ok", "off", "wrong"
COLOURS = {OK: "green", OFF: "dim", WRONG: "bold red"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: the environment says it all."""


def run(args: argparse.Namespace) -> int:
    """Exit status 1 when something is wrong."""
    try:
        given = settings.load(os.environ)
    except UsageError as error:
        checks = [_fault(fault) for fault in error.faults]
    else:
        checks = [*_given(given), *asyncio.run(_reached(given))]
    _show(checks)
    return int(any(mark == WRONG for mark, _, _ in checks))


def _fault(fault: str) -> Check:
    what, _, how = fault.partition(": ")
    return WRONG, what, how


def _given(given: Settings) -> Iterator[Check]:
    """Each setting; that what it names is there and sound was checked as they were loaded."""
    for setting in settings.SETTINGS:
        value = os.environ.get(setting.name, "").strip()
        if setting.name == "LOCKSMITH_ADMIN_PORT" and given.admin_port is None:
            yield OFF, setting.name, "empty: no status page and no metrics"
        elif not value:
            yield OFF, setting.name, setting.default or f"not set. {setting.meaning}"
        elif setting.name == "LOCKSMITH_SERVICES":
            yield OK, setting.name, f"{value}: {', '.join(service.name for service in given.services)}"
        else:
            yield OK, setting.name, "set" if setting.secret else value


async def _reached(given: Settings) -> list[Check]:
    checks = [await _store(given), await _slack(given)]
    if given.client_id:
        checks.append(await _installations(given))
    stores = await _log_stores(given)
    return [*checks, *stores, *await _sources(given), *await _handovers(given)]


async def _installations(given: Settings) -> Check:
    """The workspaces that installed the app, and whether their tokens can be read."""
    from redis.exceptions import RedisError

    from bot import store
    from bot.install.store import Installations

    try:
        async with store.connect(given) as redis:
            installations = Installations(redis, given.encryption_keys)
            await installations.check()
            teams = await installations.holders()
    except (RedisError, OSError) as error:
        return WRONG, "installations", f"the store does not answer ({type(error).__name__})"
    except UsageError as error:
        return _fault(str(error))
    return OK, "installations", f"{', '.join(teams) or 'none yet'}; more at /slack/install"


async def _handovers(given: Settings) -> list[Check]:
    """Each receiver of hand-overs: its key, and whether it answers; nothing is told to it."""
    targets = [target for service in given.services for target in service.handover]
    if not targets:
        return []
    from bot.paging.interface import PagingError, Target
    from bot.paging.send import reach

    async def check(target: Target) -> Check:
        try:
            target.secret(os.environ)
            await reach(target)
        except PagingError as error:
            return WRONG, target.name, str(error).removeprefix(f"{target.name}: ")
        return OK, target.name, "has a key, and answers; whether it takes the key shows with the first hand-over"

    return list(await asyncio.gather(*map(check, targets)))


async def _log_stores(given: Settings) -> list[Check]:
    """Each store of each service, side by side."""
    stores = [store for service in given.services for store in service.stores]
    if not stores:
        return []
    from bot.logs.stores.check import check

    found = await asyncio.gather(*(check(store) for store in stores))
    return [(OK if well else WRONG, store.name, how) for store, (well, how) in zip(stores, found, strict=True)]


async def _sources(given: Settings) -> list[Check]:
    """Each store that counts answers, of each service."""
    if not any(store.counting for service in given.services for store in (*service.stores, *service.metrics)):
        return []
    from bot.spikes.sources.check import check
    from bot.spikes.watch.options import Watch

    try:
        every = [source for service in given.services for source in (service.watch or Watch()).sources(service)]
    except UsageError as error:
        return [_fault(str(error))]
    found = await asyncio.gather(*map(check, every))
    return [(OK if well else WRONG, f"{one.name}, counts", how) for one, (well, how) in zip(every, found, strict=True)]


async def _store(given: Settings) -> Check:
    from redis.exceptions import RedisError

    from bot import store

    what = "REDIS_URL" if given.redis_url else "store"
    try:
        async with store.connect(given) as redis:
            info = await redis.info("server")
    except (RedisError, OSError) as error:
        return WRONG, what, f"does not answer ({type(error).__name__}); start it or mend the address"
    except UsageError as error:
        return _fault(str(error))
    name = "Valkey" if "valkey_version" in info else "Redis"
    where = "at REDIS_URL" if given.redis_url else f"embedded, in {given.data}"
    return OK, "store", f"{name} {info.get('valkey_version') or info['redis_version']}, {where}"


async def _slack(given: Settings) -> Check:
    if not given.slack_token:
        instead = (
            "the installed workspaces are served" if given.client_id else "`locksmith run` opens a local workspace"
        )
        return OFF, "Slack", f"no SLACK_BOT_TOKEN: {instead}"
    from bot.slack import RefusedError, UnclearError, sign_in

    try:
        slack = await sign_in(given.slack_token, given.slack_api_url)
    except RefusedError as error:
        return WRONG, "SLACK_BOT_TOKEN", f"Slack refuses it ({error.code}); copy it anew from OAuth & Permissions"
    except UnclearError as error:
        return WRONG, "SLACK_API_URL", f"{given.slack_api_url} does not answer ({error}); check it, and the network"
    except UsageError as error:
        return _fault(str(error))
    door = "Socket Mode" if given.app_token else f"HTTP on port {given.port}"
    return OK, "Slack", f"signed in as {slack.name or slack.user} in {slack.team}, {door}"


def _show(checks: list[Check]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    out = Console(highlight=False)
    if not out.is_terminal:
        for mark, what, how in checks:
            print(f"{mark:<5}  {what}: {how}")
        return
    table = Table.grid(padding=(0, 2))
    for mark, what, how in checks:
        table.add_row(Text(mark, COLOURS[mark]), Text(what), Text(how))
    out.print(table)
