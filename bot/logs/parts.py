"""Parts of lines that come again and again: what is made of one is made once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

MOST = 100_000
"""That are remembered of a kind."""
K = TypeVar("K")
T = TypeVar("T")


class Parts(dict[K, T]):
    """What was made of the same parts before; forgotten when it becomes too much."""

    def __init__(self, make: Callable[[K], T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, raw: K) -> T:
        if len(self) >= MOST:
            self.clear()
        self[raw] = made = self._make(raw)
        return made

    def each(self, some: Iterable[K]) -> Iterator[T]:
        """What is made of each."""
        return map(self.__getitem__, some)


class Remembered(Parts[bytes, T]):
    """The same for text."""

    def __init__(self, make: Callable[[str], T]) -> None:
        super().__init__(lambda raw: make(raw.decode("utf-8", "replace")))
