"""Counters in Prometheus itself: history made by promtool, served by Debian's prometheus, asked as the watcher does."""

from __future__ import annotations

import random
import shutil
import socket
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.error import URLError

import pytest

from bot.probe.client import USER_AGENT
from bot.spikes.model import MINUTE, Cell, Count
from bot.spikes.sources.interface import Source
from bot.spikes.watch.options import Watch
from tests.spikes.sources.conftest import configured
from tests.spikes.traffic import START

MINUTES = 30
SCRAPE = 15
PHASE = 7
"""Seconds into every fifteen at which is scraped."""
UNTIL = START + MINUTES * MINUTE
PATIENCE_S = 60
Labels = tuple[str, str, str, str]
"""Instance, method, handler, code."""


def scrapes(target: str, *, seed: int, begins: int = 0, restarts: int = -1) -> dict[Labels, dict[int, int]]:
    """What a target's counters stand at; each comes to be with its first request, and a restart begins them anew."""
    rng = random.Random(seed)
    values: Counter[Labels] = Counter()
    found: dict[Labels, dict[int, int]] = {}
    for at in range(START - 600 + PHASE, UNTIL, SCRAPE):
        minute = (at - START) // MINUTE
        if minute < begins and begins:
            continue
        if minute == restarts and (at - START) % MINUTE < SCRAPE:
            values.clear()
        values[target, "GET", "/v1/orders/{id}", "200"] += rng.randrange(20)
        values["" + target, "POST", "/v1/orders", "401" if rng.random() < 0.1 else "200"] += rng.randrange(3)
        if minute == 12:
            values[target, "GET", "/v1/orders/{id}", "401"] += 2
        for labels, value in values.items():
            found.setdefault(labels, {})[at] = value
    return found


def wanted(series: dict[Labels, dict[int, int]]) -> tuple[Count, ...]:
    """From scrape to scrape what each counter grew by, in the minute after whose quarter it is seen first."""
    first = {target: min(min(v) for lab, v in series.items() if lab[0] == target) for target, *_ in series}
    sums: dict[tuple[int, Cell], list[int]] = {}
    for (target, method, handler, code), values in series.items():
        moments = sorted(values)
        steps = [(b, values[b] - values[a] if values[b] >= values[a] else values[b]) for a, b in pairwise(moments)]
        if moments[0] > first[target]:
            steps.insert(0, (moments[0], values[moments[0]]))
        for at, grown in steps:
            edge = -(-at // SCRAPE) * SCRAPE
            minute = (edge - 1) // MINUTE * MINUTE
            if grown and START <= minute < UNTIL:
                held = sums.setdefault((minute, Cell(f"{method} {handler}", "", "")), [0, 0])
                held[0] += grown
                held[1] += grown if code == "401" else 0
    return tuple(sorted(Count(*key, *told) for key, told in sums.items()))


SERIES = scrapes("a:1", seed=1, restarts=20) | scrapes("b:1", seed=2) | scrapes("c:1", seed=3, begins=9)


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not (shutil.which("prometheus") and shutil.which("promtool")):
        pytest.skip("prometheus is not installed (apt-get install prometheus)")
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "prometheus.yml").write_text("global: {}\n")
    (folder / "history").write_text(_openmetrics())
    made = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(folder / "history"), str(folder / "data")]
    subprocess.run(made, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    words = [
        "prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
        "--storage.tsdb.retention.time=100y", f"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
    ]  # fmt: skip
    with subprocess.Popen(words) as server:
        try:
            _ready(url)
            yield url
        finally:
            server.terminate()


def _openmetrics() -> str:
    lines = ["# TYPE http_requests counter"]
    for (target, method, handler, code), values in SERIES.items():
        labels = f'job="shop",instance="{target}",method="{method}",handler="{handler}",code="{code}"'
        lines += [f"http_requests_total{{{labels}}} {value} {at}" for at, value in values.items()]
        own = f'{labels},agent="{USER_AGENT}"'
        lines += [f"http_requests_total{{{own}}} {2 * value} {at}" for at, value in values.items()]
    return "\n".join([*lines, "# EOF", ""])


def _ready(url: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(f"{url}/-/ready"):
                return
        except (URLError, ConnectionError):
            assert time.monotonic() < until, "prometheus does not start"
            time.sleep(0.05)


def source(folder: Path, url: str, query: str = 'http_requests_total{job="shop"}') -> Source:
    service = configured(folder, metrics=[{"prometheus": url, "query": query, "user_agent": "agent"}])
    assert service.watchable
    (found,) = Watch().sources(service)
    return found


async def test_counts_what_the_counters_grew_by(prometheus: str, tmp_path: Path) -> None:
    one = source(tmp_path, prometheus)
    assert any(count.unauthorized for count in wanted(SERIES))
    found = [await one.counts(at, at + 10 * MINUTE) for at in range(START, UNTIL, 10 * MINUTE)]
    assert tuple(sorted(count for some in found for count in some.counts)) == wanted(SERIES)
    rng = random.Random(4)
    for _ in range(5):
        edges = [START, *sorted(rng.sample(range(START + MINUTE, UNTIL, MINUTE), 6)), UNTIL]
        parts = [await one.counts(*span) for span in pairwise(edges)]
        assert tuple(sorted(count for some in parts for count in some.counts)) == wanted(SERIES)
    await one.close()


async def test_nothing_is_counted_of_what_is_not_there(prometheus: str, tmp_path: Path) -> None:
    one = source(tmp_path, prometheus, "no_such_thing")
    assert (await one.counts(START, UNTIL)).counts == ()
    await one.close()
