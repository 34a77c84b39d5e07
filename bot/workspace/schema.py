"""Checks for JSON that others sent, small enough to be read as a table.

A check takes a value and its JSON pointer (RFC 6901) and yields one sentence for each fault,
worded as Slack words them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Check = Callable[[Any, str], Iterator[str]]


def fault(message: str, pointer: str) -> str:
    """A fault as Slack prints it in `response_metadata.messages`."""
    return f"{message} [json-pointer:{pointer}]"


def anything(value: Any, pointer: str) -> Iterator[str]:
    """Accepts whatever comes."""
    return iter(())


def boolean(value: Any, pointer: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield fault("must provide a boolean", pointer)


def number(value: Any, pointer: str) -> Iterator[str]:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        yield fault("must provide a number", pointer)


def whole(low: int, high: int) -> Check:
    """A whole number from `low` to `high`, both included."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield fault("must provide an integer", pointer)
        elif not low <= value <= high:
            yield fault(f"must be between {low} and {high}", pointer)

    return check


def text(maximum: int, minimum: int = 1) -> Check:
    """A string of `minimum` to `maximum` characters."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield fault("must provide a string", pointer)
        elif len(value) < minimum:
            yield fault(f"must be more than {minimum - 1} characters", pointer)
        elif len(value) > maximum:
            yield fault(f"must be less than {maximum + 1} characters", pointer)

    return check


def pattern(expression: str, meaning: str) -> Check:
    """A string that matches the whole of a regular expression."""
    compiled = re.compile(expression)

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            yield fault(f"must be {meaning}", pointer)

    return check


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if value not in allowed:
            yield fault(f"must be one of: {', '.join(allowed)}", pointer)

    return check


def items(each: Check, maximum: int, minimum: int = 1) -> Check:
    """A list of `minimum` to `maximum` items."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield fault("must provide an array", pointer)
            return
        if len(value) > maximum:
            yield fault(f"no more than {maximum} items allowed", pointer)
        if len(value) < minimum:
            yield fault(f"no fewer than {minimum} items allowed", pointer)
        for index, item in enumerate(value):
            yield from each(item, f"{pointer}/{index}")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these keys and no others."""
    known = {**required, **(optional or {})}

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must provide an object", pointer)
            return
        for key in required.keys() - value.keys():
            yield fault(f"missing required field: {key}", pointer)
        for key, inner in value.items():
            if key not in known:
                yield fault(f"invalid additional property: {key}", pointer)
            else:
                yield from known[key](inner, f"{pointer}/{key}")

    return check


def tagged(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` says which of the checks it must pass."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must provide an object", pointer)
        elif not isinstance(kind := value.get("type"), str):
            yield fault("missing required field: type", pointer)
        elif kind not in kinds:
            yield fault(f"unsupported type: {kind}", f"{pointer}/type")
        else:
            yield from kinds[kind](value, pointer)

    return check


def both(*checks: Check) -> Check:
    """Every one of the checks."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        for each in checks:
            yield from each(value, pointer)

    return check


def typed(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """A `record` for use inside `tagged`, which has looked at the `type` already."""
    return record({"type": anything, **required}, optional)
