"""The causes of a 401: one file a cause, `<id>.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.findings import WORDS, findings
from knowledge.reading import Located, demand, read
from knowledge.steps import Step, steps

OWNERS = ("caller", "service", "network")
PRIORS: Mapping[str, float] = {"common": 2.5, "usual": 2.0, "uncommon": 1.5, "rare": 1.0}
"""How common a cause is before anything is known, as a relative weight."""
REQUIRED = frozenset({"id", "title", "owner", "prior", "means", "evidence", "fix"})
OPTIONAL = frozenset({"proves", "rules_out", "why", "example", "sure", "prevent", "references"})


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCause:
    """What is known of one cause."""

    id: str
    title: str
    owner: str
    """Who can fix it: caller, service or network."""
    prior: float
    means: str
    evidence: Mapping[str, float]
    """How often each finding is seen when this is the cause, 0..1; findings that are not listed: as ever."""
    proves: frozenset[str] = frozenset()
    rules_out: frozenset[str] = frozenset()
    steps: tuple[tuple[str, tuple[Step, ...]], ...] = ()
    """(for whom, the steps), the owner first."""
    why: str = ""
    example: str = ""
    sure: tuple[str, ...] = ()
    """How to be sure."""
    prevent: tuple[str, ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    """(title, address)."""

    @property
    def fix(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(for whom, the steps in general words), the owner first."""
        return tuple((who, tuple(step.text for step in given if step.text)) for who, given in self.steps)


@cache
def causes(folder: Path = Path(__file__).parent) -> Mapping[str, KnownCause]:
    """Every known cause by its id; raises KnowledgeError that names file and line."""
    loaded = (_cause(path, read(path)) for path in sorted(folder.glob("*.yaml")))
    return {cause.id: cause for cause in loaded}


def _cause(path: Path, data: Located) -> KnownCause:
    demand(path, data, REQUIRED, OPTIONAL)
    for key, allowed in (("owner", OWNERS), ("prior", PRIORS), ("id", (path.stem,))):
        if data[key] not in allowed:
            raise KnowledgeError(f"{path}:{data.lines[key]}: '{data[key]}' is not one of {', '.join(allowed)}")
    fix = data["fix"]
    demand(path, fix, frozenset(), frozenset(OWNERS))
    return KnownCause(
        id=data["id"],
        title=data["title"],
        owner=data["owner"],
        prior=PRIORS[data["prior"]],
        means=data["means"],
        evidence=_evidence(path, data),
        proves=_known(path, data, "proves"),
        rules_out=_known(path, data, "rules_out"),
        steps=tuple((who, steps(path, fix, who)) for who in sorted(fix, key=lambda who: who != data["owner"])),
        why=data.get("why", ""),
        example=data.get("example", ""),
        sure=tuple(data.get("sure", ())),
        prevent=tuple(data.get("prevent", ())),
        references=tuple((entry["title"], entry["url"]) for entry in data.get("references", ())),
    )


def _evidence(path: Path, data: Located) -> Mapping[str, float]:
    evidence: dict[str, float] = {}
    table = data["evidence"]
    demand(path, table, frozenset(), frozenset(WORDS))
    for word in table:
        for name in _known(path, table, word):
            if name in evidence:
                raise KnowledgeError(f"{path}:{table.lines[word]}: the finding '{name}' is listed twice")
            evidence[name] = WORDS[word]
    return evidence


def _known(path: Path, data: Located, key: str) -> frozenset[str]:
    names = frozenset(data.get(key) or ())
    for name in sorted(names - findings().keys()):
        raise KnowledgeError(f"{path}:{data.lines[key]}: there is no finding '{name}'")
    return names
