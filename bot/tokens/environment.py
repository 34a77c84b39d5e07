"""Whether a credential is from another environment than the service it was sent to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.address import split
from bot.model import Report, TokenFacts
from bot.services import Service
from bot.tokens.claims import near_miss

WORDS = {
    **dict.fromkeys(("staging", "stg", "stage", "preprod", "pre-prod"), "staging"),
    **dict.fromkeys(("test", "testing", "testnet", "qa", "uat", "int", "integration"), "test"),
    **dict.fromkeys(("dev", "develop", "development"), "development"),
    **dict.fromkeys(("sandbox", "sbx"), "sandbox"),
    **dict.fromkeys(("prod", "production", "live", "prd"), "production"),
}
RESERVED = (".test", ".example", ".invalid", ".localhost")
"""Top-level names that documents and trials use; they are no environment (RFC 6761)."""
TEST_PREFIX = re.compile(r"\btest (?:secret|publishable|restricted)? ?key", re.IGNORECASE)
LIVE_PREFIX = re.compile(r"\blive (?:secret|publishable|restricted)? ?key", re.IGNORECASE)


def environment_of(name: str) -> str | None:
    """The environment that a host, URL, key id or plain word names, by its own parts."""
    text = name.lower().strip("/")
    for reserved in RESERVED:
        text = re.sub(rf"{re.escape(reserved)}(?![\w.])", "", text)
    return next((WORDS[part] for part in re.split(r"[^a-z]+", text) if part in WORDS), None)


def other_environment(report: Report, tokens: Iterable[TokenFacts], service: Service | None) -> str | None:
    """One sentence on a credential of another environment, None when none is seen.

    A host that names no environment is taken for production only against a service that says so.
    """
    wanted = _wanted(report, service)
    trusted = service.issuer if service else None
    for place, value in _named(report, tokens):
        if trusted and (
            near_miss(value, trusted) or ((host := split(value).hostname) and host == split(trusted).hostname)
        ):
            continue  # it is the trusted one, written otherwise
        given = environment_of(value)
        if given is None or given == wanted:
            continue
        if wanted is not None:
            return f"The {place} {value} is of {given}, the service is {wanted}"
        if given != "production":
            return f"The {place} {value} is of {given}; nothing in {report.host or 'the address'} says so"
    return None


def _wanted(report: Report, service: Service | None) -> str | None:
    if service is not None and service.environment:
        return environment_of(service.environment) or service.environment.lower()
    return environment_of(report.host) if report.host else None


def _named(report: Report, tokens: Iterable[TokenFacts]) -> Iterator[tuple[str, str]]:
    for token in tokens:
        for name in ("env", "environment", "stage"):
            if value := dict(token.claims).get(name):
                yield f"token's {name}", value
        if token.iss:
            yield "token's issuer", token.iss
        if token.kid:
            yield "token's key id", token.kid
        for audience in token.aud:
            yield "token's audience", audience
    for credential in report.presented:
        if credential.vendor and TEST_PREFIX.search(credential.vendor):
            yield "credential, a", f"{credential.vendor} (test)"
        elif credential.vendor and LIVE_PREFIX.search(credential.vendor):
            yield "credential, a", f"{credential.vendor} (live)"
