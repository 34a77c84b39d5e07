"""How fast a request's lines are found and counted, as ratios to ripgrep in the same run.

    python tests/bench/bench_logs.py [--megabytes 2000] [--folder DIR] [--runs 5]

Makes the logs it needs (`log_traffic.py`) and keeps them in DIR if one is given. Ours is measured in a fresh process
a case, the best of some runs, with its highest memory; ripgrep and awk likewise. Needs `rg` and `awk`. The cold cases
drop the file's pages with posix_fadvise, so DIR must be on a disk.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench import log_traffic

AWK = r"""
{ minute[substr($4, 2, 17)]++
  path = $7; sub(/\?.*/, "", path); gsub(/\/[0-9]+/, "/{}", path); route[path]++
  network = $1; sub(/\.[0-9]+$/, "", network); net[network]++
  split($0, quoted, "\""); agent[quoted[6]]++ }
END { for (k in minute) print k, minute[k]; for (k in route) print k, route[k]
      for (k in agent) print k, agent[k]; for (k in net) print k, net[k] }
"""
"""The same summary: minute, route, user agent, network."""


@dataclass(frozen=True)
class Row:
    """One case: what of ours, what of theirs, and the ratio that is wanted."""

    name: str
    ours: str
    peer: str
    most: float
    packed: bool = False
    cold: bool = False


ROWS = (
    Row("id, time +-2 min, plain, warm", "id-time", "rg", 0.05),
    Row("  the whole story of it", "story", "rg", 0.05),
    Row("id, time +-2 min, plain, cold", "id-time", "rg", 0.03, cold=True),
    Row("id without time, plain", "id", "rg", 1.8),
    Row("id, time +-2 min, rotated .gz", "id-time", "rg -z", 0.05, packed=True),
    Row("id without time, rotated .gz", "id", "rg -z", 0.45, packed=True),
    Row("401s by minute, route, agent, network", "count", "rg | awk", 1.4),
)


def ours(case: str, path: str, number: int) -> Callable[[], int]:
    """What is measured of ours: a call that gives the bytes that it read."""
    from bot.logs import lookup, sources
    from bot.logs.count import count
    from bot.logs.story import Asked, story

    at = log_traffic.moment(number)
    now, sought = at + timedelta(days=1), log_traffic.request_id(number)

    def by_id(timed: bool) -> int:
        on = sources.shelf([path])
        hits = lookup.by_id((sought,), on, at if timed else None, now, first=120.0, tried=[])
        assert [e.ids for e in hits] == [(sought,)]
        return on.meter.read().bytes

    def whole() -> int:
        found = story(Asked(now=now, request_id=sought, at=at), [path])
        assert found.lines
        return found.read.bytes

    return {
        "nothing": lambda: 0,
        "id-time": lambda: by_id(True),
        "id": lambda: by_id(False),
        "story": whole,
        "count": lambda: count([path], 401, now).read.bytes,
    }[case]


def measure(case: str, path: str, number: int, runs: int, cold: bool) -> dict[str, Any]:
    """Run one of ours in this process: the best time, and the bytes read in it."""
    call, best = ours(case, path, number), (float("inf"), 0)
    call()  # a running process knows the file
    for _ in range(runs):
        if cold:
            forget(path)
        began = time.perf_counter()
        count = call()
        best = min(best, (time.perf_counter() - began, count))
    return {"seconds": best[0], "bytes": best[1]}


def forget(path: str) -> None:
    """Drop a file's pages, or those of all files of a folder, from the cache."""
    for name in [path] if Path(path).is_file() else map(str, Path(path).iterdir()):
        descriptor = os.open(name, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def spawn(argv: list[str]) -> tuple[float, float, str]:
    """(seconds, highest MB, output) of a process."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(argv, stdout=out)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter() - began
        if process.returncode:
            raise SystemExit(f"{argv[0]} failed with {process.returncode}")
        out.seek(0)
        return took, used.ru_maxrss / 1024, out.read().decode()


def of_ours(row: Row, path: str, number: int, runs: int) -> tuple[float, float, int]:
    """(seconds, highest MB, bytes read) of one of ours in a fresh process."""
    argv = [sys.executable, __file__, "--case", row.ours, "--path", path, "--number", str(number), "--runs", str(runs)]
    _, memory, out = spawn([*argv, "--cold"] if row.cold else argv)
    told = json.loads(out)
    return told["seconds"], memory, told["bytes"]


def of_peer(row: Row, path: str, number: int, runs: int) -> tuple[float, float]:
    """(seconds, highest MB) of ripgrep, the best of some runs."""
    sought = log_traffic.request_id(number)
    argv = {
        "rg": ["rg", "-F", "-c", sought, path],
        "rg -z": ["rg", "-z", "-F", "-c", sought, path],
        "rg | awk": ["sh", "-c", 'rg -F \'" 401 \' "$0" | awk "$1"', path, AWK],
    }[row.peer]
    found = []
    for _ in range(runs):
        if row.cold:
            forget(path)
        found.append(spawn(argv)[:2])
    return min(found)


def compare(folder: Path, megabytes: int, runs: int) -> None:
    """Print every row of the table."""
    plain = log_traffic.write(folder / f"{megabytes}.log", megabytes)
    packed = log_traffic.pack(plain, 20)[0].parent
    number = log_traffic.lines(megabytes) * 2 // 3
    print(f"{megabytes} MB, best of {runs}; the ratio is ours to theirs, wanted is the most it may be")
    heads = ("ours s", "theirs s", "ratio", "wanted", "MB read", "ours MB", "theirs MB")
    print(f"{'case':<40}" + "".join(f"{head:>10}" for head in heads))
    for row in ROWS:
        path = str(packed if row.packed else plain)
        some = runs if row.packed or row.cold or row.ours == "id" else 3 * runs
        seconds, memory, read = of_ours(row, path, number, some)
        theirs, their_memory = of_peer(row, path, number, min(runs, 3) if row.packed or row.cold else runs)
        ratio = seconds / theirs
        print(
            f"{row.name:<40}{seconds:10.4f}{theirs:10.3f}{ratio:10.3f}{row.most:10.2f}{read / 1e6:10.1f}"
            f"{memory:10.0f}{their_memory:10.0f}{'' if ratio <= row.most else '  missed'}",
            flush=True,
        )
    _, memory, _ = of_ours(Row("", "nothing", "", 0), str(plain), number, 1)
    print(f"of our memory {memory:.0f} MB is the interpreter with what it imported")


def against_size(folder: Path, megabytes: int) -> None:
    """Print what a look-up with a time reads of a quarter of the size, a half, the whole and the double."""
    print("a look-up with a time, plain: bytes read against size")
    for size in (megabytes // 4, megabytes // 2, megabytes, 2 * megabytes):
        path = log_traffic.write(folder / f"{size}.log", size)
        number = log_traffic.lines(size) * 2 // 3
        row = Row("", "id-time", "", 0)
        seconds, memory, read = of_ours(row, str(path), number, 15)
        print(f"{size:>8} MB: {read:>10,} bytes, {seconds * 1000:6.2f} ms, highest memory {memory:.0f} MB", flush=True)


def main() -> None:
    """Measure and print; with --case one of ours, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    for name in ("--case", "--path", "--number"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    parser.add_argument("--cold", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.case:
        print(json.dumps(measure(given.case, given.path, int(given.number), given.runs, given.cold)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        compare(folder, given.megabytes, given.runs)
        against_size(folder, given.megabytes)


if __name__ == "__main__":
    main()
