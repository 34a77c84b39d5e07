"""`locksmith run`: serves and works in one process; without Slack's token or client id, in a local workspace."""

from __future__ import annotations

import argparse
import asyncio
import os

from bot import settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the local workspace is found; the environment says the rest."""
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="port of the local workspace (default: any)")
    parser.add_argument(
        "--demo-port", type=_port, default=0, metavar="N", help="port of its demo service (default: any)"
    )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 0 to 65535")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT."""
    from bot import app, journal

    given = settings.load(os.environ)
    journal.begin()

    async def main() -> None:
        stop = app.stop_on_signals()
        if given.slack_token or given.client_id:
            await app.run(given, stop, announce=lambda at: print(f"serving on {at}", flush=True))
        else:
            from bot import local

            await local.run(given, stop, port=args.port, demo_port=args.demo_port)

    asyncio.run(main())
    return 0
