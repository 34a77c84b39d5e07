"""A format that one pattern describes: the value that the formats of this program and those of an operator share."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """A named pattern whose groups are the fields of an entry.

    Groups that an entry has no field for go to its `fields`; `request` is a whole request line, `path` may be a URL or
    hold the query, `client` may hold the port, `forwarded` is the address that a proxy passed on.
    """

    name: str
    pattern: re.Pattern[str]
    starts: str = ""
    """The characters that a line of the format can begin with: most lines are settled by these alone; empty: any."""
    time: str = ""
    """How the group `time` is written: a strptime format, `iso`, `epoch_s` or `epoch_ms`; empty: any usual way."""
    ids: tuple[str, ...] = ("request_id", "trace_id")
    """The groups that hold ids of the request."""
