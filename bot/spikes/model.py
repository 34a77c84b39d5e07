"""The values of watching 401s: what is counted, what changed, what is told, and by what rules."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Literal, NamedTuple

MINUTE = 60
"""The interval that is judged, in seconds."""
OTHER = "(other)"
"""The name under which what is beyond the limits is counted together."""


NETWORK = "network"
"""The region that needs no field: the network of the caller."""


class Node(NamedTuple):
    """A part of the traffic: what it names, and all of what it leaves open (None)."""

    route: str | None = None
    user_agent: str | None = None
    region: str | None = None

    def agrees(self, other: Node) -> bool:
        """Whether no dimension is named differently: the two have requests in common."""
        return all(mine is None or theirs is None or mine == theirs for mine, theirs in zip(self, other, strict=True))

    def holds(self, other: Node) -> bool:
        """Whether all of the other's requests are in this one."""
        return all(mine is None or mine == theirs for mine, theirs in zip(self, other, strict=True))


class Cell(NamedTuple):
    """The smallest part that is counted; the empty text is a name like any other."""

    route: str
    user_agent: str
    region: str


class Count(NamedTuple):
    """The requests of one cell in one minute, or a part of them: counts of the same cell and minute add up."""

    minute: int
    """Its start, in seconds since 1970 UTC, a multiple of 60."""
    cell: Cell
    total: int
    unauthorized: int
    """Of the total, those answered 401."""
    repeated: int = 0
    """Of the 401s, those to a caller who had a few in this cell already: they are one client's trouble."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was done: a deploy, a key rotation, a certificate, a configuration, a client's release."""

    id: str
    at: float
    """Seconds since 1970."""
    kind: str
    target: Node
    """What it touches; nothing named: possibly everything."""
    text: str = ""
    """What was done, in one line for people; empty where only the kind is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A spike that people have been told of."""

    id: str
    node: Node
    opened: int
    fired: int
    """When it was last seen to go on."""
    score: float
    """-log10 of the chance of so many by accident, when it was opened."""
    onset: int = 0
    """The start of the first minute that is part of it."""
    observed: int = 0
    """401s since the onset, in the minutes in which it went on."""
    expected: float = 0.0
    """401s that would be usual in them."""
    cause: Change | None = None
    looked: int = 0
    """How often the attribution was looked at again."""


State = Literal["open", "update", "closed"]


@dataclass(frozen=True, slots=True)
class Alert:
    """A message on an incident: its first, a change of what is said, or its end."""

    at: int
    """When it is sent, in seconds since 1970."""
    state: State
    incident: Incident


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that is no spike and still worth saying: missing logs, a single client, names beyond the limits."""

    at: int
    kind: Literal["gap", "back", "one_client", "guessing", "folded", "learning"]
    node: Node
    text: str
    source: str = ""
    """The store that is missing, or back; empty: parts of the traffic are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What may be tuned; docs/spikes.md says how. Minutes, shares and scores, none tied to one service's traffic."""

    score: float = 4.5
    """-log10 p from which a spike is told when it lasts for two minutes."""
    sure: float = 6.5
    """The score from which the first minute is enough."""
    login_score: float = 15.0
    """The score for routes that answer 401 all day long, where guessing is the normal traffic."""
    login_share: float = 0.10
    """The share of 401s from which a route is such a route."""
    least_excess: float = 6.0
    """401s above the expected, at least."""
    least_ratio: float = 2.0
    """401s over the expected, at least."""
    young_score: float = 3.0
    """Added to the scores while less than a week is known."""
    silent_min: int = 30
    """An incident is over after so many minutes without a sign of it."""
    settle_s: int = 120
    """So long after a change what it touches may blip (restarts) before it is told."""
    routes: int = 200
    user_agents: int = 40
    regions: int = 30
    """The names that are told apart; further ones are counted as `(other)`."""
    apart: frozenset[str] = field(default_factory=frozenset)
    """Routes that the operator knows to answer 401 all day long."""


NUMBERS = {f.name: type(f.default) for f in fields(Rules) if isinstance(f.default, int | float)}
"""The rules that are numbers, with their kind."""
