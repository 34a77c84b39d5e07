"""Ages in a refusal that are over their limit: `41m > 30m`, `nine minutes fast, three is all`, `drift=9 limit=5`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.lexicon.terms import terms_in
from knowledge.lexicon.words import vocabulary

LETTERS = re.compile(r"[^\W\d_]{2,12}")
SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400}
COUNT = re.compile(r"(?<![A-Za-z0-9_.:,/-])(\d{1,9}(?:\.\d+)?)\s{0,10}([^\W\d_]{1,14}(?![^\W_]|\.\w))?(?![:/-]\d)")
"""A number, and the word behind it that may be a unit."""
PACKED = re.compile(r"(?<=\d)([a-z]{1,2})(?=\d)")
"""The unit amid `17m48s`."""
JOINED = re.compile(r"\s?(?:and|und|et|y|e|i|och|en|,)?\s?\Z")
"""What stands between the parts of `1 h 30 min`."""
LIMIT_WITHIN, LIMIT_REACH = 3, 80
"""Words between a limit and its number, and characters between an age and its limit."""
NUMBER = re.compile(r"(?<![\w.])([A-Za-z]\w{0,30})[=:]\s?(\d{1,9}(?:\.\d+)?)(?![\w.:/-])")
AGES = re.compile(r"(?i)(?:^|_)(?:age|old|skew|drift|delta|offset|idle|lag|diff|alter)(?:_?s(?:ec)?)?$")
LIMITS = re.compile(r"(?i)(?:^|_)(?:max|limit|tolerance|leeway|window|allowed|ttl|grace)(?:_|$)")
APART = re.compile(r"(?i)\b(?:behind|ahead|off|apart|skew\w*|drift\w*|fast|slow|clock\w*|uhr|vor|nach|reloj|stamped)\b")


def told(text: str) -> Iterator[tuple[str, str, str]]:
    """A stretch of time beside the limit that it is over."""
    text = spelled(PACKED.sub(r"\1 ", text))
    spans = _spans(text)
    for age, limit in pairwise(spans):
        between, behind = text[age.end : limit.start], text[limit.end : limit.end + 20].partition(",")[0]
        most = limit.seconds or (limit.count * age.unit if _bounds(between, behind) else 0)
        if age.seconds > most > 0 and len(between) <= LIMIT_REACH and _limits(f"{between} {behind}"):
            yield _kind(text), "over", f"{age.said}, {limit.said} at most"
            return
    numbers = NUMBER.findall(text)
    ages = [(k, float(v)) for k, v in numbers if AGES.search(k)]
    limits = [(k, float(v)) for k, v in numbers if LIMITS.search(k)]
    if len(ages) == len(limits) == 1 and ages[0][1] > limits[0][1] > 0:
        yield _kind(text), "over", f"{ages[0][0]} {ages[0][1]:g}, {limits[0][0]} {limits[0][1]:g}"


@dataclass(frozen=True, slots=True)
class _Span:
    """A stretch of time as it stands in a text; a number alone has a count and no seconds."""

    start: int
    end: int
    said: str
    count: float
    unit: float
    """Seconds of its last unit, 0 for a number alone."""
    seconds: float


def _spans(text: str) -> list[_Span]:
    """The stretches of time of a text with the numbers that may be limits, in their order."""
    spans: list[_Span] = []
    for match in COUNT.finditer(text):
        unit = _unit(match[2] or "")
        end = match.end() if unit else match.end(1)
        one = _Span(
            match.start(), end, text[match.start() : end].strip(), float(match[1]), unit, float(match[1]) * unit
        )
        last = spans[-1] if spans else None
        if last and unit and last.unit > unit and JOINED.match(text[last.end : one.start]):
            said = text[last.start : one.end]
            spans[-1] = replace(last, end=one.end, said=said, unit=unit, seconds=last.seconds + one.seconds)
        else:
            spans.append(one)
    return [span for at, span in enumerate(spans) if span.seconds or (at and spans[at - 1].seconds)]


def _unit(word: str) -> float:
    """The seconds of a unit, 0 for another word; written without spaces it is how the word begins."""
    units = vocabulary().units
    name = next((units[part] for part in (word.lower(), word[:2], word[:1]) if part in units and _ends(part, word)), "")
    return SECONDS.get(name, 0)


def _ends(part: str, word: str) -> bool:
    return len(part) == len(word) or not part.isascii()


def spelled(text: str) -> str:
    """The text with digits for numbers that are written in words, each as long as it was: `nine` is `9   `."""
    numbers = vocabulary().numbers
    return LETTERS.sub(lambda word: numbers.get(word[0].lower(), word[0]).ljust(len(word[0])), text)


def _bounds(between: str, behind: str) -> bool:
    """Whether a number alone is a limit by the word next to it."""
    return _limits(" ".join(between.split()[-LIMIT_WITHIN:])) or _limits(" ".join(behind.split()[:LIMIT_WITHIN]))


def _limits(text: str) -> bool:
    return ">" in text or any(term.role == "limits" for term in terms_in(text))


def _kind(text: str) -> str:
    if any(term.role == "resting" for term in terms_in(text)):
        return "session"
    return "clock" if APART.search(text) else ""
