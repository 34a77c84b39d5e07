"""Learn what refusals of each cause read like, and write `knowledge/likeness/words.tsv`: `learn.py [CASES ..]`.

Learned from `knowledge/likeness/accounts/` (what people post, and what is then found, each with its cause) and from the
cases in `knowledge/likeness/cases`, in `tests/cases` and in the other folders that are named: from the words that the
engine reads of each, and from what it finds. The cases that are held out stay out.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import yaml
from scipy.sparse import diags
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.engine.diagnose import diagnose
from bot.engine.likeness import text
from bot.intake import read
from bot.investigate import investigate
from bot.model import joined
from knowledge.findings import findings
from knowledge.likeness import FILE, rare, words, written
from tests import test_cases

SEEN = 3
"""In how many texts a word must occur."""
PENALTY = 40.0
"""The inverse strength of the weights' regularisation."""
TELLING = 1.5
"""By how much a finding is rarer than a word that stands as often: it was read with care."""
POSTED = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""When accounts are taken to be posted, which name hardly any time."""
Labelled = tuple[tuple[str, ...], str]
"""Words and findings, and the cause that they are of."""


class Noting:
    """A diagnosis that keeps what it is made from."""

    def __init__(self) -> None:
        self.read: tuple[str, ...] = ()

    def __call__(self, report: Any, parts: Any, **known: Any) -> Any:
        parts = tuple(parts)
        told = joined(*parts)
        seen = sorted({finding.id for finding in told.findings})
        self.read = (*words(text(report, known["log_lines"], told.beside)), *seen)
        return diagnose(report, parts, **known)


def accounts(noting: Noting) -> Iterator[Labelled]:
    """What was written to learn from: its report, with the lines in it as people paste them."""
    for path in sorted(FILE.with_name("accounts").glob("*.yaml")):
        for account in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader):
            lines = f"\n```\n{account['lines']}\n```" if account.get("lines") else ""
            asyncio.run(investigate(read(f"{account['report']}{lines}", posted_at=POSTED, tz=UTC)))
            yield noting.read, path.stem


def cases(folder: Path, noting: Noting) -> Iterator[Labelled]:
    """Each case as the installed command would be asked about it."""
    work = Path(tempfile.mkdtemp())
    test_cases.authority().cert_pem.write_to_path(str(work / "ca.pem"))
    with patch.object(test_cases, "CASES", folder):
        for path in sorted(folder.glob("*/case.yaml")):
            test_cases.ask(path.parent.name, work)
            yield noting.read, test_cases.read(path.parent.name)["expected"][0]


def learned(labelled: list[Labelled]) -> str:
    """The contents of `words.tsv`."""
    texts, labels = zip(*labelled, strict=True)
    counter = CountVectorizer(analyzer=tuple, min_df=SEEN)
    told = counter.fit_transform(texts).astype(float)
    names = counter.get_feature_names_out()
    rareness = 1 + np.log((1 + len(texts)) / (1 + (told > 0).sum(axis=0).A1))
    rareness *= [TELLING if name in findings() else 1 for name in names]
    told.data = 1 + np.log(told.data)
    told = told @ diags(rareness)
    scaled = normalize(told)
    model = LogisticRegression(C=PENALTY, max_iter=1000).fit(scaled, labels)
    rows = zip(names, rareness, model.coef_.T, strict=True)
    lines = [f"{word}\t{rare(rareness)}{''.join(map(written, row))}" for word, rareness, row in rows]
    return "\n".join([" ".join(model.classes_), "".join(map(written, model.intercept_)), *lines, ""])


def main() -> None:
    """Learn and write."""
    folders = [test_cases.CASES, FILE.with_name("cases"), *map(Path, sys.argv[1:])]
    if missing := [folder for folder in folders if not any(folder.glob("*/case.yaml"))]:
        sys.exit(f"{missing[0]}: no cases there; name a folder of recorded cases, or none")
    noting = Noting()
    with patch("bot.investigate.diagnose", noting):
        told = [*accounts(noting), *(case for folder in folders for case in cases(folder, noting))]
    FILE.write_text(learned(told), encoding="utf-8")


if __name__ == "__main__":
    main()
