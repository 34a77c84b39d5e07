"""What the parts of the redactor hand to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

OPEN, CLOSE = "‹", "›"
"""A mask is its kind between these; ASCII brackets would be markup to HTML and Slack."""

NAMED, SCHEME, SHAPED = 1, 2, 3
"""How well a detector knows what it found: by its name, by how it was presented, by its own shape."""


@dataclass(frozen=True, slots=True)
class Secret:
    """One distinct secret that was found."""

    kind: str
    """In words for people: `JSON Web Token`, `password in a URL`, ..."""
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without its secrets, and what they were."""

    text: str
    secrets: tuple[Secret, ...] = ()
    """Each distinct secret once, in order of appearance."""


class Span(NamedTuple):
    """A secret's place in a text, end exclusive."""

    start: int
    end: int
    kind: str
    rank: int = NAMED
    hint: tuple[str, ...] = ()
    """Secrets inside this one (the password within Basic credentials), hidden wherever they stand in clear."""
    bare: bool = False
    """A bare JSON number: the mask needs quotes of its own."""


def mask(kind: str) -> str:
    """What stands in a clean text instead of a secret."""
    return f"{OPEN}{kind}{CLOSE}"
