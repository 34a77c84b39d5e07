"""Which causes a text reads like, by the words in it: what is left where no sentence of it is known.

`words.tsv` holds what each word says for each cause, learned from labelled accounts of refusals (`accounts/`, the
recorded cases, the sentences of `knowledge/messages/`) by `tests/bench/learn.py`. The model is multinomial logistic
regression over which words occur, the more of them the less each (Genkin, Lewis, Madigan 2007, "Large-Scale Bayesian
Logistic Regression for Text Categorization"): unlike rules it needs no word in particular, and it is never sure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.messages.reader import IDEOGRAPH
from knowledge.reasons import CAMEL

FILE = Path(__file__).with_name("words.tsv")
STEP, ZERO = 0.3, 20
"""A weight is written as one character: the `ZERO`th is 0, each further one is `STEP` more."""
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
FEW = 30
"""Words below which a text says little, however telling they are."""

_WORD = re.compile(r"[^\W\d_]{2,24}")


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a text reads like."""

    shares: Mapping[str, float]
    """Cause id -> how likely it is by the words alone; together 1."""
    weights: Mapping[str, Sequence[float]]
    """Each known word of the text -> what it says for the causes, in the order of `shares`."""

    def telling(self, cause: str) -> tuple[str, ...]:
        """The text's words that speak for the cause, the most telling first."""
        at = list(self.shares).index(cause)
        told = sorted((-row[at], word) for word, row in self.weights.items() if row[at] > 0)
        return tuple(word for _, word in told)


def words(text: str) -> frozenset[str]:
    """The words of a text in lower case: `tokenExpired` is two, unspaced scripts give pairs of letters."""
    found: set[str] = set()
    for word in _WORD.findall(CAMEL.sub(" ", text).lower()):
        found.update((word[i : i + 2] for i in range(len(word) - 1)) if IDEOGRAPH.search(word) else (word,))
    return frozenset(found)


def likeness(text: str) -> Likeness:
    """What a text reads like. One without any known word reads like all causes as they are frequent."""
    model = _model()
    known = sorted(words(text) & model.rows.keys())
    scale = 1 / math.sqrt(max(len(known), FEW))
    weights = {word: _weights(model.rows[word]) for word in known}
    scores = [base + scale * sum(weights[word][at] for word in known) for at, base in enumerate(_weights(model.bias))]
    top = max(scores)
    raw = [math.exp(score - top) for score in scores]
    total = sum(raw)
    return Likeness({cause: value / total for cause, value in zip(model.causes, raw, strict=True)}, weights)


def written(weight: float) -> str:
    """A weight as it stands in `words.tsv`."""
    return DIGITS[max(0, min(len(DIGITS) - 1, round(weight / STEP) + ZERO))]


@dataclass(frozen=True, slots=True)
class _Model:
    causes: tuple[str, ...]
    bias: str
    rows: Mapping[str, str]


@cache
def _model() -> _Model:
    head, bias, *lines = FILE.read_text(encoding="utf-8").splitlines()
    return _Model(tuple(head.split()), bias, dict(line.split("\t") for line in lines))


@cache
def _weights(row: str) -> list[float]:
    return [(DIGITS.index(digit) - ZERO) * STEP for digit in row]
