"""What the CORS preflight was answered (Fetch standard, section 3.2)."""

from __future__ import annotations

from bot.model import TRUST, Collected, Exchange
from bot.probe.seen import WEAK, Seen, found, told

LOOKED = frozenset({"probe.preflight_refused", "probe.preflight_without_cors", "probe.preflight_ok"})
UNASKED = 0.3
MADE_UP_ORIGIN = "https://locksmith-probe.example"


def preflight(seen: Seen) -> Collected:
    """Whether a page of this origin could send the real request with an Authorization header."""
    answer = seen.answers.get("preflight")
    if answer is None:
        return Collected()
    line = told("preflight", answer)
    made_up = seen.report.origin is None
    if answer.status == 401 or (answer.status == 403 and not made_up):
        # Without a page that sends preflights, it is a fact about the service and hardly one about the case.
        trust = UNASKED if made_up else TRUST["probe"]
        return Collected((found("probe.preflight_refused", line, answer, trust),), LOOKED)
    lacks = _lacks(answer, seen.origin)
    if lacks:
        # A service that allows listed origins only has every reason to deny a made-up one.
        trust = WEAK if made_up else TRUST["probe"]
        return Collected((found("probe.preflight_without_cors", f"{line}; {lacks}", answer, trust),), LOOKED)
    return Collected((found("probe.preflight_ok", line, answer),), LOOKED)


def _lacks(answer: Exchange, origin: str) -> str | None:
    if not 200 <= (answer.status or 0) < 300:
        return "its status is no success"
    allowed = answer.header("access-control-allow-origin")
    if allowed not in ("*", origin):
        return f"it allows {allowed[:80]}, not {origin}" if allowed else f"it does not allow the origin {origin}"
    headers = {h.strip().lower() for v in answer.all("access-control-allow-headers") for h in v.split(",")}
    # A star does not cover Authorization.
    return None if "authorization" in headers else "it does not allow the Authorization header"
