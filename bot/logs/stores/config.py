"""A store's entry in services.yaml, read strictly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import yaml

from bot.logs.stores import KINDS, counting
from bot.logs.stores.interface import Countable, Place
from bot.redact import redact

VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{1,99}")
LONGEST_WORD = 16
"""A longer name without an underscore is rather a key in capitals."""
AUTHORITY = re.compile(r"[A-Za-z0-9.:\[\]_-]+")
"""A name or an address, and a port."""
LONGEST_NAME = 60
ADDRESSES = ("endpoint", "authority")

Fault = Callable[[yaml.Node, str], None]
P = TypeVar("P", bound=Place)


def read(node: yaml.MappingNode, folder: Path, fault: Fault, known: Mapping[str, type[P]]) -> P | None:
    """The place that a mapping describes; `fault` is told of each thing that is wrong with it, never of a secret.

    Relative paths are looked for in `folder`. `known`: the kinds that it may be of.
    """
    pairs = [(_name(key), value) for key, value in node.value]
    kinds = [known[key] for key, _ in pairs if key in known]
    if len(kinds) != 1:
        told = f"a log store has one of the keys {', '.join(KINDS)}; a path stands by itself"
        fault(node, told if known is KINDS else f"an entry has the key {' or '.join(known)}")
        return None
    kind = kinds[0]
    wrong = False
    values: dict[str, Any] = {}
    for key, value in pairs:
        name = "place" if key == kind.kind else key
        if problem := _key(kind, key, name in values) or (None if key == "count" else _value(kind, key, value)):
            fault(value, problem)
            wrong = True
        elif key == "count" and issubclass(kind, Countable):
            values[name] = counting.read(kind, value, fault)
        else:
            values[name] = _read(kind, name, value, folder)
    for missing in _missing(kind, {key for key, _ in pairs}):
        fault(node, f"'{kind.kind}' needs '{missing}' beside it")
        wrong = True
    return None if wrong else kind(**values)


def _name(key: yaml.Node) -> str:
    """A key in one line; what is no text is no known key."""
    return " ".join(key.value.split())[:LONGEST_NAME] if isinstance(key, yaml.ScalarNode) else ""


def _key(kind: type[Place], key: str, twice: bool) -> str | None:
    known = [kind.kind, *(f.name for f in fields(kind) if f.name not in ("place", *kind.without))]
    if key not in known:
        return f"unknown key '{key}' beside '{kind.kind}'; known are {', '.join(known)}"
    return f"'{key}' is given twice" if twice else None


def _missing(kind: type[Place], given: set[str]) -> Iterator[str]:
    for field in fields(kind):
        if field.default is MISSING and field.name != "place" and field.name not in given:
            yield field.name


def _value(kind: type[Place], key: str, node: yaml.Node) -> str | None:
    """What is wrong with a value; None: nothing."""
    texts, many = _texts(node), _is_list(kind, key)
    if texts is None or (isinstance(node, yaml.SequenceNode) and not many):
        return f"'{key}' is {'a list of texts' if many else 'a single text'}"
    if not texts or not all(texts):
        return f"'{key}' is empty; give it a value or leave it out"
    if key == "credentials":
        return _credentials(texts[0])
    if key == "delay":
        return counting.delay_problem(texts[0])
    if any(redact(text).secrets for text in texts):
        return f"'{key}' holds what looks like a secret; put it into an environment variable, named by 'credentials'"
    return next((problem for text in texts if (problem := _text(kind, key, text))), None)


def _text(kind: type[Place], key: str, text: str) -> str | None:
    if key in ADDRESSES or (key == kind.kind and kind.web):
        return _address(key, text)
    shape = kind.shapes.get(key)
    if shape and not shape.fullmatch(text):
        return f"'{key}' has characters that it cannot have; give the plain name"
    return None


def _credentials(text: str) -> str | None:
    if text.startswith("file:") or (VARIABLE.fullmatch(text) and ("_" in text or len(text) < LONGEST_WORD)):
        return None
    return "'credentials' names an environment variable, as in LOKI_TOKEN, or file:/path; it never holds a secret"


def _address(key: str, text: str) -> str | None:
    try:
        parts = urlsplit(text)
        _ = parts.port  # parsed when asked for
    except ValueError:
        return f"'{key}' is no address; give one like https://logs.example.com"
    if parts.scheme not in ("http", "https") or not AUTHORITY.fullmatch(parts.netloc.rpartition("@")[2]):
        return f"'{key}' is no address; give one like https://logs.example.com"
    if parts.username or parts.password:
        return f"'{key}' holds a user or password; put them into an environment variable, named by 'credentials'"
    if parts.query or parts.fragment:
        return f"'{key}' has a query or fragment; give the address alone"
    return None


def _read(kind: type[Place], name: str, node: yaml.Node, folder: Path) -> Any:
    texts = _texts(node) or ()
    if name == "cacert":
        return str(folder / texts[0])
    if name == "credentials" and texts[0].startswith("file:"):
        return f"file:{folder / texts[0].removeprefix('file:')}"
    return texts if _is_list(kind, name) else texts[0]


def _texts(node: yaml.Node) -> tuple[str, ...] | None:
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return tuple(n.value for n in nodes) if all(isinstance(n, yaml.ScalarNode) for n in nodes) else None


def _is_list(kind: type[Place], name: str) -> bool:
    return any(str(f.type).startswith("tuple") for f in fields(kind) if f.name == name)
