"""Learn what refusals of each cause read like, and write `knowledge/likeness/words.tsv`: `make learn`.

Learned from `knowledge/likeness/accounts/` (what people post, and what is then found, each with its cause), from the
cases in `tests/cases` as the engine reads them, and from the sentences of `knowledge/messages/` and `sentences.tsv`,
each for the causes that its finding speaks for. The cases that are held out, and those of other benchmarks, stay out.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import yaml
from scipy.sparse import diags
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.engine.diagnose import diagnose
from bot.engine.likeness import text
from knowledge.causes import causes
from knowledge.findings import findings
from knowledge.likeness import FEW, FILE, words, written
from knowledge.messages import LIFECYCLE, patterns
from tests import test_cases

RARE = 3
"""In how many texts a word must occur."""
PENALTY = 30.0
"""The inverse strength of the weights' regularisation."""
SENTENCE = 0.3
"""What a sentence counts beside an account, shared among the `LIKELY` causes that it speaks for most."""
LIKELY = 3
Labelled = tuple[str, str, float]
"""A text, the cause that it is of, and what it counts."""


def accounts() -> Iterator[Labelled]:
    """What was written to learn from."""
    for path in sorted(FILE.with_name("accounts").glob("*.yaml")):
        for account in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader):
            yield f"{account.get('report') or ''}\n{account.get('lines') or ''}", path.stem, 1.0


def cases() -> Iterator[Labelled]:
    """The text of each case that the engine looks at: its report, files and log lines."""
    read: list[str] = []

    def noting(report: Any, parts: Any, **known: Any) -> Any:
        read.append(text(report, known["log_lines"]))
        return diagnose(report, parts, **known)

    work = Path(tempfile.mkdtemp())
    test_cases.authority().cert_pem.write_to_path(str(work / "ca.pem"))
    with patch("bot.investigate.diagnose", noting):
        for slug in test_cases.SLUGS:
            test_cases.ask(slug, work)
            yield read.pop(), test_cases.read(slug)["expected"][0], 1.0


def sentences() -> Iterator[Labelled]:
    """What software and people say, for the causes of which it speaks."""
    told = [(p.finding, p.sample) for p in patterns() if p.finding != LIFECYCLE]
    for line in Path(__file__).with_name("sentences.tsv").read_text(encoding="utf-8").splitlines():
        finding, _, sentence = line.partition("\t")
        told.append((finding, sentence))
    for finding, sentence in told:
        shares = spoken_for(finding)
        for cause in sorted(shares, key=lambda name: -shares[name])[:LIKELY]:
            yield sentence, cause, SENTENCE * shares[cause]


def spoken_for(finding: str) -> dict[str, float]:
    """How likely each cause is where this finding is all that is known."""
    usual = findings()[finding].background
    found = {
        c.id: c.prior * (1.0 if finding in c.proves else c.evidence.get(finding, usual)) for c in causes().values()
    }
    total = sum(found.values())
    return {name: value / total for name, value in found.items()}


def learned(labelled: list[Labelled]) -> str:
    """The contents of `words.tsv`."""
    texts, labels, weights = zip(*labelled, strict=True)
    counter = CountVectorizer(analyzer=partial(words), binary=True, min_df=RARE)
    occur = counter.fit_transform(texts)
    scale = diags(1 / np.sqrt(np.maximum(occur.sum(axis=1).A1, FEW)))
    model = LogisticRegression(C=PENALTY, max_iter=1000).fit(scale @ occur, labels, sample_weight=weights)
    rows = zip(counter.get_feature_names_out(), model.coef_.T, strict=True)
    lines = [f"{word}\t{''.join(map(written, row))}" for word, row in rows]
    return "\n".join([" ".join(model.classes_), "".join(map(written, model.intercept_)), *lines, ""])


if __name__ == "__main__":
    FILE.write_text(learned([*accounts(), *cases(), *sentences()]), encoding="utf-8")
