"""Questions and tests that tell causes apart, from questions.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from knowledge.errors import KnowledgeError
from knowledge.findings import findings
from knowledge.reading import demand, read


@dataclass(frozen=True, slots=True)
class Question:
    """One question to a person, or one test that a person can make."""

    id: str
    kind: Literal["question", "test"]
    text: str
    why: str
    cost: float
    answers: tuple[tuple[str, str | None], ...]
    """(the answer's words, the finding that it means; None: none of the others)."""
    users: tuple[str, str] | None = None
    """Text and why for who uses a page or an app; None: nothing that they could tell."""
    unless: frozenset[str] = frozenset()
    """Findings that answer it already, or that leave nothing to answer."""
    given: frozenset[str] = frozenset()
    """Findings of which one must be there, so that there is something to answer; none: it is always asked."""

    def open(self, present: frozenset[str], absent: frozenset[str]) -> bool:
        """Whether it can be answered and is not, by the findings that are there and those that are not."""
        told = {finding for _, finding in self.answers if finding}
        answered = bool(told & (present | absent) or self.unless & present)
        return not answered and (not self.given or bool(self.given & present))


FILE = Path(__file__).with_suffix(".yaml")


def for_users() -> Mapping[str, Question]:
    """Those for who uses a page or an app, in their words, by id."""
    worded = ((question, question.users) for question in questions().values())
    return {question.id: replace(question, text=told[0], why=told[1]) for question, told in worded if told}


@cache
def questions(path: Path = FILE) -> Mapping[str, Question]:
    """Every question by its id; raises KnowledgeError."""
    data = read(path)
    loaded = {}
    for name, entry in data.items():
        demand(
            path, entry, frozenset({"kind", "text", "why", "cost", "answers"}), frozenset({"users", "unless", "given"})
        )
        answers = tuple((answer["text"], answer.get("finding")) for answer in entry["answers"])
        unless, given = (frozenset(entry.get(key, ())) for key in ("unless", "given"))
        for finding in (*(finding for _, finding in answers), *sorted(unless | given)):
            if finding is not None and finding not in findings():
                raise KnowledgeError(f"{path}:{entry.lines['answers']}: there is no finding '{finding}'")
        users = tuple(entry["users"]) if "users" in entry else None
        cost = float(entry["cost"])
        loaded[name] = Question(name, entry["kind"], entry["text"], entry["why"], cost, answers, users, unless, given)
    return loaded
