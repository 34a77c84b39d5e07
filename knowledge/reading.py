"""Reading knowledge files so that a fault can name its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import KnowledgeError


class Located(dict[str, Any]):
    """A mapping that knows the line of each of its keys."""

    lines: dict[str, int]
    line: int


class _Loader(yaml.CSafeLoader):
    """The C loader, with mappings that keep their lines."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Iterator[Located]:
    located = Located()
    located.line = node.start_mark.line + 1
    located.lines = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
    yield located
    located.update((str(key), value) for key, value in loader.construct_mapping(node).items())


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read(path: Path) -> Located:
    """The mapping that a knowledge file holds; raises KnowledgeError with file and line."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise KnowledgeError(f"{path}:{line}: {error.problem}") from None
    if not isinstance(data, Located):
        raise KnowledgeError(f"{path}:1: holds no mapping")
    return data


def demand(path: Path, data: Located, required: frozenset[str], optional: frozenset[str] = frozenset()) -> None:
    """Raise KnowledgeError for a key that is missing or unknown."""
    for key in data:
        if key not in required | optional:
            raise KnowledgeError(f"{path}:{data.lines[key]}: unknown key '{key}'")
    for key in sorted(required - data.keys()):
        raise KnowledgeError(f"{path}:{data.line}: the key '{key}' is missing")
