"""Lines that hold one of a few words, found without looking at any other line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.logs.match import HEX32, spellings

STEM = 8
"""Hex digits of a long id that all its spellings share, dashed or not."""


def needles(ids: Iterable[str]) -> tuple[bytes, ...]:
    """The fewest words of which one stands in every spelling of the ids."""
    found: dict[bytes, None] = {}
    for form in (form for i in ids for form in spellings(i) if form):
        found[(form[:STEM] if HEX32.match(form.replace("-", "")) else form).encode()] = None
    return tuple(found)


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
