"""Which files are one log, rotated, and so how far a packed one reaches: to where the next begins."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

DATE = re.compile(r"[._-]?\d{4}-\d\d-\d\d(?:[T_-]\d\d(?:[:-]?\d\d){0,2})?")
SUFFIX = re.compile(r"(?:\.(?:gz|zst|zstd|bz2)|[.-]\d{1,14})$")
APART = timedelta(minutes=5)
"""Files that begin closer together are written side by side, whatever their names."""


def family(path: str) -> str:
    """The path of a rotated log without what rotation added: one for `access.log`, `access.log.2.gz`, `-20261120`."""
    place = Path(path)
    name = undone(DATE.sub("", place.name))
    return str(place.with_name(name or place.name))


def undone(name: str) -> str:
    """A file's name without what numbers it and says how it is packed."""
    while (found := SUFFIX.search(name)) and found.start() > 0:
        name = name[: found.start()]
    return name


def ends(firsts: Mapping[str, datetime | None]) -> dict[str, datetime]:
    """By path the time at which the next file of the same log begins, of those that are followed by one."""
    families: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for path, first in firsts.items():
        if first is not None:
            families[family(path)].append((first, path))
    found: dict[str, datetime] = {}
    for members in families.values():
        for (first, path), (follows, _) in pairwise(sorted(members)):
            if follows - first >= APART:
                found[path] = follows
    return found
