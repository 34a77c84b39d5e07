"""The attributes by which requests are told apart, from attributes.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.findings import findings
from knowledge.reading import demand, read

FILE = Path(__file__).with_name("attributes.yaml")


@dataclass(frozen=True, slots=True)
class Attributes:
    """Names of logged fields, by what they tell of a request."""

    shows: Mapping[str, frozenset[str]]
    """Finding -> the fields whose value it is about."""
    servers: frozenset[str]
    """The fields that name the instance that answered."""


@cache
def attributes(path: Path = FILE) -> Attributes:
    """What the file holds; raises KnowledgeError."""
    data = read(path)
    demand(path, data, frozenset({"shows", "servers"}))
    for name in data["shows"]:
        if name not in findings():
            raise KnowledgeError(f"{path}:{data['shows'].lines[name]}: no finding is called '{name}'")
    return Attributes({name: frozenset(fields) for name, fields in data["shows"].items()}, frozenset(data["servers"]))
