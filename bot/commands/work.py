"""`locksmith work`: does the work that `locksmith serve` recorded; as many of it as you like."""

from __future__ import annotations

import argparse
import asyncio
import os

from bot import settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: the environment says it all."""


def run(args: argparse.Namespace) -> int:
    """Work until SIGTERM or SIGINT."""
    from bot import app, journal

    given = settings.load(os.environ, slack=True)
    journal.begin()

    async def main() -> None:
        print("working", flush=True)
        await app.run(given, app.stop_on_signals(), serving=False)

    asyncio.run(main())
    return 0
