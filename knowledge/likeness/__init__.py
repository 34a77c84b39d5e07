"""Which causes a text reads like, by the words in it: what is left where no sentence of it is known.

`words.tsv` holds how rare each word is and what it says for each cause, learned from labelled accounts of refusals
(`accounts/`) and from recorded cases by `tests/bench/learn.py`. The model is multinomial logistic regression over the
words that occur (Genkin, Lewis, Madigan 2007, "Large-Scale Bayesian Logistic Regression for Text Categorization"),
each counted by its rareness and the logarithm of how often it stands, the more of them the less each (Salton, Buckley
1988, "Term-weighting approaches in automatic text retrieval"). Unlike rules it needs no word in particular, and it is
never sure.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.messages.reader import IDEOGRAPH
from knowledge.reasons import CAMEL

FILE = Path(__file__).with_name("words.tsv")
STEP, ZERO = 0.5, 24
"""A weight is written as one character: the `ZERO`th is 0, each further one is `STEP` more."""
RARE = 0.15
"""The same for rareness, from 0 on."""
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
ENOUGH = 30
"""Known words from which on a text says all that words can: fewer say less, however telling they are."""

_WORD = re.compile(r"[^\W\d_]{2,24}|(?<![\w.])[1-5]\d\d(?!\w|\.\d)")


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a text reads like."""

    shares: Mapping[str, float]
    """Cause id -> how likely it is by the words alone; together 1."""
    weights: Mapping[str, Sequence[float]]
    """Each known word of the text -> what it says for the causes, in the order of `shares`."""
    power: float
    """How far there are words enough to say anything, from 0 to 1."""

    def telling(self, cause: str) -> tuple[str, ...]:
        """The text's words that speak for the cause, the most telling first."""
        at = list(self.shares).index(cause)
        told = sorted((-row[at], word) for word, row in self.weights.items() if row[at] > 0)
        return tuple(word for _, word in told)


def words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, and status codes: `tokenExpired` is two, unspaced scripts give pairs."""
    found: list[str] = []
    for word in _WORD.findall(CAMEL.sub(" ", text).lower()):
        found.extend((word[i : i + 2] for i in range(len(word) - 1)) if IDEOGRAPH.search(word) else (word,))
    return tuple(found)


def likeness(text: str) -> Likeness:
    """What a text reads like. One without any known word reads like all causes as they are frequent."""
    model = _model()
    counts = Counter(word for word in words(text) if word in model.rows)
    told = {word: (1 + math.log(count)) * _rareness(model.rows[word]) for word, count in sorted(counts.items())}
    scale = 1 / (math.sqrt(sum(value * value for value in told.values())) or 1)
    weights = {w: tuple(scale * value * weight for weight in _weights(model.rows[w][1:])) for w, value in told.items()}
    scores = [base + sum(row[at] for row in weights.values()) for at, base in enumerate(_weights(model.bias))]
    top = max(scores)
    raw = [math.exp(score - top) for score in scores]
    total = sum(raw)
    shares = {cause: value / total for cause, value in zip(model.causes, raw, strict=True)}
    return Likeness(shares, weights, min(1.0, len(weights) / ENOUGH))


def written(weight: float) -> str:
    """A weight as it stands in `words.tsv`."""
    return _digit(weight / STEP + ZERO)


def rare(rareness: float) -> str:
    """A rareness as it stands there."""
    return _digit(rareness / RARE)


def _digit(value: float) -> str:
    return DIGITS[max(0, min(len(DIGITS) - 1, round(value)))]


@dataclass(frozen=True, slots=True)
class _Model:
    causes: tuple[str, ...]
    bias: str
    rows: Mapping[str, str]


@cache
def _model() -> _Model:
    head, bias, *lines = FILE.read_text(encoding="utf-8").splitlines()
    return _Model(tuple(head.split()), bias, dict(line.split("\t") for line in lines))


def _rareness(row: str) -> float:
    return DIGITS.index(row[0]) * RARE


@cache
def _weights(row: str) -> list[float]:
    return [(DIGITS.index(digit) - ZERO) * STEP for digit in row]
