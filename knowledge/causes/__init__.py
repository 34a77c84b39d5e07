"""The causes of a 401: one file a cause, `<id>.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.findings import WORDS, findings
from knowledge.reading import Located, demand, read
from knowledge.steps import Step, steps

OWNERS = ("caller", "service", "network")
USERS = ("visitor", "app")
"""People who send no request themselves: they use a web page, or an app (of a phone, a desktop, a device)."""
PRIORS: Mapping[str, float] = {"common": 2.5, "usual": 2.0, "uncommon": 1.5, "rare": 1.0}
"""How common a cause is before anything is known, as a relative weight."""
REQUIRED = frozenset({"id", "title", "owner", "prior", "means", "evidence", "sentence", "fix"})
OPTIONAL = frozenset({"proves", "rules_out", "why", "example", "sure", "prevent", "references", "needs_maker"})
SPOKEN_TO = frozenset({"caller", "visitor", "service"})
"""Readers who have a sentence of their own; users of an app have one where it differs from a visitor's."""


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
    """(for whom: caller, service or network; the steps), the owner first."""
    sentence: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By reader (caller, visitor, app, service): what happened and what to do, each without its full stop."""
    users: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    """What a visitor of a page and a user of an app can do, in their words."""
    needs_maker: bool = False
    """Whether it is the caller's to mend and yet not the users': the makers of their page or app have to."""
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
        return _general(self.steps)

    @property
    def for_users(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(visitor or app, the steps in general words)."""
        return _general(self.users.items())


def _general(steps: Iterable[tuple[str, tuple[Step, ...]]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((who, tuple(step.text for step in given if step.text)) for who, given in steps)


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
    demand(path, fix, frozenset(USERS), frozenset(OWNERS))
    able = [who for who in fix if who in OWNERS]
    return KnownCause(
        id=data["id"],
        title=data["title"],
        owner=data["owner"],
        prior=PRIORS[data["prior"]],
        means=data["means"],
        evidence=_evidence(path, data),
        proves=_known(path, data, "proves"),
        rules_out=_known(path, data, "rules_out"),
        steps=tuple((who, steps(path, fix, who)) for who in sorted(able, key=lambda who: who != data["owner"])),
        sentence=_sentences(path, data["sentence"]),
        users={who: steps(path, fix, who) for who in USERS},
        needs_maker=bool(data.get("needs_maker")),
        why=data.get("why", ""),
        example=data.get("example", ""),
        sure=tuple(data.get("sure", ())),
        prevent=tuple(data.get("prevent", ())),
        references=tuple((entry["title"], entry["url"]) for entry in data.get("references", ())),
    )


def _sentences(path: Path, table: Located) -> Mapping[str, tuple[str, str]]:
    demand(path, table, SPOKEN_TO, frozenset(USERS))
    for who, parts in table.items():
        if not (isinstance(parts, list) and len(parts) == 2 and all(isinstance(part, str) for part in parts)):
            raise KnowledgeError(f"{path}:{table.lines[who]}: a sentence is two texts: what happened, and what to do")
    told = {who: (what, remedy) for who, (what, remedy) in table.items()}
    return {"app": told["visitor"], **told}


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
