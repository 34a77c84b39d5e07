"""`locksmith change "…"`: tells of a deploy, a key rotation, a certificate, a configuration or a client's release."""

from __future__ import annotations

import argparse
import asyncio
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.commands.options import moment, words
from bot.errors import UsageError
from bot.spikes.told import KINDS, Told, change, fault, first_fault

if TYPE_CHECKING:
    from bot.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What was done, when, and what it touches."""
    parser.add_argument("text", type=words, metavar="TEXT", help='what was done, as in "orders 4.12 rolled out"')
    parser.add_argument("--service", default="", metavar="NAME", help="the service it touches (default: possibly all)")
    parser.add_argument("--kind", choices=KINDS, default="deploy", help=f"{', '.join(KINDS)} (default: deploy)")
    parser.add_argument("--route", metavar="ROUTE", help="the route that it touches alone, as in '/v1/orders/{}'")
    parser.add_argument("--user-agent", metavar="NAME", help="the client that it touches alone, as in ios/5.2")
    parser.add_argument("--region", metavar="NAME", help="the region that it touches alone")
    parser.add_argument("--at", type=moment, metavar="ISO8601", help="when it was done (default: now)")
    parser.add_argument("--id", metavar="ID", help="told twice under one id it is one change (default: a new one)")


def run(args: argparse.Namespace) -> int:
    """Keep it where the running program looks; exit status 0."""
    from pydantic import ValidationError

    from bot import settings

    given = settings.load(os.environ)
    members = ("text", "service", "kind", "route", "user_agent", "region", "at", "id")
    try:
        told = Told.model_validate({name: getattr(args, name) for name in members})
    except ValidationError as error:
        raise UsageError(_option(first_fault(error))) from None
    if wrong := fault(told, (service.name for service in given.services)):
        raise UsageError(_option(wrong))
    asyncio.run(_keep(given, told))
    return 0


def _option(text: str) -> str:
    name, colon, rest = text.partition(": ")
    return text if name == "text" else f"--{name.replace('_', '-')}{colon}{rest}"


async def _keep(given: Settings, told: Told) -> None:
    from redis.exceptions import RedisError

    from bot import store
    from bot.spikes import change_log

    made = change(told)
    try:
        async with store.connect(given) as redis:
            new = await change_log.add(redis, told.service, made)
    except (RedisError, OSError) as error:
        raise UsageError(f"REDIS_URL: does not answer ({type(error).__name__}); start it or mend the address") from None
    what = f"{made.kind.replace('_', ' ')} of {told.service or 'all services'}"
    when = datetime.fromtimestamp(made.at, UTC)
    print(f"{'noted' if new else 'known already'}: {what} at {when:%Y-%m-%d %H:%M:%S} UTC (id {made.id})")
