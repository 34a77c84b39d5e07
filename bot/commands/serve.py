"""`locksmith serve`: takes in what Slack sends and records it, for `locksmith work` to do."""

from __future__ import annotations

import argparse
import asyncio
import os

from bot import settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: the environment says it all."""


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT."""
    from bot import app, journal

    given = settings.load(os.environ, slack=True)
    journal.begin()

    async def main() -> None:
        await app.run(
            given, app.stop_on_signals(), working=False, announce=lambda at: print(f"serving on {at}", flush=True)
        )

    asyncio.run(main())
    return 0
