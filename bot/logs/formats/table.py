"""The table of known formats: what software writes them, where their ids are, and whether real software said so.

It is not needed to read a line; `locksmith logs check`, the documentation and the tests use it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.logs.formats import fields, structured

FOLDER = Path(__file__).with_name("known")
FAMILIES = frozenset({"access", "json", "logfmt", "plain"})
"""Ways of reading that many formats share: which of them a line is, only its marks tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One format."""

    name: str
    title: str
    software: str
    """The file of `known/` that it stands in."""
    format: str
    """How its lines are read: `Entry.format`."""
    ids: str
    """Where the ids of the request are, in words."""
    samples: tuple[tuple[str, Mapping[str, Any]], ...]
    """(a line, what is read of it)."""
    verified: str | None = None
    """The software, with its version, whose output the samples are."""
    documented: str | None = None
    """The page that the samples were made from, where the software could not be run."""
    mark: re.Pattern[str] | None = None
    """What tells its lines from others that are read alike."""
    keys: tuple[str, ...] = ()
    """The same for JSON: names that are all there."""


@cache
def formats() -> tuple[Known, ...]:
    """Every known format, software by software."""
    return tuple(
        _known(path.stem, row)
        for path in sorted(FOLDER.glob("*.yaml"))
        for row in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    )


def _known(software: str, row: dict[str, Any]) -> Known:
    samples = tuple((sample["line"], sample["read"]) for sample in row.pop("samples"))
    mark = re.compile(row.pop("mark")) if "mark" in row else None
    keys = tuple(key.lower() for key in row.pop("keys", ()))
    return Known(software=software, samples=samples, mark=mark, keys=keys, **row)


def named(form: str, line: str) -> Known | None:
    """Which known format a line, freed of its carriers and read as `form`, is; None where nothing tells."""
    rows = _rows(form)
    if form == "json":
        return _by_keys(structured.names(line))
    marked = next((row for row in rows if row.mark and row.mark.search(line)), None)
    return marked or next((row for row in rows if row.mark is None and form not in FAMILIES), None)


@lru_cache(maxsize=64)
def _rows(form: str) -> tuple[Known, ...]:
    return tuple(row for row in formats() if row.format == form and row.software != "carriers")


@lru_cache(maxsize=4096)
def _by_keys(names: tuple[str, ...]) -> Known | None:
    """The format with the most of its names among these, whole or as the beginning of dotted ones."""
    there = {".".join(name.split(".")[: n + 1]) for name in names for n in range(fields.DEEPEST)}
    fitting = [row for row in _rows("json") if row.keys and there.issuperset(row.keys)]
    return max(fitting, key=lambda row: len(row.keys), default=None)
