"""What every remote log store answers: the rows between two moments that hold some texts."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from bot.logs.stores.counting import Counting
    from bot.logs.stores.http import Http


class StoreError(Exception):
    """A store that could not be read. The text is one line: which store, what went wrong, how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question to a store. More may come back than was asked for: the reader looks again."""

    start: datetime
    end: datetime
    having: tuple[tuple[str, ...], ...] = ()
    """Of each group a row holds at least one text, in whatever case; no group: every row. Strangers wrote these."""
    most: int = 1_000
    newest_first: bool = True
    """Which rows come where there are more than `most`: the newest, else the oldest."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a store."""

    time: datetime
    stream: str
    """What wrote it, as a file would be named: a pod, a log stream, an index."""
    text: str
    """The line; where the store holds named values alone, their JSON."""
    record: str = ""
    """All named values as JSON, where there are some beside the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is asked over HTTP, as services.yaml describes it; the fields are the keys beside the one of the kind."""

    kind: ClassVar[str]
    """The key that names it."""
    web: ClassVar[bool] = True
    """Whether `place` is an address."""
    without: ClassVar[tuple[str, ...]] = ()
    """The keys that it has no use for."""
    shapes: ClassVar[Mapping[str, re.Pattern[str]]] = {}
    """What the value of a key must look like, where it becomes part of a query or an address."""

    place: str
    """The value beside the kind: an address, a log group, a project."""
    credentials: str | None = None
    """The environment variable or `file:/path` that holds them."""
    cacert: str | None = None
    """A PEM file with the authorities that vouch for the store, instead of the usual ones."""

    @property
    def name(self) -> str:
        """What notes call it: the kind and where it is."""
        return f"{self.kind} {self.place.partition('://')[2].rstrip('/') if self.web else self.place}"

    @property
    def base(self) -> str:
        """The address without a slash at its end."""
        return self.place.rstrip("/")

    def fault(self, text: str) -> StoreError:
        """An error that begins with the store's name."""
        return StoreError(f"{self.name}: {text}")

    @property
    def counting(self) -> Counting | None:
        """By which fields its answers are counted; None: not at all."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Store(Place, ABC):
    """A place that has log lines."""

    @abstractmethod
    async def rows(self, ask: Ask, http: Http) -> Sequence[Row]:
        """The rows that fit. Raises StoreError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Countable(Store):
    """A store whose answers can be counted by its fields."""

    counted: ClassVar[Mapping[str, str]] = {}
    """What `count` has where the entry does not say."""

    count: Counting | None = None
    """How; None: they are not."""

    @property
    def counting(self) -> Counting | None:
        """As the entry has it."""
        return self.count
