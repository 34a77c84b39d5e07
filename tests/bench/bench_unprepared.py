"""What the answers are worth where nobody prepared for the software: `bench_unprepared.py [CASES ..]`.

The words of named software (`knowledge/messages/`) are taken away, so that every line and answer has to be read by its
single words, as a team's own wording is. Printed: what becomes of the recorded sentences of each software then, how
sentences are read that were written for this alone (`sentences.tsv`: what programs log and what people write, each with
the finding that it states), and how many of the recorded cases (`tests/cases` if none is given) are answered right.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.intake import phrases
from knowledge import lexicon, messages
from knowledge.messages import GENERIC, LIFECYCLE, Pattern, patterns
from tests import test_cases

CASES = Path(__file__).parents[1] / "cases"
INVENTED = Path(__file__).with_name("sentences.tsv")
SURE = 0.8
_known = messages._candidates


def recorded() -> Counter[str]:
    """How the recorded sentences are read by single words alone."""
    known = (p for p in patterns() if p.finding != LIFECYCLE)
    return Counter(_verdict(p.finding, _meant(p.sample) - p.also) for p in known)


def invented(kind: str) -> Counter[str]:
    """How the sentences that nothing was fitted on are read: those of programs, `says`, or of people, `report`."""
    reader = _meant if kind == "says" else phrases.said
    rows = (line.split("\t", 1) for line in INVENTED.read_text(encoding="utf-8").splitlines())
    return Counter(_verdict(f, reader(sentence)) for f, sentence in rows if f.startswith(f"{kind}."))


def _meant(text: str) -> set[str]:
    return {meaning.finding for meaning in lexicon.meanings(text) if not meaning.weak}


def _verdict(finding: str, said: Collection[str]) -> str:
    return "right" if finding in said else "wrong" if said else "not read"


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
    told = {"recorded": recorded(), "invented log": invented("says"), "people's": invented("report")}
    for name, found in told.items():
        shares = ", ".join(f"{count / found.total():.3f} {how}" for how, count in found.most_common())
        print(f"{found.total()} {name} sentences: {shares}")
    for folder in [Path(name) for name in sys.argv[1:]] or [CASES]:
        ranks, sure = cases(folder)
        first, three = (sum(rank is not None and rank <= most for rank in ranks) / len(ranks) for most in (1, 3))
        print(f"{len(ranks)} cases of {folder.name}: top-1 {first:.3f}, top-3 {three:.3f}, {sure} wrong and sure")


if __name__ == "__main__":
    main()
