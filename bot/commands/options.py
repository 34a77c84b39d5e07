"""The options that commands have in common: those that go out to the network, those that read logs."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.errors import UsageError
from bot.probe import connect_to, trust
from bot.probe.gate import Policy
from bot.services import Service, load

if TYPE_CHECKING:
    from bot.logs.stores.interface import Store

A = TypeVar("A")
T = TypeVar("T")


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """Add --services, --connect-to and --cacert."""
    parser.add_argument("--services", type=Path, metavar="FILE", help="services.yaml: what the operator knows")
    parser.add_argument(
        "--connect-to",
        action="append",
        default=[],
        metavar="HOST1:PORT1:HOST2:PORT2",
        help="dial HOST2:PORT2 for HOST1:PORT1, as curl does; an empty HOST1 or PORT1 matches any",
    )
    parser.add_argument("--cacert", type=Path, metavar="FILE", help="trust the CA certificates of this file instead")


def add_log_options(parser: argparse.ArgumentParser) -> None:
    """Add --logs and --services."""
    parser.add_argument(
        "--logs", action="append", default=[], metavar="PATH", help="a log file, folder or glob to look in"
    )
    parser.add_argument(
        "--services", type=Path, metavar="FILE", help="services.yaml, whose logs are looked in (default: as set)"
    )


def log_sources(args: argparse.Namespace) -> tuple[tuple[str, ...], tuple[Store, ...]]:
    """The files and stores of --logs and --services; without either those of the running program. Raises UsageError."""
    paths, services = tuple(args.logs), services_from(args)
    if paths and not args.services:
        use_formats(args)
    elif not args.services:
        from bot import settings

        found = settings.load(os.environ)
        paths, services = found.logs, found.services
    paths = tuple(dict.fromkeys((*paths, *(path for service in services for path in service.logs))))
    stores = tuple(dict.fromkeys(store for service in services for store in service.stores))
    if not paths and not stores:
        raise UsageError("no log is named; give one with --logs, LOCKSMITH_LOGS or logs: in services.yaml")
    return paths, stores


def log_paths(args: argparse.Namespace) -> tuple[str, ...]:
    """The same for what reads files alone."""
    paths, _ = log_sources(args)
    if not paths:
        raise UsageError("only log stores are named, and this reads files; give one with --logs, or use 'logs find'")
    return paths


def moment(text: str) -> datetime:
    """A moment as an argument; one without a zone is of this machine's. Raises ArgumentTypeError."""
    from bot.logs.formats.times import likely

    try:
        found = likely(datetime.fromisoformat(text))
        return found if found.tzinfo else found.astimezone()
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is no moment; give one like 2026-03-09T10:42:00Z") from None


def status(text: str) -> int:
    """A status of HTTP as an argument (RFC 9110, 15). Raises ArgumentTypeError."""
    if not re.fullmatch(r"[1-5]\d\d", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no status; give one from 100 to 599")
    return int(text)


def words(text: str) -> str:
    """An argument that must not be empty. Raises ArgumentTypeError."""
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty; put some words there")
    return text.strip()


def path(text: str) -> str:
    """The path of a request as an argument; a query or address with it is left out. Raises ArgumentTypeError."""
    from bot.logs.formats import tokens  # what other commands need not load

    return tokens.split_url(words(text))[1]


def duration(text: str) -> float:
    """A length of time as an argument, in seconds. Raises ArgumentTypeError."""
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)\s*([smhd]?)", text.strip())
    if match is None or not float(match[1]):
        raise argparse.ArgumentTypeError(f"{text!r} is no length of time; give one like 30s, 2m or 1h")
    return float(match[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[match[2] or "s"]


def services_from(args: argparse.Namespace) -> tuple[Service, ...]:
    """The services of --services; none without it. Raises UsageError."""
    return load(args.services) if args.services else ()


def use_formats(args: argparse.Namespace) -> None:
    """Read lines with the formats of --services, else with those of the running program. Raises UsageError."""
    if path := args.services or os.environ.get("LOCKSMITH_SERVICES"):
        load(Path(path))


def policy_from(args: argparse.Namespace, services: Iterable[Service], *, any_public_host: bool) -> Policy:
    """What may be asked. Raises UsageError with every fault of the options, one line each."""
    faults: list[str] = []
    entries = [_tried(connect_to.parse, text, faults) for text in args.connect_to]
    if args.cacert:
        _tried(trust.only, args.cacert, faults)
    if faults:
        raise UsageError(*faults)
    return Policy(
        hosts=frozenset(host.lower() for service in services for host in service.hosts),
        connect_to=tuple(entry for entry in entries if entry),
        any_public_host=any_public_host,
        cacert=args.cacert,
    )


def _tried(read: Callable[[A], T], given: A, faults: list[str]) -> T | None:
    try:
        return read(given)
    except UsageError as error:
        faults.extend(error.faults)
        return None
