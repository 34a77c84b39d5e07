"""`count:` of a store's entry: by which of its fields the answers are counted, for watching 401s."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from bot.logs.stores.interface import Countable

DELAY_S = 60
NEEDED = ("path", "status")
LONGEST_DELAY_S = 3600
NAME = re.compile(r"[A-Za-z_@][\w.@-]{0,99}", re.ASCII)
Fault = Callable[[yaml.Node, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """The fields of an answer, "" for those that are not told."""

    path: str = ""
    """The path, or better the route's own template."""
    status: str = ""
    method: str = ""
    user_agent: str = ""
    region: str = ""
    client: str = ""
    """The caller's address: for its network or country, and to know a single noisy client."""
    parse: str = ""
    """LogQL alone: the parser that makes labels of a line, as in `json` or `logfmt`."""
    delay: int = DELAY_S
    """Seconds after the end of a minute until the store has all of it."""


def read(kind: type[Countable], node: yaml.Node, fault: Fault) -> Counting | None:
    """What stands under `count:`; what is wrong goes to `fault`, with the node where it stands."""
    known = [f.name for f in fields(Counting) if f.name != "parse" or "parse" in kind.counted]
    if not isinstance(node, yaml.MappingNode):
        fault(node, f"'count' is a mapping with any of {', '.join(known)}")
        return None
    found: dict[str, Any] = dict(kind.counted)
    for key, value in node.value:
        name = str(key.value)
        if name not in known:
            fault(key, f"unknown key '{name}' in 'count'; known are {', '.join(known)}")
        elif problem := _problem(kind, name, value):
            fault(value, problem)
        else:
            found[name] = int(value.value) if name == "delay" else value.value
    given = {str(key.value) for key, _ in node.value} | set(found)
    for missing in (name for name in NEEDED if name not in given):
        fault(node, f"'count' needs '{missing}': the field that holds it")
    return Counting(**found)


def delay_problem(text: str) -> str | None:
    """What is wrong with a delay."""
    if text.isascii() and text.isdigit() and int(text) <= LONGEST_DELAY_S:
        return None
    return f"'delay' is a number of seconds from 0 to {LONGEST_DELAY_S}"


def _problem(kind: type[Countable], name: str, node: yaml.Node) -> str | None:
    text = node.value if isinstance(node, yaml.ScalarNode) else ""
    if not text and name != "parse":
        return f"'{name}' is a single text"
    if name == "delay":
        return delay_problem(text)
    if name == "parse":
        return None if isinstance(node, yaml.ScalarNode) else "'parse' is a single text"
    if not kind.shapes.get("count", NAME).fullmatch(text):
        return f"'{name}' names a field, and '{' '.join(text.split())[:60]}' cannot be one"
    return None
