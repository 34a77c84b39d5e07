"""Routes as templates: `/v1/orders/8df61237` and `/v1/orders/17` are both `/v1/orders/{}`.

Paths that the operator names (as in an OpenAPI document, `/v1/orders/{id}`) come first and keep their own words; of
any other path the segments that name one thing of many (numbers, UUIDs, hashes, addresses) are taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.logs.names import ID_IN_PATH, route, shapes

HOLE = re.compile(r"\{[^{}/]*\}")
PART = re.compile(r"[^/]\{|\}[^/]")
"""A hole that is not a whole segment."""


class Templates:
    """The paths that are named, the most particular first."""

    def __init__(self, paths: Iterable[str] = ()) -> None:
        ranked = sorted(set(paths), key=lambda path: (len(HOLE.findall(path)), -len(path), path))
        self._named = [(re.compile(_pattern(path)), path) for path in ranked]
        self._told_by_id = any(PART.search(path) or ID_IN_PATH.search(path) for path in ranked)
        """Whether any of them may fit a path for an id in it, and not when the id is taken out."""

    def of(self, path: str) -> str:
        """The template of a path, without its query and its secrets."""
        bare = path.split("?", 1)[0]
        return next((name for pattern, name in self._named if pattern.fullmatch(bare)), None) or route(bare)

    def shapes(self, requests: list[bytes]) -> list[bytes]:
        """Request lines without what makes no difference: requests of one shape have one template."""
        return requests if self._told_by_id else shapes(requests)


def _pattern(path: str) -> str:
    """A hole takes one segment, or the part of one between the words around it."""
    return "[^/]+".join(map(re.escape, HOLE.split(path)))
