"""Credentials and signed links against what the service wants -> findings, with the values that differ."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.model import TRUST, Collected, Finding, Presented, Report, TokenFacts
from bot.services import Service
from bot.tokens.claims import claims
from bot.tokens.environment import other_environment
from bot.tokens.kinds import kinds
from bot.tokens.link_judge import link_findings
from bot.tokens.pair import pair, parted
from bot.tokens.prefixes import prefixes
from bot.tokens.times import times

TIME = frozenset({"token.expired", "token.not_yet_valid", "token.issued_in_future", "token.in_date"})
FORM = frozenset(
    {"token.truncated", "token.malformed", "token.is_id_token", "token.is_refresh_token", "token.algorithm_none"}
)
LINK = frozenset(
    {"link.expired", "link.not_yet_valid", "link.in_date", "link.signature_missing", "link.signature_short"}
    | {"link.re_encoded", "link.complete"}
)
Seen = Iterable[tuple[str, str]]
"""(finding id, its sentence)."""


def judge(report: Report, service: Service | None) -> Collected:
    """What the credentials and links of the report show, judged at the time of the failing request."""
    found: list[tuple[str, str]] = []
    looked_for: set[str] = set()
    two = pair(report)
    tokens = [two[1]] if two else list(_tokens(report))
    for token in tokens:
        seen, looked = _token(token, report, service)
        found += seen
        looked_for |= looked
    if not tokens:
        opaque = list(_opaque(report, service))
        found += opaque
        looked_for |= {"token.opaque_where_jwt"} if opaque else set()
    if (foreign := other_environment(report, tokens, service)) is not None:
        found.append(("token.other_environment", foreign))
    looked_for |= {"token.other_environment"} if tokens else set()
    found += prefixes(report, service)
    if two and not {"token.is_id_token", "token.is_refresh_token"} & {id_ for id_, _ in found}:
        found += parted(*two)
    for link in report.links:
        found += link_findings(link, report)
        looked_for |= LINK
    at = report.at
    findings = tuple(_finding(id_, text, at) for id_, text in dict(found).items())
    return Collected(findings=findings, looked_for=frozenset(looked_for), notes=tuple(_notes(report)))


def _tokens(report: Report) -> Iterable[TokenFacts]:
    """The tokens that were sent as credentials; a DPoP proof is none."""
    shown = [p for p in report.presented if p.token is not None and p.dpop_nonce is None]
    sent = [p for p in shown if p.place != "loose"] or shown
    return dict.fromkeys(p.token for p in sent if p.token is not None and p.token.typ != "dpop+jwt")


def _token(token: TokenFacts, report: Report, service: Service | None) -> tuple[list[tuple[str, str]], set[str]]:
    found = list(kinds(token, report, service))
    looked = set(FORM)
    if token.fault and not token.claim_names:
        return found, looked
    leeway_s = service.leeway_s if service else 0
    found += [*times(token, report, leeway_s), *claims(token, report, service)]
    looked |= TIME if token.exp is not None or token.iat is not None else set()
    looked |= _service_looked(service)
    bad = {id_ for id_, _ in found} - {"token.in_date", "token.signature_valid", "token.proof_bound"}
    if service is not None and (service.issuer or service.audience) and not bad:
        found.append(
            ("token.matches_service", f"Issuer, audience and dates of the token are what {service.name} wants")
        )
    if service is not None and (service.issuer or service.audience):
        looked.add("token.matches_service")
    return found, looked


def _service_looked(service: Service | None) -> set[str]:
    """What can be told with what the operator told us."""
    if service is None:
        return set()
    looked: set[str] = set()
    looked |= {"token.issuer_mismatch", "token.issuer_near_miss"} if service.issuer else set()
    looked |= {"token.audience_mismatch", "token.audience_missing"} if service.audience else set()
    looked |= {"token.algorithm_not_allowed"} if service.algorithms else set()
    looked |= {"token.claim_missing"} if service.required_claims or service.username_claim else set()
    return looked | (
        {"token.key_unknown", "token.signature_invalid", "token.signature_valid"} if service.jwks else set()
    )


def _opaque(report: Report, service: Service | None) -> Seen:
    for credential in report.presented:
        if credential.kind != "opaque" or (credential.scheme or "").lower() not in ("bearer", "dpop"):
            continue
        what = credential.vendor or "a string without claims"
        yield "token.opaque", f"The bearer token is opaque ({what}), not a JWT"
        if _wants_jwt(service):
            yield "token.opaque_where_jwt", f"{service_name(service)} expects a JWT; the token sent is opaque ({what})"


def service_name(service: Service | None) -> str:
    """The service as a sentence names it."""
    return service.name if service is not None else "The service"


def _wants_jwt(service: Service | None) -> bool:
    return service is not None and bool(service.issuer or service.jwks or service.jwks_uri or service.algorithms)


def _finding(id_: str, text: str, at: datetime | None) -> Finding:
    return Finding(id=id_, source="token", text=text, trust=TRUST["token"], at=at)


def _notes(report: Report) -> Iterable[str]:
    if any(_masked(p) for p in report.presented) and not any(p.token for p in report.presented):
        yield "The credential was hidden before it was posted, so it could not be taken apart."


def _masked(credential: Presented) -> bool:
    return credential.kind == "masked"
