"""The steps of a fix made for one case: the cause's own, with what is known of the case put in."""

from __future__ import annotations

from bot.display import units
from bot.engine.facts import Facts
from knowledge.causes import KnownCause
from knowledge.steps import FACT, Step

LONGEST = 390
"""UTF-16 units of a step: what every surface shows whole, so that no command is cut."""


def concrete(cause: KnownCause, facts: Facts) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(for whom, the steps), the owner first. Pure; an audience for whom nothing is left is left out.

    Where no proxy is known, what is for one kind only is shown just to those whose fault a proxy mostly is.
    """
    made = ((who, _made(steps, facts, every_kind=who == cause.owner == "network")) for who, steps in cause.steps)
    return tuple((who, steps) for who, steps in made if steps)


def _made(steps: tuple[Step, ...], facts: Facts, *, every_kind: bool) -> tuple[str, ...]:
    here = facts.software & {step.software for step in steps if step.software}
    meant = (s for s in steps if s.software is None or s.software in here or (every_kind and not here))
    return tuple(dict.fromkeys(told for step in meant if (told := _worded(step, facts))))


def _worded(step: Step, facts: Facts) -> str:
    """The first wording of which every fact is known, else the general one."""
    for wording in step.known:
        if all(name in facts.values for name in FACT.findall(wording)):
            told = FACT.sub(lambda match: facts.values[match[1]], wording)
            if units(told) <= LONGEST:
                return told
    return step.text
