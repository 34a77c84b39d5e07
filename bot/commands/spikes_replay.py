"""`locksmith spikes replay`: what would have been told of recorded counts, one JSON object a line."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.spikes_counts import add_count_options, lines
from bot.display import one_line, scrubbed
from bot.errors import UsageError
from bot.spikes.model import NUMBERS, Rules

if TYPE_CHECKING:
    from bot.spikes.counts_file import Batch
    from bot.spikes.model import Alert, Notice


def add_arguments(parser: ArgumentParser) -> None:
    """What to replay, and by what rules."""
    parser.add_argument("counts", nargs="?", type=Path, metavar="COUNTS", help="counts as CSV, plain or gzipped")
    parser.add_argument("--from-logs", nargs="+", default=[], metavar="PATH", help="count these log files instead")
    add_count_options(parser)
    parser.add_argument("--changes", type=Path, metavar="FILE", help='JSON: {"changes": [{id, time, type, target}]}')
    parser.add_argument(
        "--rule",
        action="append",
        default=[],
        type=_rule,
        metavar="NAME=NUMBER",
        help=f"another value for one of {', '.join(NUMBERS)}",
    )
    parser.add_argument(
        "--login-route", action="append", default=[], metavar="ROUTE", help="answers 401 all day long, as log-ins do"
    )


def run(args: Namespace) -> int:
    """Replay, alerts on standard output, notices on standard error; exit status 0."""
    if bool(args.counts) == bool(args.from_logs):
        raise UsageError("name either a file of counts or logs with --from-logs")
    from bot.spikes import changes_file
    from bot.spikes.detector import Detector

    rules = replace(Rules(), **dict(args.rule), apart=frozenset(args.login_route))
    changes = changes_file.read(args.changes) if args.changes else []
    detector = Detector(rules, changes)
    for minute, counts in _batches(args):
        said = detector.minute(minute, counts)
        for alert in said.alerts:
            print(json.dumps(_plain(alert), ensure_ascii=False), flush=True)
        _tell(said.notices)
    return 0


def _batches(args: Namespace) -> Iterator[Batch]:
    from bot.spikes import counts_file

    if args.counts:
        return counts_file.read(args.counts)
    from bot.spikes.recording import batches, record

    now = datetime.now().astimezone()
    recorded = record(args.from_logs, now, lines(args))
    for note in recorded.notes:
        print(f"locksmith: {one_line(scrubbed(note))}", file=sys.stderr)
    return counts_file.filled(batches(recorded.counts), args.from_logs[0])


def _tell(notices: Iterable[Notice]) -> None:
    for notice in notices:
        print(f"{_iso(notice.at)} {one_line(scrubbed(notice.text))}", file=sys.stderr)


def _plain(alert: Alert) -> dict[str, Any]:
    from bot.spikes.wording import first_line

    incident = alert.incident
    return {
        "time": _iso(alert.at),
        **incident.node._asdict(),
        "id": incident.id,
        "update": alert.state != "open",
        "cause": incident.cause.id if incident.cause else None,
        "state": alert.state,
        "since": _iso(incident.onset),
        "observed": incident.observed,
        "expected": round(incident.expected, 2),
        "score": round(incident.score, 1),
        "text": first_line(incident),
    }


def _iso(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _rule(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        value = NUMBERS[name](number)
    except (KeyError, ValueError):
        raise ArgumentTypeError(f"{text!r} is no rule; give NAME=NUMBER with one of {', '.join(NUMBERS)}") from None
    if not 0 <= value < 1e6:
        raise ArgumentTypeError(f"{text!r} is out of range; give a number from 0 to a million")
    return name, value
