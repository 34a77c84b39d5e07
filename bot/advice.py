"""What to do now, in the order and the words of whoever reads it: their own steps first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot import wording
from bot.engine.steps import worded
from bot.model import Cause, Diagnosis
from knowledge.causes import causes

_MAKERS = {"visitor": "whoever makes the page", "app": "whoever makes the app"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Steps for one audience."""

    audience: str
    """visitor, app, caller, service or network."""
    title: str
    steps: tuple[str, ...]


def advice(diagnosis: Diagnosis) -> tuple[Advice, ...]:
    """The first cause's steps that concern the reader: what they can do, then what whoever can mend it does."""
    if not (diagnosis.known and diagnosis.causes):
        return ()
    cause = diagnosis.causes[0]
    if diagnosis.role == "owner":
        made = _for_owner(cause)
    elif diagnosis.role == "developer":
        made = _for_developer(cause)
    else:
        made = _for_user(cause, diagnosis)
    return tuple(one for one in made if one.steps)


def _for_user(cause: Cause, diagnosis: Diagnosis) -> Iterator[Advice]:
    known, facts = causes().get(cause.id), dict(diagnosis.facts)
    own = known.users.get(diagnosis.role, ()) if known else ()
    steps = tuple(worded(step, facts) for step in own)
    yield Advice(audience=diagnosis.role, title="What you can do now", steps=steps)
    if cause.owner != "caller":
        yield _others(cause, cause.owner, f"For {wording.AUDIENCES[cause.owner]}")
    elif known is None or known.needs_maker:
        yield _others(cause, "caller", f"For {_MAKERS[diagnosis.role]}")


def _for_developer(cause: Cause) -> Iterator[Advice]:
    if cause.owner == "caller":
        yield _others(cause, "caller", "What to do now")
    else:
        yield _others(cause, "caller", "What you can do now")
        yield _others(cause, cause.owner, f"For {wording.AUDIENCES[cause.owner]}")


def _for_owner(cause: Cause) -> Iterator[Advice]:
    if cause.owner == "network":
        yield _others(cause, "network", "What to do now, at the proxy or network in front")
    yield _others(cause, "service", "What to do now" if cause.owner == "service" else "What you can do in the service")
    yield _others(cause, "caller", "What to tell the caller")


def _others(cause: Cause, audience: str, title: str) -> Advice:
    return Advice(audience=audience, title=title, steps=dict(cause.fix).get(audience, ()))
