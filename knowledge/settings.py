"""How settings, code and a program's own lines name what matters to signing in, from settings.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.reading import demand, read

FILE = Path(__file__).with_name("settings.yaml")
KINDS = frozenset(
    {"checks", "makes", "public_keys", "shared_keys", "computed", "logins", "passwords", "challenged"}
    | {"lifetimes", "credentials", "came", "signed_in", "went_wrong", "key_sets", "issuers", "audiences"}
)


@cache
def words(path: Path = FILE) -> Mapping[str, str]:
    """Each kind's words as one group of a regular expression; raises KnowledgeError."""
    data = read(path)
    demand(path, data, KINDS)
    for name, some in data.items():
        try:
            re.compile("|".join(some))
        except re.error as error:
            raise KnowledgeError(f"{path}:{data.lines[name]}: '{name}' is no regular expression: {error}") from None
    return {name: f"(?:{'|'.join(some)})" for name, some in data.items()}


@cache
def pattern(around: str) -> re.Pattern[str]:
    """A regular expression in which `{logins}` stands for the words of that kind, without regard to case."""
    return re.compile(re.sub(r"\{([a-z_]+)\}", lambda kind: words()[kind[1]], around), re.IGNORECASE)
