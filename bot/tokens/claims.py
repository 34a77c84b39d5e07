"""A token's claims and header against what the service wants."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.model import Report, TokenFacts
from bot.services import Service
from bot.tokens.keys import key_ids

ENTRA = re.compile(
    r"https://(?:login\.microsoftonline\.com|sts\.windows\.net|login\.microsoft\.com)/(?P<tenant>[\w.-]+)"
    r"/?(?P<version>v2\.0)?/?$"
)


def claims(token: TokenFacts, report: Report, service: Service | None) -> Iterator[tuple[str, str]]:
    """Issuer, audience, algorithm, key, required claims and scopes."""
    yield from _scopes(token, report, service)
    yield from _key(token, service)
    if service is None:
        return
    yield from _issuer(token, service)
    yield from _audience(token, service)
    yield from _algorithm(token, service)
    yield from _required(token, service)


def _issuer(token: TokenFacts, service: Service) -> Iterator[tuple[str, str]]:
    if not service.issuer or token.iss == service.issuer:
        return
    if token.iss is None:
        yield "token.claim_missing", f"The token names no issuer; the service trusts {service.issuer}"
        return
    difference = near_miss(token.iss, service.issuer)
    values = f"the token says {token.iss}, the service wants {service.issuer}"
    if difference:
        yield "token.issuer_near_miss", f"The issuers differ only in {difference}: {values}"
    yield "token.issuer_mismatch", f"The token's issuer is not the trusted one: {values}"


def near_miss(one: str, other: str) -> str | None:
    """In what two names differ that look alike, None when they are plainly two names. Names compare byte for byte."""
    first, second = ENTRA.match(one), ENTRA.match(other)
    tenants = (first["tenant"], second["tenant"]) if first and second else None
    tests = (
        ("white space", one.strip() == other.strip()),
        ("the trailing slash", one.rstrip("/") == other.rstrip("/")),
        ("upper and lower case", one.rstrip("/").lower() == other.rstrip("/").lower()),
        ("the api:// in front", one.removeprefix("api://") == other.removeprefix("api://")),
        ("http and https", _bare(one) == _bare(other) and "://" in one and "://" in other),
        ("the https:// in front", _bare(one) == _bare(other)),
        ("the version of the endpoint (v1.0 and v2.0)", tenants is not None and tenants[0] == tenants[1]),
        ("the tenant", tenants is not None),
    )
    return next((difference for difference, alike in tests if alike), None)


def _bare(name: str) -> str:
    return name.partition("://")[2].rstrip("/").lower() or name.rstrip("/").lower()


def _audience(token: TokenFacts, service: Service) -> Iterator[tuple[str, str]]:
    if not service.audience or set(token.aud) & set(service.audience):
        return
    wanted = " or ".join(_shown(name) for name in service.audience)
    if not token.aud:
        yield "token.audience_missing", f"The token names no audience; {service.name} wants {wanted}"
        return
    given = ", ".join(token.aud)
    alike = next((d for a in token.aud for w in service.audience if (d := near_miss(a, w))), None)
    but = f"; they differ only in {alike}" if alike else ""
    yield "token.audience_mismatch", f"The token's audience is {given}; {service.name} wants {wanted}{but}"


def _shown(name: str) -> str:
    return name if name == name.strip() and name else f"'{name}'"


def _algorithm(token: TokenFacts, service: Service) -> Iterator[tuple[str, str]]:
    if token.alg is None:
        return
    allowed = algorithms(service)
    if allowed and token.alg not in allowed:
        yield (
            "token.algorithm_not_allowed",
            f"The token is signed with {token.alg}; {service.name} accepts {', '.join(allowed)}",
        )


FAMILY = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "EC": ("ES256", "ES384", "ES512"),
    "OKP": ("EdDSA",),
}


def algorithms(service: Service) -> tuple[str, ...]:
    """What the service accepts: as its operator says, else what its keys can have signed."""
    return service.algorithms or _key_algorithms(service)


def _key_algorithms(service: Service) -> tuple[str, ...]:
    """What the keys of the service can have signed, where it names no algorithms."""
    keys = service.jwks.get("keys", ()) if service.jwks else ()
    if any(key.get("kty") == "oct" for key in keys):
        return ()
    return tuple(
        dict.fromkeys(
            alg for key in keys for alg in ((key["alg"],) if key.get("alg") else FAMILY.get(key.get("kty"), ()))
        )
    )


def _key(token: TokenFacts, service: Service | None) -> Iterator[tuple[str, str]]:
    known = key_ids(service.jwks) if service and service.jwks else ()
    key = f"the service's key{_named(token)}" if service and service.jwks else "the secret in the settings shown"
    if token.signature == "valid":
        yield "token.signature_valid", f"The signature verifies with {key}"
    elif token.signature == "invalid":
        yield "token.signature_invalid", f"The signature does not verify with {key}"
    elif token.signature == "unknown_key" or (
        known and token.kid and token.kid not in known and not (token.alg or "").startswith("HS")
    ):
        have = f" ({', '.join(known[:4])})" if known else ""
        yield "token.key_unknown", f"The token's key id {token.kid} is not in the service's key set{have}"


def _named(token: TokenFacts) -> str:
    return f" {token.kid}" if token.kid else ""


def _required(token: TokenFacts, service: Service) -> Iterator[tuple[str, str]]:
    if missing := missing_claims(token, service):
        yield "token.claim_missing", f"The token lacks {', '.join(missing)}, which {service.name} requires"


def missing_claims(token: TokenFacts, service: Service) -> list[str]:
    """The claims that the service requires and the token lacks."""
    wanted = dict.fromkeys((*service.required_claims, *([service.username_claim] if service.username_claim else [])))
    missing = [name for name in wanted if name not in token.claim_names]
    if service.username_claim == "email" and "email" in token.claim_names and "email_verified" not in token.claim_names:
        missing.append("email_verified")  # kubernetes.io, "Authenticating": with --oidc-username-claim=email
    return missing


def _scopes(token: TokenFacts, report: Report, service: Service | None) -> Iterator[tuple[str, str]]:
    if lacking := missing_scopes(token, report, service):
        have = ", ".join(token.scopes) or "no scope"
        yield "token.scope_missing", f"The token has {have}; asked for is {' '.join(lacking)}"


def missing_scopes(token: TokenFacts, report: Report, service: Service | None) -> list[str]:
    """What it lacks of the scope that a pasted challenge asks for (RFC 6750 section 3), else of the operator's."""
    from bot.probe.challenge import parse

    asked: set[str] = set()
    for exchange in report.exchanges:
        for challenge in parse(exchange.all("WWW-Authenticate")):
            if challenge.get("error") in ("insufficient_scope", None):
                asked |= set((challenge.get("scope") or "").split())
    asked = asked or set(service.required_scopes if service else ())
    return sorted(asked - set(token.scopes))
