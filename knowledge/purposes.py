"""Credentials that are made for one thing and are no key to an API, from purposes.yaml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.reading import demand, read

FILE = Path(__file__).with_name("purposes.yaml")
REQUIRED, OPTIONAL = frozenset({"begins", "is", "serves", "belongs", "source"}), frozenset({"kind"})


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a credential of this kind is for."""

    name: str
    serves: str
    shown: re.Pattern[str]
    """How it stands in a text: its beginning before what is hidden, or its kind in its place."""
    belongs: re.Pattern[str]
    """A part of the addresses where it is right."""


@cache
def purposes(path: Path = FILE) -> tuple[Purpose, ...]:
    """All of them; raises KnowledgeError."""
    data = read(path)
    demand(path, data, frozenset({"purposes"}))
    for given in data["purposes"]:
        demand(path, given, REQUIRED, OPTIONAL)
    return tuple(
        Purpose(given["is"], given["serves"], _shown(given["begins"], given.get("kind")), re.compile(given["belongs"]))
        for given in data["purposes"]
    )


def _shown(begins: str, kind: str | None) -> re.Pattern[str]:
    behind = rf"(?<![\w/.-]){re.escape(begins)}(?=[*•…‹<]|\.\.\.|[xX]{{3}}|[\w-]{{12}})"
    return re.compile(rf"{behind}|‹{re.escape(kind)}" if kind else behind)
