"""Prometheus: what counters grew by in each minute (https://prometheus.io/docs/prometheus/latest/querying/api/).

The counters' own values are asked for, every 15 s, and not `increase()`, which guesses at both ends of a minute and
answers in fractions: so the counts of any minutes add up to what the counters say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from bot.logs.neighbourhood import OWN_MARK
from bot.logs.stores.counting import Counting
from bot.logs.stores.http import Http
from bot.logs.stores.interface import Place
from bot.logs.stores.troubles import words
from bot.spikes.model import MINUTE
from bot.spikes.sources.interface import Answer, Row

MOST_MINUTES = 10
STEP = 15
LOOK_S = 300
"""So far back a counter's value before is looked for, as Prometheus itself does."""
SELECTOR = re.compile(r"[A-Za-z_:][\w:]*\s*(?:\{[^\n]*\})?", re.ASCII)
LABEL = re.compile(r"[A-Za-z_]\w{0,99}", re.ASCII)
TARGET = ("job", "instance")
Series = tuple[dict[str, str], dict[int, int]]
"""The labels of a counter, and its values by moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prometheus(Place):
    """The counters that a selector names."""

    kind: ClassVar[str] = "prometheus"
    shapes: ClassVar = {"query": SELECTOR} | dict.fromkeys(("route", "status", "method", "user_agent", "region"), LABEL)

    query: str
    """A selector of counters of requests: `http_requests_total{job="billing"}`."""
    route: str = "handler"
    status: str = "code"
    method: str = "method"
    user_agent: str = ""
    region: str = ""
    delay: str = "60"
    """Seconds after the end of a minute until all of it is scraped."""

    @property
    def counting(self) -> Counting:
        """By its labels."""
        return Counting(region=self.region, delay=int(self.delay))


async def ask(store: Prometheus, _: object, http: Http, since: int, until: int) -> Answer:
    """What the counters grew by. Raises StoreError."""
    asked = {"query": store.query, "start": str(since - LOOK_S), "end": str(until), "step": str(STEP)}
    url = f"{store.base}/api/v1/query_range"
    reply = await http.call("POST", url, data=asked | {"timeout": "20s"}, headers=http.login())
    every = reply.read(_series)
    seen = _seen(every)
    rows = (row for series in every for row in _rows(store, series, seen, since, until))
    return Answer(tuple(rows), notes=reply.read(lambda answer: tuple(map(words, answer.get("warnings", ())))))


def _series(answer: Any) -> list[Series]:
    if answer["status"] != "success" or answer["data"]["resultType"] != "matrix":
        raise ValueError
    return [
        (one["metric"], {int(at): round(float(value)) for at, value in one["values"] if value not in ("NaN", "+Inf")})
        for one in answer["data"]["result"]
    ]


def _seen(every: list[Series]) -> dict[tuple[str, ...], set[int]]:
    """By target the moments at which any of its counters was there."""
    found: dict[tuple[str, ...], set[int]] = {}
    for labels, values in every:
        found.setdefault(_target(labels), set()).update(values)
    return found


def _target(labels: dict[str, str]) -> tuple[str, ...]:
    return tuple(labels.get(name, "") for name in TARGET)


def _rows(
    store: Prometheus, series: Series, seen: dict[tuple[str, ...], set[int]], since: int, until: int
) -> Iterator[Row]:
    labels, values = series
    known = seen[_target(labels)]
    names = (labels.get(name, "") for name in (store.method, store.route, store.user_agent, store.region))
    method, route, user_agent, region = names
    if OWN_MARK in user_agent:
        return
    refused = labels.get(store.status, "") == "401"
    for at in range(since + STEP, until + STEP, STEP):
        if grown := _grown(values, known, at):
            minute = (at - 1) // MINUTE * MINUTE
            yield Row(minute, method, route, user_agent, region, "", grown, grown if refused else 0)


def _grown(values: dict[int, int], known: set[int], at: int) -> int:
    """What a counter grew by since it was last there.

    A smaller value is that of a new process, which began at 0. So did a counter that is new at a target that was there
    before: servers make it with the first request. Of a new target nobody knows since when it counts.
    """
    now = values.get(at)
    if now is None:
        return 0
    back = range(at - STEP, at - LOOK_S - 1, -STEP)
    before = next((values[then] for then in back if then in values), None)
    if before is None:
        return now if any(then in known for then in back) else 0
    return now - before if now >= before else now
