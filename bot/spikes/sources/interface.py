"""What is asked of a store that counts, and what it brings: the same for every kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from bot.spikes.model import Cell, Count


class Row(NamedTuple):
    """Answers of one minute that have these in common, as the store tells them; "" for what it does not."""

    minute: int
    """Its start, in seconds since 1970."""
    method: str
    path: str
    user_agent: str
    region: str
    client: str
    total: int
    refused: int
    """Of the total, those answered 401."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a store says of some minutes."""

    rows: tuple[Row, ...]
    totals: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """By minute all answers and all 401s, where the rows may not be all there are."""
    notes: tuple[str, ...] = ()


class Asked(NamedTuple):
    """How often one caller was answered 401 in a minute and cell."""

    minute: int
    cell: Cell
    caller: bytes
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The counts of some whole minutes."""

    counts: tuple[Count, ...] = ()
    """Each cell of a minute once; `repeated` is 0, for that takes memory of what came before."""
    asked: tuple[Asked, ...] = ()
    """By caller, where the store tells callers."""
    callers: Mapping[bytes, int] = field(default_factory=dict)
    """Requests by caller."""
    notes: tuple[str, ...] = ()
    """What it could not tell."""


class Source(Protocol):
    """A store that is asked for counts."""

    @property
    def name(self) -> str:
        """What notes call it."""

    @property
    def key(self) -> str:
        """What it is known by: the same store with another question is another one."""

    @property
    def delay(self) -> int:
        """Seconds after the end of a minute until it has all of it."""

    @property
    def most_minutes(self) -> int:
        """Minutes that it is asked for at once."""

    async def counts(self, since: int, until: int) -> Counted:
        """What was answered from `since` on and before `until`, both whole minutes in seconds since 1970.

        The sum over any split of the minutes is the same. Raises StoreError.
        """

    async def close(self) -> None:
        """Let go of its connections."""
