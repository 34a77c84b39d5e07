"""How a check on the logs answers, and how its answers become findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps

from bot.model import Collected, Finding
from bot.reading.scene import Scene

Verdict = str | None
"""The sentence of a finding; '' when it is absent; None when the logs cannot tell."""
Check = Callable[[Scene], Verdict]


def once(check: Check) -> Check:
    """A check on which others build: it goes through everybody's requests a single time a scene."""

    @wraps(check)
    def kept(scene: Scene) -> Verdict:
        if check not in scene.checked:
            scene.checked[check] = check(scene)
        return scene.checked[check]

    return kept


def collected(scene: Scene, checks: Mapping[str, Check]) -> Collected:
    """What these checks, by the id of their finding, find in the scene and what they looked for in vain."""
    verdicts = {name: check(scene) for name, check in checks.items()}
    findings = tuple(
        Finding(id=name, source="log", text=text, trust=scene.trust, at=scene.at)
        for name, text in verdicts.items()
        if text
    )
    return Collected(findings, frozenset(name for name, text in verdicts.items() if text is not None))
