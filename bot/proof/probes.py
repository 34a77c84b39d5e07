"""Faults that asking shows by itself: what must be seen now where something else was seen before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model import Collected, Diagnosis
from bot.proof.model import Seen


@dataclass(frozen=True, slots=True)
class Cure:
    """A fault that the bot's own requests show, and how its end looks."""

    before: frozenset[str]
    """Findings of which one was made when the case was answered."""
    gone: bool
    """Whether the end of these shows; False: `after` must be found."""
    after: str
    text: str


OPEN = Cure(
    frozenset({"probe.refuses"}), False, "probe.open", "The endpoint now answers a request without credentials normally"
)
CURES: Mapping[str, Cure] = {
    "preflight_rejected": Cure(
        frozenset({"probe.preflight_refused", "probe.preflight_without_cors"}),
        False,
        "probe.preflight_ok",
        "The preflight is answered as it should be now",
    ),
    "identity_provider_down": Cure(
        frozenset({"probe.issuer_unreachable"}), True, "", "The identity provider publishes its keys again"
    ),
    "no_credentials": OPEN,
    "service_misconfigured": OPEN,
}
"""By the cause that was named first: another fault that went away mended nothing."""


def cure(diagnosis: Diagnosis) -> Cure | None:
    """What asking again could show; None where the fault does not show without the caller's credentials."""
    found = CURES.get(diagnosis.causes[0].id) if diagnosis.known and diagnosis.causes else None
    return found if found and found.before & {finding.id for finding in diagnosis.findings} else None


def seen(wanted: Cure, now: Collected) -> Seen:
    """What the answers of now show. Pure."""
    found = {finding.id for finding in now.findings}
    cured = wanted.before <= now.looked_for and not wanted.before & found if wanted.gone else wanted.after in found
    if cured:
        return Seen(verdict="works", text=wanted.text, how="probe")
    return Seen(verdict="nothing")
