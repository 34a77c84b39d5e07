"""The closed vocabulary of findings: one file a family, `id: {group, background, text}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.reading import demand, read

WORDS: Mapping[str, float] = {"rarely": 0.025, "sometimes": 0.2, "half": 0.5, "usually": 0.8, "nearly always": 0.985}
"""How often a finding is seen, in five words, as probabilities."""


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One thing that can be observed."""

    id: str
    group: str
    """Findings of one group restate one fact: the strongest counts whole, the others less."""
    background: float
    """How often it is seen whatever the cause, 0..1."""
    text: str


@cache
def findings(folder: Path = Path(__file__).parent) -> Mapping[str, FindingKind]:
    """Every kind of finding by its id; raises KnowledgeError."""
    kinds: dict[str, FindingKind] = {}
    for path in sorted(folder.glob("*.yaml")):
        data = read(path)
        for name, entry in data.items():
            if name in kinds:
                raise KnowledgeError(f"{path}:{data.lines[name]}: the finding '{name}' is declared twice")
            demand(path, entry, frozenset({"group", "text"}), frozenset({"background"}))
            word = entry.get("background", "rarely")
            if word not in WORDS:
                raise KnowledgeError(f"{path}:{entry.lines['background']}: '{word}' is not one of {', '.join(WORDS)}")
            kinds[name] = FindingKind(name, entry["group"], WORDS[word], entry["text"])
    return kinds
