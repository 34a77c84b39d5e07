"""Score the diagnosis on recorded cases and hold it against the floor: `score_cases.py BENCH [CASES FLOOR]`.

BENCH is the folder with `run.py` and `cases/`; CASES is another folder of cases, FLOOR the name of its floor. Printed:
the score, the reliability table (how often answers of each confidence were right), the pairs of causes that are taken
for each other, and the services that fare worst, as cases of one service share their logs. Of cases that are held out
only the table and the score are printed. Exit status 1 when the score is under `floors.json`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

FLOORS: dict[str, dict[str, float]] = json.loads(Path(__file__).with_name("floors.json").read_text())
HELD_OUT = "held_out"
BINS = ((0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 1.01))
Row = dict[str, Any]


def rows(bench: Path, cases: Path) -> list[Row]:
    """One row a case, as the benchmark saw the installed command."""
    command = Path(sys.executable).with_name("locksmith")
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        argv = [sys.executable, str(bench / "run.py"), "--cases", str(cases), "--command", str(command)]
        subprocess.run([*argv, "--json", file.name], check=True, stdout=subprocess.DEVNULL)
        return list(json.loads(Path(file.name).read_text()))


def measure(cases: list[Row]) -> dict[str, float]:
    """The figures that the floor is about."""
    n = len(cases)
    fifths = [[r for r in cases if min(int(r["confidence"] * 5), 4) == fifth] for fifth in range(5)]
    error = sum(abs(sum(r["confidence"] for r in some) - sum(r["rank"] == 1 for r in some)) for some in fifths)
    return {
        "top1": sum(r["rank"] == 1 for r in cases) / n,
        "top3": sum((r["rank"] or 99) <= 3 for r in cases) / n,
        "calibration_error": error / n,
        "confidently_wrong": sum(r["rank"] != 1 and r["confidence"] >= 0.8 for r in cases),
        "leaked": sum(r["leaked"] for r in cases),
        "failed": sum(bool(r["error"]) for r in cases),
    }


def below(found: dict[str, float], floor: dict[str, float]) -> list[str]:
    """The figures that are worse than the floor."""
    higher_is_better = {"top1", "top3"}
    worse = {k: v < floor[k] if k in higher_is_better else v > floor[k] for k, v in found.items()}
    return [f"{name}: {found[name]:.3f}, the floor is {floor[name]}" for name in floor if worse[name]]


def reliability(cases: list[Row]) -> None:
    """How often answers of each confidence were right."""
    print("confidence   cases  said  right")
    for low, high in BINS:
        some = [r for r in cases if low <= r["confidence"] < high]
        if some:
            said = sum(r["confidence"] for r in some) / len(some)
            right = sum(r["rank"] == 1 for r in some) / len(some)
            print(f"{low:.2f}-{min(high, 1):.2f}    {len(some):5}  {said:.2f}   {right:.2f}")


def confused(cases: list[Row]) -> None:
    """The pairs of causes that are taken for each other, and the services that fare worst."""
    wrong = Counter((r["expected"][0], r["top"]) for r in cases if r["rank"] != 1)
    for (wanted, got), count in wrong.most_common():
        print(f"taken for another: {wanted} for {got} ({count})")
    services: dict[str, list[bool]] = defaultdict(list)
    for row in cases:
        services[row["id"].partition("-")[0]].append(row["rank"] == 1)
    worst = sorted((sum(hits) / len(hits), name, len(hits)) for name, hits in services.items())
    print("services with a miss:", ", ".join(f"{n} {s:.2f} of {c}" for s, n, c in worst if s < 1) or "none")


def main() -> int:
    """Score, show, compare."""
    bench = Path(sys.argv[1])
    folder, floor = (Path(sys.argv[2]), sys.argv[3]) if len(sys.argv) > 2 else (bench / "cases", "shared")
    cases = rows(bench, folder)
    found = measure(cases)
    reliability(cases)
    if floor != HELD_OUT:
        confused(cases)
    print(", ".join(f"{name} {value:.3f}" for name, value in found.items()))
    faults = below(found, FLOORS[floor])
    for fault in faults:
        print(f"worse than the floor: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
