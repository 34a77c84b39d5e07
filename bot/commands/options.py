"""The options that every command takes which goes out to the network."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from bot.errors import UsageError
from bot.probe import connect_to, trust
from bot.probe.gate import Policy
from bot.services import Service, load

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


def services_from(args: argparse.Namespace) -> tuple[Service, ...]:
    """The services of --services; none without it. Raises UsageError."""
    return load(args.services) if args.services else ()


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
