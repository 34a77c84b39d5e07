"""What a cold `locksmith diagnose` costs: `python tests/bench/bench_startup.py`.

Prints the best of seven runs in seconds, as a ratio to a bare interpreter and to one that imports httpx, PyJWT,
pydantic and rich, and the imports that cost most. Ratios within one run compare across machines; seconds do not.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPORT = "401 on https://api.example.com/v1/orders at 10:42:07 UTC, request id 7f3a91c2e4b04d55, token expired?"
LINE = '10.0.0.9 - - [20/Nov/2026:10:42:07 +0000] "GET /v1/orders HTTP/1.1" 401 9 "-" "curl/8.5" rid=7f3a91c2e4b04d55\n'
RUNS = 7


def best(argv: list[str]) -> float:
    """The shortest of some runs, in seconds."""
    took = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run(argv, check=True, capture_output=True)
        took.append(time.perf_counter() - began)
    return min(took)


def imports(argv: list[str]) -> list[tuple[int, str]]:
    """(microseconds with all that it imports, module), the costliest first."""
    done = subprocess.run([sys.executable, "-X", "importtime", *argv], check=True, capture_output=True, text=True)
    found = re.findall(r"import time:\s+\d+ \|\s+(\d+) \|\s+(\S+)", done.stderr)
    return sorted(((int(cost), name) for cost, name in found), reverse=True)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "access.log"
        log.write_text(LINE)
        command = ["-m", "bot", "diagnose", REPORT, "--posted-at", "2026-11-20T10:50:00Z", "--no-probe", "--json"]
        command += ["--logs", str(log)]
        bare = best([sys.executable, "-c", "pass"])
        peers = best([sys.executable, "-c", "import httpx, jwt, pydantic, rich.console"])
        ours = best([sys.executable, *command])
        print(f"bare interpreter {bare:.3f} s, with httpx, PyJWT, pydantic and rich {peers:.3f} s")
        print(f"cold diagnose {ours:.3f} s: {ours / bare:.1f} times bare, {ours / peers:.2f} times the imports")
        for cost, name in imports(command)[:12]:
            print(f"{cost / 1000:8.1f} ms  {name}")


if __name__ == "__main__":
    main()
