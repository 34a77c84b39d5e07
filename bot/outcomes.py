"""What was answered first, and what turned out to be true: the record that learning and statistics stand on.

That somebody says it works tells that it works, not why; so a reporter's word counts in statistics alone. What was
seen in the logs or by a probe after the fix, and what a support engineer says, also teaches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from redis.asyncio import Redis

from bot import audit
from bot.cases import Case
from bot.ledger import Ledger
from bot.model import Diagnosis

Seen = Literal["seen_in_logs", "probe", "reporter"]
How = Literal["seen_in_logs", "probe", "reporter", "engineer"]

TEACHING: frozenset[How] = frozenset({"seen_in_logs", "probe", "engineer"})
"""The ways of knowing that change what is expected at a service."""
_RANK: Mapping[Seen, int] = {"reporter": 1, "probe": 2, "seen_in_logs": 3}
_REVISION = 10
_ENGINEER = 1_000_000_000
"""Above every revision: what an engineer says stands until an engineer says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The first answer to a case; of several, the first that named a cause."""

    case: str
    team: str
    service: str = ""
    """As services.yaml names it; empty where it names none."""
    cause: str = ""
    """The leading cause; empty where we said that we do not know."""
    confidence: float = 0.0
    standing: tuple[tuple[str, float], ...] = ()
    """(cause id, confidence) as the answer weighed them, `unknown` among them."""
    temperature: float = 1.0
    """The deployment's, when it was told."""
    reported: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a case ended."""

    case: str
    team: str
    service: str = ""
    cause: str = ""
    """What it was; empty where it ended without anybody knowing."""
    how: How
    revision: int
    """The answer that it is about."""
    reported: datetime
    at: datetime


# Of all workspaces together: what a service's trouble usually is does not depend on who reports it.
ANSWERS = Ledger(Answer, "answers", 10_000)
OUTCOMES = Ledger(Outcome, "outcomes", 3_000)


async def answered(redis: Redis, case: Case) -> None:
    """Keep what a case was answered first; later answers change nothing, unless none named a cause yet."""
    diagnosis = case.diagnosis
    if diagnosis is None:
        return
    cause = top(diagnosis)
    kept = Answer(
        case=case.id,
        team=case.team,
        service=diagnosis.service or "",
        cause=cause,
        confidence=diagnosis.causes[0].confidence if cause else 0.0,
        standing=tuple((name, round(share, 4)) for name, share in diagnosis.standing),
        temperature=diagnosis.temperature,
        reported=case.created,
        at=case.updated,
    )
    await ANSWERS.put(redis, name(case), kept, case.updated, precedence=int(bool(cause)))


async def confirm(redis: Redis, case: Case, how: Seen) -> None:
    """Keep that the case was seen to be mended, which says that its last answer was right.

    Idempotent by case and revision: a better way of knowing replaces a lesser, a later answer's end an earlier one's,
    and nothing what an engineer said.
    """
    cause = top(case.diagnosis) if case.diagnosis else ""
    outcome = _outcome(case, cause, how)
    await OUTCOMES.put(redis, name(case), outcome, outcome.at, case.revision * _REVISION + _RANK[how])


async def correct(redis: Redis, case: Case, cause_id: str, user: str) -> None:
    """Keep what an engineer says it was; who may say so is for the caller to check. `cause_id` must be a known one."""
    outcome = _outcome(case, cause_id, "engineer")
    await audit.record(redis, team=case.team, user=user, action="correct", case=case.id, about=cause_id)
    later = _ENGINEER + int(outcome.at.timestamp())
    await OUTCOMES.put(redis, name(case), outcome, outcome.at, later)


def top(diagnosis: Diagnosis) -> str:
    """The id of the cause that the diagnosis names; empty where it names none."""
    return diagnosis.causes[0].id if diagnosis.known and diagnosis.causes else ""


def name(case: Case) -> str:
    """What a case is called here: ids are used again once a case is forgotten."""
    return f"{case.id}-{int(case.created.timestamp())}"


def _outcome(case: Case, cause: str, how: How) -> Outcome:
    return Outcome(
        case=case.id,
        team=case.team,
        service=case.service or "",
        cause=cause,
        how=how,
        revision=case.revision,
        reported=case.created,
        at=datetime.now(UTC),
    )
