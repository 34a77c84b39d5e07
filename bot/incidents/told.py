"""What the watcher tells of an incident: a frozen value, whole at every news, so that no earlier one is needed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model import Entry
from bot.spikes.model import Change, Node, Notice, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How much of the incident a part of the traffic holds, since its onset."""

    node: Node
    observed: int
    expected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A minute of the incident's part of the traffic, for the chart."""

    minute: int
    """Its start, in seconds since 1970."""
    total: int
    unauthorized: int
    expected: float
    """401s that would be usual."""
    high: float
    """401s up to which nobody would be told: the upper edge of the usual band."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """News on one incident of one service."""

    service: str
    """Its name in services.yaml."""
    incident: str
    """Unique for good; the same from the first news to the last."""
    at: int
    """When there was news, in seconds since 1970."""
    state: State
    first_line: str
    """`bot.spikes.wording.first_line`."""
    node: Node
    onset: int
    observed: int
    expected: float
    cause: Change | None = None
    contributors: tuple[Part, ...] = ()
    """The largest first."""
    series: tuple[Point, ...] = ()
    """The last hour or, later, the last three, the oldest first."""
    changes: tuple[Change, ...] = ()
    """What was done lately, the latest first."""
    samples: tuple[Entry, ...] = ()
    """A few of the failing requests' log records, redacted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """Something on one service that is no incident and that people on call should hear: logs stop, or come again."""

    service: str
    notice: Notice
