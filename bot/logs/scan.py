"""Lines that hold one of a few words, found without looking at any other line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.logs.match import HEX32, spellings

STEM = 8
"""Hex digits of a long id that all its spellings share, dashed or not."""
DECIMALS = re.compile(r"[0-9]{6,}")
"""What reads the same in capitals, and is rare enough to be looked for alone."""


def needles(ids: Iterable[str]) -> tuple[bytes, ...]:
    """The fewest words of which one stands in every spelling of the ids."""
    return tuple(dict.fromkeys(word.encode() for i in ids for word in _words(spellings(i))))


def _words(forms: Sequence[str]) -> Iterator[str]:
    if not HEX32.match(forms[0].replace("-", "")):
        yield from filter(None, forms)
    elif runs := DECIMALS.findall(max(forms, key=len)):  # the dashed one
        yield max(runs, key=len)
    else:
        yield from (form[:STEM] for form in forms)


def spots(run: memoryview, words: Sequence[bytes]) -> list[tuple[int, int]]:
    """Where the lines begin and end that hold any of the words, in order, each once."""
    if len(words) == 1:
        return list(_spots(run, words[0]))
    return sorted({spot for word in words for spot in _spots(run, word)})


def _spots(run: memoryview, word: bytes) -> Iterator[tuple[int, int]]:
    from stringzilla import find, rfind

    at = 0
    while (at := find(run, word, at)) >= 0:
        start = rfind(run, b"\n", 0, at) + 1
        end = find(run, b"\n", at)
        end = len(run) if end < 0 else end
        yield start, end
        at = end
