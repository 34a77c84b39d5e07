"""What counting costs against `rg | awk`: `python tests/bench/bench_counting.py [--megabytes 300] [--runs 7]`.

Two jobs on one access log that is made first: the summary of 401s (`locksmith logs count`), and what the watcher does
with every line: totals and 401s by minute, method and template, program and network, without our own probes. Against
the watcher stand the same job in awk, which must count the same, four plain counts in awk, and the same job for the
401s that ripgrep lets through. All take turns, and the best of each is told, as seconds of the processor, for the
machine may be shared, and of the clock. Needs `rg`, and `mawk` or another awk. Only ratios compare.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import which

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.logs.count import count
from bot.logs.follower import Follower
from bot.spikes.callers import Callers
from bot.spikes.lines import OWN, Lines
from bot.spikes.templates import Templates
from bot.spikes.watch.ledger import Ledger
from bot.spikes.watch.words import Words
from tests.bench.bench_logs import AWK as BARE

BEGAN = datetime(2026, 11, 20, tzinfo=UTC)
RATE = 200
"""Lines a second."""
ROUTES = (
    "GET /v2/orders", "GET /v2/orders/{number}", "POST /v2/orders", "GET /v2/cart", "PUT /v2/cart/items/{number}",
    "GET /v1/users/{uuid}", "GET /v1/users/{uuid}/keys", "POST /oauth/token", "GET /v1/sessions/{hex}", "GET /healthz",
    "GET /v3/search/suggest", "DELETE /v1/teams/{number}/members/{uuid}",
)  # fmt: skip
AGENTS = (
    "okhttp/4.12.0", "python-requests/2.32.3", "curl/8.5.0", "Acme-iOS/5.2.1 (iPhone; iOS 17.5; Scale/3.00)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Acme-Android/5.2.1 (Pixel 8; Android 14; en_GB)", "Go-http-client/2.0", "axios/1.7.4", "PostmanRuntime/7.40.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.6; rv:133.0) Gecko/20100101 Firefox/133.0",
    "Apache-HttpClient/4.5.14 (Java/17.0.11)", "Acme-iOS/5.1.0 (iPhone; iOS 16.2; Scale/2.00)",
)  # fmt: skip
"""Those of which a rule of awk makes the same name as ours."""
POOL = 300_000
"""Ready-made requests: most ids among them come once or twice."""
CLIENTS = 20_000
AWK = which("mawk") or "awk"
RULES = r"""
function program(agent) {
  if (agent ~ /^Mozilla/) match(agent, /(Chrome|Firefox)\/[0-9]+/)
  else match(agent, /^[A-Za-z0-9_.+-]+(\/[0-9]+(\.[0-9]+)?)?/)
  return substr(agent, RSTART, RLENGTH) }
BEGIN { FS = "\""; h = "[0-9a-f]"; h4 = h h h h
  ids = "/([0-9]+|" h4 h4 "-" h4 "-" h4 "-" h4 "-" h4 h4 h4 "|" h "*[0-9]" h "*)/" }
{ split($1, head, " "); split($2, asked, " ")
  path = asked[2]; sub(/\?.*/, "", path); path = path "/"; gsub(ids, "/{}/", path)
  if (!($6 in programs)) programs[$6] = program($6)
  network = head[1]; sub(/\.[0-9]+$/, ".0/24", network) }
"""
"""The parts of a line as we tell them."""
WATCHED = (
    f"/{OWN.decode()}/ {{ next }}"
    + RULES
    + r"""
{ cell = substr(head[4], 2, 17) "\t" asked[1] " " path "\t" programs[$6] "\t" network
  total[cell]++; if (substr($3, 2, 3) == "401") refused[cell]++ }
END { if (show) for (cell in total) {
  told = cell; sub(/\/\t/, "\t", told); print told "\tall\t" total[cell]
  if (cell in refused) print told "\t401\t" refused[cell] } }
"""
)
SUMMED = (
    RULES
    + r"""
{ minutes[substr(head[4], 2, 17)]++; routes[path]++; agents[programs[$6]]++; networks[network]++ }
END { if (show) {
  for (k in minutes) print "minute\t" k "\t" minutes[k]
  for (k in routes) print "route\t" substr(k, 1, length(k) - 1) "\t" routes[k]
  for (k in agents) print "agent\t" k "\t" agents[k]; for (k in networks) print "network\t" k "\t" networks[k] } }
"""
)
REFUSED = """rg -F '" 401 ' "$0" | "$1" "$2" - "$3" """
HEADS = ("processor s", "theirs", "ratio", "clock s", "theirs", "ratio")
Told = Counter[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds."""

    processor: float
    clock: float


def write(path: Path, megabytes: int, *, seed: int = 1) -> None:
    """An access log in the order of time: twelve routes, half of the requests with an id; one answer in 50 is a 401."""
    chance, size, stamp = random.Random(seed), 0, BEGAN
    requests = [_request(chance) for _ in range(POOL)]
    clients = [f"198.51.{min(99, int(chance.expovariate(1 / 12)))}.{chance.randrange(256)}" for _ in range(CLIENTS)]
    tails = [_tail(chance) for _ in range(100_000)]
    with path.open("w", encoding="ascii") as stream:
        while size < megabytes * 1_000_000:
            parts = zip(*(chance.choices(some, k=RATE) for some in (clients, requests, tails)), strict=True)
            size += stream.write(
                "".join(
                    f"{client} - - [{stamp:%d/%b/%Y:%H:%M:%S} +0000] {request} {tail}{chance.getrandbits(128):032x}\n"
                    for client, request, tail in parts
                )
            )
            stamp += timedelta(seconds=1)


def _request(chance: random.Random) -> str:
    (route,) = chance.choices(ROUTES, [1 / rank for rank in range(1, len(ROUTES) + 1)])
    ids = {"number": chance.randrange(1_000_000), "uuid": uuid.UUID(int=chance.getrandbits(128))}
    query = f"?page={chance.randrange(20)}" if chance.random() < 0.2 else ""
    return f'"{route.format(**ids, hex=f"{chance.getrandbits(47) | 1 << 47:x}")}{query} HTTP/1.1"'


def _tail(chance: random.Random) -> str:
    (status,) = chance.choices((200, 201, 204, 304, 401, 404, 500), (70, 5, 5, 5, 2, 5, 1))
    (agent,) = chance.choices((*AGENTS, OWN.decode()), [*(1 / rank for rank in range(1, len(AGENTS) + 1)), 0.001])
    return f'{status} {chance.randrange(9000)} "-" "{agent}" rt=0.0{chance.randrange(99):02} rid='


def summary(path: Path) -> Told:
    """Our summary of 401s."""
    found = count([str(path)], 401, BEGAN + timedelta(days=1))
    told = Told({("minute", f"{minute:%d/%b/%Y:%H:%M}"): number for minute, number in found.minutes.items()})
    for kind, some in (("route", found.routes), ("agent", found.agents), ("network", found.networks)):
        told.update({(kind, name): number for name, number in some.items()})
    return told


def watched(path: Path) -> Ledger:
    """What the watcher does with a log up to what is judged and kept."""
    now = BEGAN + timedelta(days=1)
    lines, ledger, follower = Lines(Templates()), Ledger(Callers(), Words, 0), Follower([str(path)], from_start=True)
    for block in follower.blocks():
        ledger.add(lines.read(block.raw, block.file, now), now.timestamp())
    follower.close()
    ledger.settle()
    return ledger


def of_ledger(ledger: Ledger) -> Told:
    """All answers and 401s by cell."""
    told = Told()
    for minute, some in ledger.waiting.items():
        for count_ in ledger.counts(minute, some):
            cell = (f"{datetime.fromtimestamp(minute, UTC):%d/%b/%Y:%H:%M}", *count_.cell)
            told[*cell, "all"], told[*cell, "401"] = count_.total, count_.unauthorized
    return +told


def printed(argv: Sequence[str]) -> Told:
    """What a peer counts."""
    lines = subprocess.run([*argv, "show=1"], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    return Told({tuple(words): int(number) for *words, number in (line.split("\t") for line in lines)})


def of_ours(job: Callable[[Path], object], path: Path) -> Cost:
    """Of one run in this process."""
    clock, processor = time.perf_counter(), time.process_time()
    job(path)
    return Cost(time.process_time() - processor, time.perf_counter() - clock)


def of_peer(argv: Sequence[str]) -> Cost:
    """Of one run of processes."""
    clock, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(used, time.perf_counter() - clock)


def best(some: Sequence[Cost]) -> Cost:
    """The least of each."""
    return Cost(min(one.processor for one in some), min(one.clock for one in some))


def compare(path: Path, runs: int) -> None:
    """Print each job against each of its peers."""
    refused = ["sh", "-c", REFUSED, str(path), AWK]
    jobs: dict[str, tuple[Callable[[Path], object], dict[str, list[str]]]] = {
        "401s, summed up": (summary, {"rg | awk, the same": [*refused, SUMMED]}),
        "every answer, watched": (
            watched,
            {
                "awk, the same": [AWK, WATCHED, str(path)],
                "awk, bare": [AWK, BARE, str(path)],
                "rg | awk, 401s alone": [*refused, WATCHED],
            },
        ),
    }
    print(f"{'ours':<24}{'theirs':<24}" + "".join(f"{head:>12}" for head in HEADS))
    for name, (job, peers) in jobs.items():
        costs: dict[str, list[Cost]] = {one: [] for one in ("", *peers)}
        for _ in range(runs):
            costs[""].append(of_ours(job, path))
            for one, argv in peers.items():
                costs[one].append(of_peer(argv))
        ours = best(costs.pop(""))
        for one, some in costs.items():
            theirs = best(some)
            ratios = ours.processor / theirs.processor, ours.clock / theirs.clock
            figures = (ours.processor, theirs.processor, ratios[0], ours.clock, theirs.clock, ratios[1])
            print(f"{name:<24}{one:<24}" + "".join(f"{figure:12.3f}" for figure in figures), flush=True)


def check(path: Path) -> None:
    """That all of them count the same. Raises AssertionError."""
    refused = ["sh", "-c", REFUSED, str(path), AWK, SUMMED]
    assert summary(path) == printed(refused)
    assert of_ledger(watched(path)) == printed([AWK, WATCHED, str(path)])


def main() -> None:
    """Make a log, check, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=300)
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "access.log")
        write(path, given.megabytes)
        check(path)
        compare(path, given.runs)


if __name__ == "__main__":
    main()
