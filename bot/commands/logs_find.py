"""`locksmith logs find`: a request's story in the order of time, or as JSON with what finding it cost."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from datetime import datetime
from typing import Any

from bot.commands.options import add_log_options, duration, log_sources, moment, path, status, words
from bot.logs.story import Asked, Story, story


def add_arguments(parser: ArgumentParser) -> None:
    """What to look for, when, and where."""
    sought = parser.add_mutually_exclusive_group(required=True)
    sought.add_argument(
        "--request-id", type=words, metavar="ID", help="a request, trace or correlation id in any spelling"
    )
    sought.add_argument("--path", type=path, metavar="PATH", help="the path of the request, without query")
    parser.add_argument("--status", type=status, default=401, help="the status of the answer on PATH (default: 401)")
    parser.add_argument("--at", type=moment, metavar="ISO8601", help="when it was (default: unknown, all is read)")
    parser.add_argument(
        "--within",
        type=duration,
        default=120.0,
        metavar="DURATION",
        help="look first so far from --at, either way, then ever farther: 30s, 2m, 1h (default: 2m)",
    )
    add_log_options(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object for scripts")


def run(args: Namespace) -> int:
    """Find and show; exit status 0 also when there is no such line, which a note says."""
    found = story(
        Asked(
            now=datetime.now().astimezone(),
            request_id=args.request_id,
            path=args.path,
            status=args.status,
            at=args.at,
            within_s=args.within,
        ),
        *log_sources(args),
    )
    if args.json:
        print(json.dumps(_plain(found), ensure_ascii=False, indent=2))
    else:
        from rich.console import Console

        from bot.terminal_logs import show

        show(found, Console())
    return 0


def _plain(found: Story) -> dict[str, Any]:
    return {
        "lines": [
            {
                "file": entry.file,
                "offset": entry.offset,
                "time": entry.time.isoformat() if entry.time else None,
                "text": entry.text,
            }
            for entry in found.lines
        ],
        "windows": list(found.windows),
        "read": {"bytes": found.read.bytes, "seconds": round(found.read.seconds, 6), "files": found.read.files},
        "notes": list(found.notes),
    }
