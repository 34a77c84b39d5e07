"""What the answers are worth where nobody prepared for the software: `bench_unprepared.py [CASES ..]`.

The words of named software (`knowledge/messages/`) are taken away, so that every line and answer has to be read by its
single words, as a team's own wording is. Printed: what becomes of the recorded sentences of each software then, and
how many of the recorded cases (`tests/cases` if none is given) are still answered right.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[2]))

from knowledge import lexicon, messages
from knowledge.messages import GENERIC, LIFECYCLE, Pattern, patterns
from tests import test_cases

CASES = Path(__file__).parents[1] / "cases"
SURE = 0.8
_known = messages._candidates


def sentences() -> Counter[str]:
    """How the recorded sentences are read by single words alone."""
    found: Counter[str] = Counter()
    for pattern in (p for p in patterns() if p.finding != LIFECYCLE):
        said = {meaning.finding for meaning in lexicon.meanings(pattern.sample) if not meaning.weak}
        found["right" if pattern.finding in said else "wrong" if said - pattern.also else "not read"] += 1
    return found


def unnamed(lowered: str, where: str) -> Iterator[Pattern]:
    """The wordings that many libraries share, and what tells of a start."""
    return (p for p in _known(lowered, where) if p.software == GENERIC or p.finding == LIFECYCLE)


def cases(folder: Path) -> tuple[list[int | None], int]:
    """The rank of the right cause in each case, and how many answers are wrong and sure."""
    ranks, sure = [], 0
    with (
        tempfile.TemporaryDirectory() as work,
        patch.object(messages, "_candidates", unnamed),
        patch.object(test_cases, "CASES", folder),
    ):
        test_cases.authority().cert_pem.write_to_path(str(Path(work) / "ca.pem"))
        for slug in sorted(path.parent.name for path in folder.glob("*/case.yaml")):
            told = json.loads(test_cases.ask(slug, Path(work)))["causes"]
            expected = test_cases.read(slug)["expected"]
            ranks.append(next((at for at, cause in enumerate(told, 1) if cause["id"] in expected), None))
            sure += ranks[-1] != 1 and bool(told) and told[0]["confidence"] >= SURE
    return ranks, sure


def main() -> None:
    """Measure and print."""
    found = sentences()
    shares = ", ".join(f"{count / found.total():.3f} {how}" for how, count in found.most_common())
    print(f"{found.total()} recorded sentences: {shares}")
    for folder in [Path(name) for name in sys.argv[1:]] or [CASES]:
        ranks, sure = cases(folder)
        first, three = (sum(rank is not None and rank <= most for rank in ranks) / len(ranks) for most in (1, 3))
        print(f"{len(ranks)} cases of {folder.name}: top-1 {first:.3f}, top-3 {three:.3f}, {sure} wrong and sure")


if __name__ == "__main__":
    main()
