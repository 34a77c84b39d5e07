"""Model values to JSON and back, strictly: what is stored is read as what it was or not at all."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

T = TypeVar("T")


class UnreadableError(ValueError):
    """Stored JSON that is no value of the wanted type: written by another version, or damaged."""


@cache
def _made(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Unlike the cached function itself, this takes any type in mypy's eyes."""
    return _made(kind)


def dump(value: Any) -> str:
    """The JSON of a dataclass; datetimes as ISO 8601, tuples as arrays. A lone surrogate becomes a question mark."""
    adapter = _adapter(type(value))
    try:
        return adapter.dump_json(value).decode()
    except PydanticSerializationError:
        # "\ud800" in somebody's JSON makes a str that is no text: UTF-8 has no bytes for it.
        return json.dumps(adapter.dump_python(value, mode="json"), ensure_ascii=False).encode(errors="replace").decode()


def load(kind: type[T], text: str) -> T:
    """The value of that type in `text`. Raises UnreadableError."""
    try:
        value: T = _adapter(kind).validate_json(text, strict=True)
    except ValidationError as error:
        # The error's own words would quote the input.
        raise UnreadableError(f"{kind.__name__}: {error.error_count()} faults") from None
    return value
