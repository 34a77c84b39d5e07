"""What strangers wrote, made harmless for the search languages of stores."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

PLAIN = re.compile(r"[A-Za-z0-9_./-]+")
"""Runs of characters that no search language gives a meaning inside double quotes."""
SPECIAL = re.compile(r"([^A-Za-z0-9_\u0080-\U0010ffff])")
MOST_RUNS = 4

Group = tuple[tuple[str, ...], ...]
"""Alternatives, each the runs that must all be there."""


def plain_runs(text: str) -> tuple[str, ...]:
    """The longest parts of a text that can be quoted for any search language: what holds the text holds these."""
    return tuple(sorted(PLAIN.findall(text), key=len, reverse=True)[:MOST_RUNS])


def groups_of_runs(having: Iterable[Sequence[str]]) -> list[Group]:
    """What rows must hold, in plain runs; a group with a text that has none cannot be asked for and is left out."""
    groups = [tuple(dict.fromkeys(plain_runs(text) for text in group)) for group in having]
    return [group for group in groups if group and all(group)]


def in_runs(having: Iterable[Sequence[str]], quote: str = '"{}"') -> list[str]:
    """The same as expressions with AND, OR and brackets, each run in `quote`; all of them must hold."""
    return [
        f"({' OR '.join('(' + ' AND '.join(quote.format(run) for run in runs) + ')' for runs in group)})"
        for group in groups_of_runs(having)
    ]


def pattern_of(group: Iterable[str]) -> str:
    """An RE2 pattern that finds any of the texts, in whatever case (https://github.com/google/re2/wiki/Syntax)."""
    literals = dict.fromkeys(SPECIAL.sub(r"\\\1", clean(text)) for text in group)
    return f"(?i)(?:{'|'.join(literals)})"


def go_quoted(text: str) -> str:
    """A text as a double-quoted Go string literal, which LogQL and LogsQL use (https://go.dev/ref/spec#String_literals)."""
    return json.dumps(clean(text), ensure_ascii=False)


def clean(text: str) -> str:
    """The text without NUL and lone surrogates, which neither UTF-8 nor stores take."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()
