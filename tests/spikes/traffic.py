"""Small made-up traffic: a steady service, and what can befall it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.spikes.model import MINUTE, Cell, Count

START = 1_767_571_200
"""2026-01-05T00:00:00Z, a Monday."""
DAY = 1440
ROUTES = ("GET /a", "POST /b", "GET /c/{}")
AGENTS = ("app/1.2", "web", "okhttp/4.12")
REGIONS = ("north", "south")
CELLS = [Cell(route, agent, region) for route in ROUTES for agent in AGENTS for region in REGIONS]


def steady(minutes: int, *, seed: int = 1, requests: int = 6, one_in: int = 60, first: int = 0) -> list[list[Count]]:
    """So many minutes from the start: each cell is asked about `requests` times, one in so many answered 401."""
    rng = random.Random(seed)
    return [[_cell(rng, START + (first + m) * MINUTE, c, requests, one_in) for c in CELLS] for m in range(minutes)]


def _cell(rng: random.Random, minute: int, cell: Cell, requests: int, one_in: int) -> Count:
    total = rng.randint(requests - 2, requests + 2)
    return Count(minute, cell, total, sum(rng.randrange(one_in) == 0 for _ in range(total)))


def failing(counts: list[Count], **dims: str) -> list[Count]:
    """The same minute with every request of a part of the traffic answered 401."""

    def hit(cell: Cell) -> bool:
        return all(getattr(cell, name) == value for name, value in dims.items())

    return [c._replace(unauthorized=c.total) if hit(c.cell) else c for c in counts]


def written(counts: list[Count]) -> str:
    """The lines of a log that make these counts, in no order; the region is the caller's network."""
    rng = random.Random(counts[0].minute if counts else 0)
    made = [_request(rng, count, number < count.unauthorized) for count in counts for number in range(count.total)]
    rng.shuffle(made)
    return "".join(map(line, made))


@dataclass(frozen=True)
class Request:
    """An answered request, as a log or a store has it."""

    at: datetime
    method: str
    path: str
    status: int
    user_agent: str
    client: str


def requests(counts: list[Count]) -> list[Request]:
    """Requests that make these counts; the region is the caller's network."""
    rng = random.Random(counts[0].minute if counts else 0)
    return [_request(rng, count, number < count.unauthorized) for count in counts for number in range(count.total)]


def line(made: Request) -> str:
    """The line of an access log."""
    request = f'"{made.method} {made.path} HTTP/1.1" {made.status} 12'
    return f'{made.client} - - [{made.at:%d/%b/%Y:%H:%M:%S} +0000] {request} "-" "{made.user_agent}"\n'


def _request(rng: random.Random, count: Count, refused: bool) -> Request:
    method, _, path = count.cell.route.partition(" ")
    at = datetime.fromtimestamp(count.minute + rng.randrange(60), UTC)
    client = count.cell.region.replace(".0/24", f".{rng.randrange(1, 250)}")
    path = path.replace("{}", str(rng.randrange(10**6)))
    return Request(at, method, path, 401 if refused else 200, count.cell.user_agent, client)


def minutes(days: list[list[Count]], first: int = 0) -> Iterator[tuple[int, list[Count]]]:
    """With the start of each minute."""
    for number, counts in enumerate(days, start=first):
        yield START + number * MINUTE, counts
