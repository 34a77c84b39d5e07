"""`locksmith diagnose`: the same answer as in Slack, in a terminal or as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.options import add_network_options, moment, policy_from
from bot.errors import UsageError
from bot.intake import Attachment, read
from bot.investigate import investigate
from bot.services import Service, load, service_meant

if TYPE_CHECKING:
    from bot.intake import Verify
    from bot.model import Report
    from bot.probe.gate import Policy

MOST_BYTES = 20_000_000
EXAMPLE = "getting 401 on https://api.example.com/orders since 10:42 UTC, request id 7f3a…"


def add_arguments(parser: ArgumentParser) -> None:
    """The options of the contract."""
    parser.add_argument(
        "report", nargs="?", metavar="REPORT", help="the report in anybody's words; - reads it from standard input"
    )
    parser.add_argument(
        "--attach",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a HAR, transcript, log or other file that came with it",
    )
    parser.add_argument(
        "--logs", action="append", default=[], metavar="PATH", help="a log file, folder or glob to look in"
    )
    parser.add_argument("--posted-at", type=moment, metavar="ISO8601", help="when the report was posted (default: now)")
    add_network_options(parser)
    parser.add_argument("--no-probe", action="store_true", help="do not ask the endpoint")
    parser.add_argument("--json", action="store_true", help="one JSON object for scripts")


def run(args: Namespace) -> int:
    """Diagnose one report; exit status 0."""
    services = load(args.services) if args.services else ()
    policy = None if args.no_probe else policy_from(args, services, any_public_host=True)
    report = _report(args, services, policy)
    found = (report.url, report.host, report.path, report.ids, report.exchanges, report.presented, report.links)
    if not any((*found, report.logs, args.logs, service_meant(services, report.text))):
        raise UsageError(f'the report names no URL, path or request id; write it like "{EXAMPLE}"')
    diagnosis = asyncio.run(investigate(report, services=services, logs=args.logs, policy=policy))
    if args.json:
        from bot.output import to_json

        print(json.dumps(to_json(diagnosis), ensure_ascii=False, indent=2))
    else:
        from rich.console import Console

        from bot.terminal import show

        show(diagnosis, Console())
    return 0


def _report(args: Namespace, services: tuple[Service, ...], policy: Policy | None) -> Report:
    posted_at = args.posted_at or datetime.now().astimezone()
    text, attachments = _text(args.report), tuple(_attachment(path) for path in args.attach)
    return read(
        text,
        posted_at=posted_at,
        tz=posted_at.tzinfo or UTC,
        attachments=attachments,
        verify=_verify(services, policy, (text.encode(), *(attachment.data for attachment in attachments))),
    )


def _verify(services: tuple[Service, ...], policy: Policy | None, texts: tuple[bytes, ...]) -> Verify | None:
    """How tokens are checked. Keys are fetched only for the services that a text with a token in it speaks of."""
    if not services or not any(b"eyJ" in text for text in texts):
        return None
    from bot.probe import keys

    asked = () if policy is None else keys.spoken_of(services, texts)
    sets = asyncio.run(keys.key_sets(asked, policy)) if asked and policy else {}
    return keys.verifier(services, sets)


def _text(words: str | None) -> str:
    if words is None and sys.stdin.isatty():
        raise UsageError(f'give the report as an argument, or - to read it; for example "{EXAMPLE}"')
    text = sys.stdin.buffer.read(MOST_BYTES).decode(errors="replace") if words in {None, "-"} else words
    if not text or not text.strip():
        raise UsageError(f'the report is empty; write it like "{EXAMPLE}"')
    return text


def _attachment(path: Path) -> Attachment:
    try:
        with path.open("rb") as file:
            return Attachment(path.name, file.read(MOST_BYTES))
    except OSError as error:
        raise UsageError(f"{path}: cannot be attached ({error.strerror}); check the path") from None
