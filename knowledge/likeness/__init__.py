"""Which causes a text reads like, by the words in it and by what was found: what is left where no sentence is known.

`words.tsv` holds how rare each word is and what it says for each cause, learned from labelled accounts of refusals
(`accounts/`) and from whole cases (`cases/`, and the recorded ones) by `tests/bench/learn.py`. The model is multinomial
logistic regression over the words that occur (Genkin, Lewis, Madigan 2007, "Large-Scale Bayesian Logistic Regression
for Text Categorization"), each counted by its rareness and the logarithm of how often it stands, the more of them the
less each (Salton, Buckley 1988, "Term-weighting approaches in automatic text retrieval"). Findings are words of the
case as any other: what each is worth on software that nobody prepared for is learned with them. Unlike rules it needs
no word in particular, and it is never sure.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.messages.reader import IDEOGRAPH
from knowledge.reasons import CAMEL

FILE = Path(__file__).with_name("words.tsv")
STEP, ZERO = 0.5, 24
"""A weight is written as one character: the `ZERO`th is 0, each further one is `STEP` more."""
RARE = 0.2
"""The same for rareness, from 0 on."""
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
ENOUGH = 30
"""Known words from which on a text says all that words can: fewer say less, however telling they are."""

_WORD = re.compile(r"[^\W\d_]{2,24}|(?<![\w.])[1-5]\d\d(?!\w|\.\d)")


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a case reads like."""

    shares: Mapping[str, float]
    """Cause id -> how likely it is by that alone; together 1."""
    power: float
    """How far there are words enough to say anything, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The known words of a text, and what they say for the causes together."""

    values: Mapping[str, float]
    """Word -> how much it counts, by its rareness and how often it stands."""
    sums: tuple[float, ...]
    """For each cause of the model, in its order, before it is scaled by how many words there are."""

    def likeness(self, findings: Iterable[str] = ()) -> Likeness:
        """What it reads like where this was found. Without anything known: like all causes as they are frequent."""
        model = _model()
        further = {name: _rareness(model.rows[name]) for name in sorted(set(findings)) if name in model.rows}
        square = sum(value * value for value in (*self.values.values(), *further.values()))
        told = zip(_weights(model.bias), self.sums, _summed(further), strict=True)
        scores = [base + (own + more) / (math.sqrt(square) or 1) for base, own, more in told]
        top = max(scores)
        raw = [math.exp(score - top) for score in scores]
        total = sum(raw)
        shares = {cause: value / total for cause, value in zip(model.causes, raw, strict=True)}
        return Likeness(shares, min(1.0, len(self.values) / ENOUGH))

    def telling(self, cause: str) -> tuple[str, ...]:
        """The words that speak for the cause, the most telling first."""
        model = _model()
        at = model.causes.index(cause)
        told = sorted((-value * _weights(model.rows[word][1:])[at], word) for word, value in self.values.items())
        return tuple(word for weight, word in told if weight < 0)


def words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, and status codes: `tokenExpired` is two, unspaced scripts give pairs."""
    found: list[str] = []
    for word in _WORD.findall(CAMEL.sub(" ", text).lower()):
        found.extend((word[i : i + 2] for i in range(len(word) - 1)) if IDEOGRAPH.search(word) else (word,))
    return tuple(found)


def wording(text: str) -> Wording:
    """What stands in a text."""
    rows = _model().rows
    counts = Counter(word for word in words(text) if word in rows)
    values = {word: (1 + math.log(count)) * _rareness(rows[word]) for word, count in sorted(counts.items())}
    return Wording(values, _summed(values))


def _summed(values: Mapping[str, float]) -> tuple[float, ...]:
    """What some words say for each cause, in the order of the model's."""
    model = _model()
    told = [[value * weight for weight in _weights(model.rows[word][1:])] for word, value in values.items()]
    return tuple(map(sum, zip(*told, strict=True))) if told else (0.0,) * len(model.causes)


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
