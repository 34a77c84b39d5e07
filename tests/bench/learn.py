"""Learn what refusals of each cause read like, and write `knowledge/likeness/words.tsv`: `learn.py [CASES ..]`.

Learned from `knowledge/likeness/accounts/` (what people post, and what is then found, each with its cause) and from the
cases in `tests/cases` and in the other folders that are named, as the engine reads them. The cases that are held out
stay out.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
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
from bot.model import joined
from knowledge.likeness import FILE, rare, words, written
from tests import test_cases

SEEN = 3
"""In how many texts a word must occur."""
PENALTY = 40.0
"""The inverse strength of the weights' regularisation."""
Labelled = tuple[str, str]
"""A text, and the cause that it is of."""


def accounts() -> Iterator[Labelled]:
    """What was written to learn from."""
    for path in sorted(FILE.with_name("accounts").glob("*.yaml")):
        for account in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader):
            yield f"{account.get('report') or ''}\n{account.get('lines') or ''}", path.stem


def cases(folder: Path) -> Iterator[Labelled]:
    """The text of each case that the engine looks at: its report, files and log lines."""
    read: list[str] = []

    def noting(report: Any, parts: Any, **known: Any) -> Any:
        parts = tuple(parts)
        read.append(text(report, known["log_lines"], joined(*parts).beside))
        return diagnose(report, parts, **known)

    work = Path(tempfile.mkdtemp())
    test_cases.authority().cert_pem.write_to_path(str(work / "ca.pem"))
    with patch("bot.investigate.diagnose", noting), patch.object(test_cases, "CASES", folder):
        for path in sorted(folder.glob("*/case.yaml")):
            test_cases.ask(path.parent.name, work)
            yield read.pop(), test_cases.read(path.parent.name)["expected"][0]


def learned(labelled: list[Labelled]) -> str:
    """The contents of `words.tsv`."""
    texts, labels = zip(*labelled, strict=True)
    counter = CountVectorizer(analyzer=words, min_df=SEEN)
    told = counter.fit_transform(texts).astype(float)
    rareness = 1 + np.log((1 + len(texts)) / (1 + (told > 0).sum(axis=0).A1))
    told.data = 1 + np.log(told.data)
    told = told @ diags(rareness)
    scaled = normalize(told)
    model = LogisticRegression(C=PENALTY, max_iter=1000).fit(scaled, labels)
    rows = zip(counter.get_feature_names_out(), rareness, model.coef_.T, strict=True)
    lines = [f"{word}\t{rare(rareness)}{''.join(map(written, row))}" for word, rareness, row in rows]
    return "\n".join([" ".join(model.classes_), "".join(map(written, model.intercept_)), *lines, ""])


def main() -> None:
    """Learn and write."""
    folders = [test_cases.CASES, *map(Path, sys.argv[1:])]
    if missing := [folder for folder in folders if not any(folder.glob("*/case.yaml"))]:
        sys.exit(f"{missing[0]}: no cases there; name a folder of recorded cases, or none")
    told = [*accounts(), *(case for folder in folders for case in cases(folder))]
    FILE.write_text(learned(told), encoding="utf-8")


if __name__ == "__main__":
    main()
