"""A token held against what its identity provider publishes now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.model import TRUST, Collected, Finding, Report, TokenFacts
from bot.probe import keys
from bot.probe.gate import Policy
from bot.probe.provider import Provider, publishes
from bot.probe.seen import WEAK, found, merged, plain
from bot.services import Service
from bot.tokens.claims import near_miss
from bot.tokens.keys import key_ids

OLD = timedelta(days=1)
"""Of a request so long ago the keys of today tell less: they may have been changed since."""
MISSING_TRUST = 0.9
"""The set was read just now from where the operator says the service reads it."""
SHOWN = 6
KEY = frozenset({"probe.key_missing", "probe.key_present"})
SPELLED, DOWN = "probe.issuer_spelled_otherwise", "probe.issuer_unreachable"


async def collect(
    report: Report, service: Service | None, policy: Policy, *, cache: keys.Cache = keys.CACHE
) -> Collected:
    """What the service's identity provider shows of the report's tokens; nothing is asked where there are none."""
    tokens = tokens_of(report)
    if service is None or not tokens or not publishes(service):
        return Collected()
    found_now = await cache.provider(service, policy)
    if any(missing(token, found_now) for token in tokens):
        # Ask again before saying so, unless it was asked just now: it may be a new key.
        found_now = await cache.provider(service, policy, keys.FRESH_S)
    return merged(judge(token, report, service, found_now) for token in tokens)


def tokens_of(report: Report) -> tuple[TokenFacts, ...]:
    """The readable tokens of a report, each once; a DPoP proof carries its own key."""
    shown = (p.token for p in report.presented if p.token and p.token.typ != "dpop+jwt")
    return tuple(dict.fromkeys(token for token in shown if token.alg))


def judge(token: TokenFacts, report: Report, service: Service, provider: Provider) -> Collected:
    """The findings on one token. Pure."""
    if provider.down:
        text = f"The identity provider of {service.name} cannot be asked for its keys: {provider.fault}"
        trust = WEAK if _old(report, provider) else TRUST["probe"]
        return Collected((found(DOWN, text, trust=trust),), frozenset({DOWN}))
    looked = {DOWN} if provider.keys is not None and not _old(report, provider) else set()
    looked |= KEY if _told_apart(token, provider) else set()
    looked |= {SPELLED} if provider.issuer else set()
    findings = (*_key(token, report, provider), *_spelling(token, service, provider))
    return Collected(findings, frozenset(looked), tuple(_notes(token, service, provider)))


def _notes(token: TokenFacts, service: Service, provider: Provider) -> Iterator[str]:
    if provider.keys is None:
        yield f"The keys of {service.name} were not found: {provider.fault}."
    if provider.issuer and provider.issuer == token.iss and _nearly(service.issuer, token.iss):
        yield (
            f"The issuer spells itself {token.iss}, as the token does, and services.yaml {service.issuer}: "
            f"mend it there, and in {service.name} if it says the same."
        )


def _old(report: Report, provider: Provider) -> bool:
    return provider.at - (report.at or report.posted_at) > OLD


def missing(token: TokenFacts, provider: Provider) -> bool:
    """Whether the token names a key that the provider does not publish."""
    return _told_apart(token, provider) and token.kid not in key_ids(provider.keys or {})


def _told_apart(token: TokenFacts, provider: Provider) -> bool:
    """Whether ids tell the keys apart; those of shared secrets are not published (RFC 7518 section 3.2)."""
    return bool(token.kid and key_ids(provider.keys or {})) and (token.alg or "")[:2] not in ("HS", "no")


def _key(token: TokenFacts, report: Report, provider: Provider) -> Iterator[Finding]:
    if not _told_apart(token, provider):
        return
    ids = key_ids(provider.keys or {})
    since = f"; they last changed on {plain(provider.changed)[:40]}" if provider.changed else ""
    if token.kid in ids:
        yield found(
            "probe.key_present", f"The token's key id {token.kid} is among the keys at {provider.address}{since}"
        )
        return
    named = ", ".join(plain(name)[:80] for name in ids[:SHOWN]) + (", …" if len(ids) > SHOWN else "")
    text = f"The token's key id {token.kid} is not among the keys at {provider.address} ({named}){since}"
    yield found("probe.key_missing", text, trust=WEAK if _old(report, provider) else MISSING_TRUST)


def _spelling(token: TokenFacts, service: Service, provider: Provider) -> Iterator[Finding]:
    """Issuers are compared to the letter (OpenID Connect Discovery section 4.3)."""
    published = provider.issuer
    if not published:
        return
    for name, whose in ((service.issuer, f"{service.name} is told"), (token.iss, "the token says")):
        difference = _nearly(name, published)
        if difference:
            text = f"{provider.document} says issuer {published}, {whose} {name}: they differ only in {difference}"
            yield found(SPELLED, text)
            return


def _nearly(name: str | None, other: str) -> str | None:
    """In what two issuers differ that are spelled otherwise; another tenant is another issuer."""
    difference = near_miss(name, other) if name and name != other else None
    return None if difference == "the tenant" else difference
