"""What a minute costs: `python tests/bench/bench_spikes.py [NODES]`.

A detector learns made-up traffic of about ten thousand nodes; then minutes are measured in which every one of them is
asked: usual ones, and ones in which a region fails. First the whole of it (counting, judging, attributing), then
judging alone against a peer that judges the same minute over the same windows node by node in plain Python. All are
the best of several runs, and the ratio compares across machines; milliseconds do not.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bot.spikes.counter import WHOLE_DAY
from bot.spikes.detect import SMALLEST, firing
from bot.spikes.detector import Detector
from bot.spikes.model import MINUTE, Cell, Count, Rules
from bot.spikes.recent import KEPT, LONGEST, WINDOWS

START = 1_767_571_200
LEARNT = WHOLE_DAY
"""Minutes of the day before that are counted: enough for spikes to be told, and for every node to be known."""
RUNS = 7


def cells(nodes: int) -> list[Cell]:
    """About so many nodes above them: pairs of routes and agents are most of these."""
    routes, agents, regions = max(2, nodes // 52), 40, 10
    return [Cell(f"GET /r{r}", f"a{a}", f"g{(r + a) % regions}") for r in range(routes) for a in range(agents)]


def minute(at: int, some: list[Cell], rng: np.random.Generator, failing: str = "") -> list[Count]:
    """A count of each cell, one in fifty requests answered 401, in one region all."""
    total = rng.poisson(5, len(some)) + 1
    bad = rng.binomial(total, 0.02)
    return [
        Count(at, cell, int(n), int(n if cell.region == failing else b))
        for cell, n, b in zip(some, total, bad, strict=True)
    ]


def peer(bad: list[list[float]], expected: list[list[float]], phi: list[list[float]], rules: Rules) -> int:
    """The same test in plain Python, node by node, from the newest minute back; how many nodes have a score."""
    found = 0
    for node in range(len(phi[0])):
        observed = mean = score = 0.0
        for back in range(len(bad)):
            observed += bad[back][node]
            mean += expected[back][node]
            if back + 1 in WINDOWS and observed - mean >= rules.least_excess and observed >= rules.least_ratio * mean:
                score = max(score, surprise(observed, max(mean, SMALLEST), phi[WINDOWS.index(back + 1)][node]))
        found += score > 0
    return found


def surprise(observed: float, mean: float, phi: float) -> float:
    """-log10 of a bound on the tail of the negative binomial distribution."""
    size = 1 / phi
    q = mean / (mean + size)
    log_p = math.lgamma(observed + size) - math.lgamma(size) - math.lgamma(observed + 1)
    log_p += size * math.log1p(-q) + observed * math.log(q)
    ratio = max((observed + size) / (observed + 1) * q, q)
    return -(log_p - math.log1p(-min(ratio, 1 - 1e-9))) / math.log(10)


def best(run: Callable[[], object]) -> float:
    """The shortest of some runs, in milliseconds."""
    took = []
    for _ in range(RUNS):
        began = time.perf_counter()
        run()
        took.append(time.perf_counter() - began)
    return min(took) * 1000


def main(nodes: int = 10_000) -> None:
    """Measure and print."""
    rng = np.random.default_rng(1)
    some = cells(nodes)
    detector = Detector(replace(Rules(), routes=len(some)))
    first = START + (1440 - LEARNT) * MINUTE
    at = first
    while at <= START + 1440 * MINUTE + 45 * MINUTE:
        detector.minute(at, minute(at, some, rng))
        at += MINUTE
    print(f"{len(detector.counter.nodes):,} nodes, {len(some):,} counts a minute")
    for name, failing in (("usual minutes", ""), ("minutes in which a region fails", "g3")):
        coming = iter([(at + k * MINUTE, minute(at + k * MINUTE, some, rng, failing)) for k in range(RUNS)])
        at += RUNS * MINUTE
        whole = best(lambda coming=coming: detector.minute(*next(coming)))  # type: ignore[misc]
        ours, plain = judged(detector)
        print(f"{name}: {whole:.1f} ms in all, {len(detector.incidents)} incidents open;")
        print(f"  judging {ours:.1f} ms, node by node in plain Python {plain:.1f} ms: {plain / ours:.1f} times as long")


def judged(detector: Detector) -> tuple[float, float]:
    """Milliseconds for judging the last minute: ours, the peer's."""
    counter, rules = detector.counter, detector.rules
    recent, size = counter.recent, len(counter.nodes)
    slots = (recent.now // MINUTE - np.arange(LONGEST)) % KEPT
    bad, expected = (held[slots, :size].tolist() for held in (recent.bad, recent.expected))
    phi = counter.phi[:, :size].tolist()
    found = firing(recent.sums(), counter.phi, rules)
    assert len(found.numbers) == peer(bad, expected, phi, rules)
    return (
        best(lambda: firing(recent.sums(), counter.phi, rules)),
        best(lambda: peer(bad, expected, phi, rules)),
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
