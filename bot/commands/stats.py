"""`locksmith stats`: how good the answers were."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict


def add_arguments(parser: ArgumentParser) -> None:
    """Only how it is printed: the environment says where the cases are."""
    parser.add_argument("--json", action="store_true", help="print one JSON object; times in seconds")


def run(args: Namespace) -> int:
    """Print the statistics of all workspaces together; exit status 0."""
    from bot import stats
    from bot.commands.stored import with_store
    from bot.stats_words import told

    found = with_store(stats.read)
    if args.json:
        print(json.dumps(asdict(found), indent=2))
        return 0
    for heading, span in ((f"The last {stats.DAYS} days", found.month), ("All that is kept", found.all)):
        print(heading)
        for line in told(span):
            print(f"  {line}")
    return 0
