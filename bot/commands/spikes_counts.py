"""`locksmith spikes counts`: a file of counts out of log files."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.options import add_log_options, log_paths
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.spikes.lines import Lines


def add_arguments(parser: ArgumentParser) -> None:
    """What to count, and where to put it."""
    add_log_options(parser)
    add_count_options(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="COUNTS", help="the file; .gz packs it")


def add_count_options(parser: ArgumentParser) -> None:
    """Add --region, --geoip and --path."""
    places = parser.add_mutually_exclusive_group()
    places.add_argument(
        "--region",
        default="network",
        metavar="FIELD",
        help="the field of the logs that tells the region, or host (default: the caller's network)",
    )
    places.add_argument(
        "--geoip", type=Path, metavar="FILE", help="a file in MaxMind's DB format that tells the callers' countries"
    )
    parser.add_argument(
        "--path", action="append", default=[], metavar="TEMPLATE", help="a path as in OpenAPI: /v1/orders/{id}"
    )


def lines(args: Namespace) -> Lines:
    """What reads the lines as these options say. Raises UsageError."""
    from bot.spikes.geoip import GeoIp
    from bot.spikes.lines import Lines
    from bot.spikes.templates import Templates

    templates = Templates(args.path)
    if args.geoip:
        return Lines(templates, regions=GeoIp(args.geoip).opened())
    return Lines(templates, region=args.region)


def run(args: Namespace) -> int:
    """Count and write; exit status 0."""
    from bot.display import one_line, scrubbed
    from bot.spikes import counts_file
    from bot.spikes.recording import record

    now = datetime.now().astimezone()
    recorded = record(log_paths(args), now, lines(args))
    for note in recorded.notes:
        print(f"locksmith: {one_line(scrubbed(note))}", file=sys.stderr)
    if not recorded.counts:
        raise UsageError("nothing was counted; name access logs with --logs")
    counts_file.write(args.output, recorded.counts)
    minutes = [count.minute for count in recorded.counts]
    spoken = f"{len(minutes):,} rows, {datetime.fromtimestamp(minutes[0], now.tzinfo):%Y-%m-%d %H:%M}"
    print(f"{args.output}: {spoken} to {datetime.fromtimestamp(minutes[-1], now.tzinfo):%Y-%m-%d %H:%M}")
    return 0
