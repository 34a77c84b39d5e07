"""What the redirect walk met."""

from __future__ import annotations

import re

from bot.address import split
from bot.model import Collected, Finding
from bot.probe.seen import Hop, Seen, found, short

SIGN_IN = re.compile(
    r"/(log[-_]?in|log[-_]?on|sign[-_]?in|signin-oidc|sso|saml2?|cas|adfs|oauth2?/(v\d/)?(authorize|start|auth)|authorize|"
    r"openid-connect/auth|accounts/login|users/sign_in|restlogin)(/|$|[;.])",
    re.IGNORECASE,
)
SIGN_IN_HOST = re.compile(
    r"^(login|signin|sso|idp|accounts|auth)\.|\.(okta|auth0|onelogin)\.com$|\.cloudflareaccess\.com$", re.IGNORECASE
)
LOOKED = frozenset({"probe.redirects_to_other_origin", "probe.redirects", "probe.redirects_to_sign_in"})


def signs_in(hops: tuple[Hop, ...]) -> Hop | None:
    """The hop to a sign-in page, if there is one."""
    for hop in hops:
        parts = split(hop.to)
        if SIGN_IN.search(parts.path) or SIGN_IN_HOST.search(parts.hostname or ""):
            return hop
    return None


def walked(seen: Seen) -> Collected:
    """Findings from the redirects of the reported address."""
    findings: list[Finding] = []
    other = next((h for h in seen.hops if h.crosses), None)
    own = next((h for h in seen.hops if not h.crosses), None)
    if other:
        text = f"{_line(other)}, another origin: many clients drop the credentials there"
        findings.append(found("probe.redirects_to_other_origin", text, seen.first))
    if own:
        findings.append(found("probe.redirects", f"{_line(own)}, within the same origin", seen.first))
    page = signs_in(seen.hops)
    if page:
        findings.append(found("probe.redirects_to_sign_in", f"{_line(page)}, a sign-in page", seen.first))
    notes = (f"The redirect to {short(h.to)} was not followed: {h.not_followed}." for h in seen.hops if h.not_followed)
    return Collected(tuple(findings), LOOKED, tuple(notes))


def _line(hop: Hop) -> str:
    return f"{short(hop.source)} answers {hop.status} to {short(hop.to)}"


def slash(seen: Seen) -> Collected:
    """Whether a trailing slash more or less leads elsewhere."""
    variant = seen.answers.get("slash")
    if variant is None:
        return Collected()
    looked = frozenset({"probe.slash_variant_differs"})
    asked, other = seen.first.status or 0, variant.status or 0
    path = split(seen.first.url).path
    to_variant = any((to := split(h.to).path) != path and to.rstrip("/") == path.rstrip("/") for h in seen.hops)
    if to_variant or (asked == 404 and other != 404):
        text = f"{short(seen.first.url)} answers {asked}, {short(variant.url)} answers {other}"
        return Collected((found("probe.slash_variant_differs", text, variant),), looked)
    return Collected(looked_for=looked)
