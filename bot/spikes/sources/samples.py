"""Failing requests of an incident, looked up in the stores where no line of them passed by."""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from bot.logs import scrub
from bot.logs.stores.http import Http
from bot.logs.stores.interface import Ask, Store, StoreError
from bot.logs.stores.rows import Reader
from bot.model import Entry
from bot.spikes.lines import REFUSED, Lines
from bot.spikes.model import OTHER, Node

SHOWN = 5
MOST_ROWS = 200
SECONDS = 5.0
"""People wait for the news meanwhile."""
WORD = re.compile(r"[^{}]+")
EARLY = datetime.min.replace(tzinfo=UTC)

log = logging.getLogger(__name__)


async def failing(
    stores: Sequence[Store],
    lines: Lines,
    node: Node,
    since: int,
    until: int,
    *,
    environ: Mapping[str, str] = os.environ,
) -> tuple[Entry, ...]:
    """A few entries of requests in a part of the traffic that were answered 401, redacted, the latest last."""
    start, end = datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(until, UTC)
    ask = Ask(start=start, end=end, having=tuple(_having(node)), most=MOST_ROWS)
    found = await asyncio.gather(*(_entries(store, ask, environ) for store in stores))
    hit = [entry for some in found for entry in some if entry.status == REFUSED and _fits(lines, node, entry)]
    # What the store counts by region may stand in a field that its lines do not have.
    placed = [entry for entry in hit if node.region in (None, lines.cell(entry).region)] or hit
    return scrub.shown(sorted(placed, key=lambda entry: entry.time or EARLY)[-SHOWN:])


async def _entries(store: Store, ask: Ask, environ: Mapping[str, str]) -> list[Entry]:
    reader = Reader(store.name, ask.end)
    try:
        async with asyncio.timeout(SECONDS), Http(store, environ=environ) as http:
            reader.add(await store.rows(ask, http))
    except StoreError as error:
        log.warning("%s", error)
    except TimeoutError:
        log.warning("%s: showed no failing requests within %.0f s", store.name, SECONDS)
    return reader.entries


def _having(node: Node) -> Iterator[tuple[str, ...]]:
    """What a failing request's row holds: the status, and the longest word of the path."""
    yield (str(REFUSED),)
    path = (node.route or "").partition("/")[2]
    if path and node.route != OTHER:
        yield (max(WORD.findall(f"/{path}"), key=len),)


def _fits(lines: Lines, node: Node, entry: Entry) -> bool:
    cell = lines.cell(entry)
    return node.route in (None, OTHER, cell.route) and node.user_agent in (None, OTHER, cell.user_agent)
