"""`locksmith logs count`: answers of a status by minute, route, user agent and network."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from datetime import datetime
from typing import Any

from bot.commands.options import add_log_options, log_paths, status
from bot.logs.count import Counts, count


def add_arguments(parser: ArgumentParser) -> None:
    """What to count, and where."""
    parser.add_argument("--status", type=status, default=401, help="the status to count (default: 401)")
    add_log_options(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object for scripts")


def run(args: Namespace) -> int:
    """Count and show; exit status 0."""
    counts = count(log_paths(args), args.status, datetime.now().astimezone())
    if args.json:
        print(json.dumps(_plain(counts), ensure_ascii=False, indent=2))
    else:
        from rich.console import Console

        from bot.terminal_logs import show_counts

        show_counts(counts, Console())
    return 0


def _plain(counts: Counts) -> dict[str, Any]:
    return {
        "status": counts.status,
        "total": counts.total,
        "minutes": {minute.isoformat(): number for minute, number in sorted(counts.minutes.items())},
        "routes": dict(counts.routes.most_common()),
        "agents": dict(counts.agents.most_common()),
        "networks": dict(counts.networks.most_common()),
        "read": {
            "bytes": counts.read.bytes,
            "seconds": round(counts.read.seconds, 6),
            "files": counts.read.files,
        },
        "notes": list(counts.notes),
    }
