"""Model values to JSON and back, strictly: what is stored is read as what it was or not at all."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")


class UnreadableError(ValueError):
    """Stored JSON that is no value of the wanted type: written by another version, or damaged."""


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _for(kind: Any) -> TypeAdapter[Any]:
    return _adapter(kind)


def dump(value: Any) -> str:
    """The JSON of a dataclass; datetimes as ISO 8601, tuples as arrays."""
    return _for(type(value)).dump_json(value).decode()


def load(kind: type[T], text: str) -> T:
    """The value of that type in `text`. Raises UnreadableError."""
    try:
        value: T = _for(kind).validate_json(text, strict=True)
    except ValidationError as error:
        # The error's own words would quote the input.
        raise UnreadableError(f"{kind.__name__}: {error.error_count()} faults") from None
    return value
