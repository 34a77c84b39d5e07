"""The steps of a fix made for one case: the cause's own, with what is known of the case put in."""

from __future__ import annotations

from collections.abc import Mapping

from bot.display import scrubbed, units
from bot.engine.facts import Facts
from knowledge.causes import KnownCause
from knowledge.steps import FACT, PROOFS, PROXIES, Step

LONGEST = 390
"""UTF-16 units of a step: what every surface shows whole, so that no command is cut. Nor may the redactor change it."""


def concrete(cause: KnownCause, facts: Facts) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(for whom, the steps), the owner first. Pure; an audience for whom nothing is left is left out.

    Where no proxy is known, what is for one kind only is shown just to those whose fault a proxy mostly is.
    """
    made = ((who, _made(steps, facts, any_proxy=who == cause.owner == "network")) for who, steps in cause.steps)
    return tuple((who, steps) for who, steps in made if steps)


def _made(steps: tuple[Step, ...], facts: Facts, *, any_proxy: bool) -> tuple[str, ...]:
    meant = (step for step in steps if step.of is None or _fits(step.of, steps, facts, any_proxy))
    return tuple(dict.fromkeys(told for step in meant if (told := worded(step, facts.values))))


def _fits(of: str, steps: tuple[Step, ...], facts: Facts, any_proxy: bool) -> bool:
    """Whether what the step is for is at hand, or may be, since none of its kind is known."""
    if of in PROOFS:
        return of in facts.kinds or not facts.kinds & {*PROOFS}
    here = facts.kinds & {step.of for step in steps if step.of in PROXIES}
    return of in here or (any_proxy and not here)


def worded(step: Step, values: Mapping[str, str]) -> str:
    """The first wording of which every fact is known, else the general one."""
    for wording in step.known:
        if all(name in values for name in FACT.findall(wording)):
            told = FACT.sub(lambda match: values[match[1]], wording)
            if units(told) <= LONGEST and scrubbed(told) == told:
                return told
    return step.text
