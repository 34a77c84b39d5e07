"""`locksmith watch`: watches the logs of the services; of several of it one counts each service."""

from __future__ import annotations

import argparse
import asyncio
import os

from bot import settings
from bot.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: the environment says it all."""


def run(args: argparse.Namespace) -> int:
    """Watch until SIGTERM or SIGINT."""
    from bot import app, journal

    given = settings.load(os.environ)
    names = [service.name for service in given.services if service.watchable]
    if not names:
        raise UsageError(
            "no service has anything to watch; name log files under logs:, a store with count:, or counters under"
            " metrics: in services.yaml (LOCKSMITH_SERVICES)"
        )
    journal.begin()

    async def main() -> None:
        print(f"watching {', '.join(names)}", flush=True)
        await app.watch(given, app.stop_on_signals())

    asyncio.run(main())
    return 0
