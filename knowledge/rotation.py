"""Where a secret of a kind is made invalid, from secrets.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.reading import read

FILE = Path(__file__).with_name("secrets.yaml")
ANYWHERE = "revoke it where it was made, and make a new one"


@cache
def places(path: Path = FILE) -> Mapping[str, str]:
    """Where, by how the kind begins; raises KnowledgeError."""
    data = read(path)
    found = data.get("rotate")
    if not isinstance(found, dict) or not all(isinstance(text, str) and text for text in found.values()):
        raise KnowledgeError(f"{path}:{data.lines.get('rotate', 1)}: 'rotate' is a mapping from kinds to texts")
    return found


def place(kind: str) -> str:
    """Where a secret of this kind is made invalid."""
    begins = [name for name in places() if kind.startswith(name)]
    return places()[max(begins, key=len)] if begins else ANYWHERE
