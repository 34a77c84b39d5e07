"""`locksmith spikes counts`: a file of counts out of log files."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path

from bot.commands.options import add_log_options, log_paths
from bot.errors import UsageError


def add_arguments(parser: ArgumentParser) -> None:
    """What to count, and where to put it."""
    add_log_options(parser)
    add_count_options(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="COUNTS", help="the file; .gz packs it")


def add_count_options(parser: ArgumentParser) -> None:
    """Add --region and --path."""
    parser.add_argument(
        "--region",
        default="network",
        metavar="FIELD",
        help="the field of the logs that tells the region, or host (default: the caller's network)",
    )
    parser.add_argument(
        "--path", action="append", default=[], metavar="TEMPLATE", help="a path as in OpenAPI: /v1/orders/{id}"
    )


def run(args: Namespace) -> int:
    """Count and write; exit status 0."""
    from bot.display import one_line, scrubbed
    from bot.spikes import counts_file
    from bot.spikes.recording import record
    from bot.spikes.templates import Templates

    now = datetime.now().astimezone()
    recorded = record(log_paths(args), now, region=args.region, templates=Templates(args.path))
    for note in recorded.notes:
        print(f"locksmith: {one_line(scrubbed(note))}", file=sys.stderr)
    if not recorded.counts:
        raise UsageError("nothing was counted; name access logs with --logs")
    counts_file.write(args.output, recorded.counts)
    minutes = [count.minute for count in recorded.counts]
    spoken = f"{len(minutes):,} rows, {datetime.fromtimestamp(minutes[0], now.tzinfo):%Y-%m-%d %H:%M}"
    print(f"{args.output}: {spoken} to {datetime.fromtimestamp(minutes[-1], now.tzinfo):%Y-%m-%d %H:%M}")
    return 0
