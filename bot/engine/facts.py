"""What is known of one case, by name, for the steps and the first sentence: every value short, in one line, no secret.

Fit for everybody to read: it comes from the report, the probes and what the operator wants of a token, never from
log lines, which name other people. The names are `knowledge.steps.FACTS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot import wording
from bot.display import cut, one_line, scrubbed
from bot.durations import duration
from bot.engine import header
from bot.engine.commands import commands, plain
from bot.engine.exchanges import cookie, redirected, schemes
from bot.model import Entry, Exchange, Finding, Report, TokenFacts
from bot.services import Service
from bot.tokens.claims import algorithms, missing_claims, missing_scopes
from bot.tokens.keys import key_ids
from knowledge.purposes import purposes

LONGEST = 80
"""UTF-16 units of a value; commands bound themselves."""
_SOFTWARE = re.compile(r"\b(apache(?!-coyote)|caddy|envoy|haproxy|nginx|openresty|traefik)\b", re.IGNORECASE)
_KINDS = {"token.is_id_token": "an ID token", "token.is_refresh_token": "a refresh token"}
_FAULTS = {
    "doubled_scheme": "the scheme stands twice",
    "quoted": "quotes or brackets stand around it",
    "line_end": "a line break stands behind the password",
    "whitespace": "stray spaces or a line break are in it",
    "no_scheme": "no scheme stands before it",
    "glued_scheme": "no space alone parts it from its scheme",
    "bad_base64": "it is not base64",
    "no_colon": "there is no colon between name and password",
    "empty": "nothing follows the scheme",
    "literal": "a word like undefined, or the name of a variable, stands in its place",
}
"""`Presented.faults` in words."""
_PLACEHOLDER = frozenset({"says.placeholder_key", "request.placeholder", "log.placeholder_key"})
_PROOFS: Mapping[str, tuple[str, ...]] = {
    "dpop": ("response.dpop_nonce", "says.proof_required", "probe.asks_dpop", "request.proof_without_nonce"),
    "mtls": ("says.client_certificate_missing", "says.client_certificate_refused", "log.certificate_absent"),
    "digest": ("says.nonce_stale",),
}
_PROOF_WORDS = {
    "dpop": "a DPoP proof with the nonce that it gives",
    "mtls": "a TLS client certificate",
    "digest": "a fresh Digest nonce",
}
Pairs = Iterator[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a case."""

    values: Mapping[str, str]
    kinds: frozenset[str] = frozenset()
    """Which of `knowledge.steps.PROXIES` stands in front, and which of its PROOFS is wanted."""


def facts(
    report: Report,
    service: Service | None = None,
    findings: Sequence[Finding] = (),
    log_lines: Sequence[Entry] = (),
    probes: Sequence[Exchange] = (),
) -> Facts:
    """Everything that is known of this case. Pure; never raises for what strangers wrote."""
    exchanges = (*report.exchanges, *probes)
    told = frozenset(finding.id for finding in findings)
    token = wording.sole_token(report)
    found = {**dict(_of_report(report)), **dict(_of_answers(report, service, exchanges, told))}
    if token is not None:
        found |= {**dict(_dates(token, report)), **dict(_of_token(token, report, service))}
    found |= dict(_of_purpose(findings))
    found |= {**dict(_of_service(service, token)), **dict(_of_link(report)), **dict(_clock(probes, told))}
    fit = {name: value for name, given in found.items() if (value := _fit(given, LONGEST))}
    ready = commands(report, fit)
    fit |= {name: line for name, line in ready if _fit(line, 1000) == line}
    return Facts(fit, _software(exchanges, log_lines) | _proofs(told))


def _fit(value: str | None, limit: int) -> str | None:
    """The value as a step may show it; None when it is empty, or holds something that was or should be hidden."""
    told = one_line(value or "").replace("`", "'")
    return cut(told, limit) if told and "‹" not in told and scrubbed(told) == told else None


def _of_report(report: Report) -> Pairs:
    if report.at is not None:
        about = "about " if (report.at_precision_s or 0) > 60 else ""
        yield "when", about + wording.moment(report.at)
    yield "request_id", report.request_id
    yield "origin", report.origin
    yield "asked_url", (plain(report.url or "") or "").partition("?")[0]
    places = {"query": "the query parameter", "header": "the header", "cookie": "the cookie", "body": "the body field"}
    sent = next((p for p in report.presented if p.place in places and p.name), None)
    yield "place_sent", f"{places[sent.place]} {sent.name}" if sent else None
    yield "header_sent", header.sent(report)
    yield "header_underscore", next((p.name for p in report.presented if p.place == "header" and "_" in p.name), None)
    yield (
        "header_fault",
        next((_FAULTS[fault] for p in report.presented for fault in p.faults if fault in _FAULTS), None),
    )
    lengths = {p.token.length for p in report.presented if p.token}
    yield "token_length", str(*lengths) if len(lengths) == 1 else None


def _of_answers(report: Report, service: Service | None, exchanges: Sequence[Exchange], told: frozenset[str]) -> Pairs:
    offered = tuple(scheme for scheme in schemes(exchanges) if header.SCHEME.match(scheme))
    if "says.token_wrong_type" not in told:  # there the scheme is right, the token is not
        yield "schemes_offered", _either(offered)
    yield "scheme_sent", header.scheme_sent(report, offered)
    yield "token_kind", next((kind for finding, kind in _KINDS.items() if finding in told), None)
    wanted = header.wanted(report, service, offered)
    if wanted != header.sent(report) or "request.other_header_wanted" not in told:
        yield "header", wanted
    if "request.withheld_by_client" in told and (url := plain(report.url or "")):
        yield "https_url", url.replace("http://", "https://", 1)
    yield "key_kind", "a placeholder from an example" if told & _PLACEHOLDER else None
    yield "proof_wanted", next((_PROOF_WORDS[proof] for proof in sorted(_proofs(told))), None)
    if "probe.redirects_to_sign_in" not in told and (moved := redirected(exchanges)) is not None:
        yield "redirecting_url", moved[0]
        yield "final_url", moved[1]
    cross_site = bool(told & {"response.cookie_same_site", "request.cross_site_without_cookie"})
    if (limited := cookie(exchanges, report, cross_site=cross_site)) is not None:
        yield "cookie_name", limited.name
        yield "cookie_limit", limited.limit
        yield "cookie_mended", limited.mended


def _of_purpose(findings: Sequence[Finding]) -> Pairs:
    said = next((finding.text for finding in findings if finding.id == "request.other_purpose"), "")
    if (purpose := next((p for p in purposes() if p.name in said), None)) is not None:
        yield "key_kind", f"{purpose.name} (it serves {purpose.serves})"


def _dates(token: TokenFacts, report: Report) -> Pairs:
    end = wording.expiry(token)
    if end is not None and end < (report.at or report.posted_at):
        yield "expired_at", wording.moment(end, report.at)
        yield "expired_before", wording.lateness(end, report)
    if token.exp is not None and token.iat is not None and 0 < token.exp - token.iat < 10**10:
        yield "lifetime", duration(token.exp - token.iat)
    ahead = max(token.nbf or 0, token.iat or 0) - report.at.timestamp() if report.at else 0.0
    if (report.at_precision_s or 0) < ahead < 10**10:
        yield "token_ahead", _seconds(ahead)


def _of_token(token: TokenFacts, report: Report, service: Service | None) -> Pairs:
    yield "algorithm_sent", token.alg
    yield "key_sent", token.kid
    yield "issuer_sent", _exact(token.iss or "")
    yield "audience_sent", ", ".join(map(_exact, token.aud[:3]))
    yield "scope_sent", " ".join(token.scopes[:6])
    yield "scope_wanted", " ".join(missing_scopes(token, report, service)[:6])
    yield "claims_missing", ", ".join(missing_claims(token, service)[:6]) if service else None


def _of_service(service: Service | None, token: TokenFacts | None) -> Pairs:
    """What the service wants; issuer and audience only where the token's are others."""
    if service is None:
        return
    if token is None or token.iss != service.issuer:
        yield "issuer_wanted", _exact(service.issuer or "")
    if token is None or not set(token.aud) & set(service.audience):
        yield "audience_wanted", _either([_exact(name) for name in service.audience])
    yield "algorithms_allowed", _either(algorithms(service))
    yield "keys_known", ", ".join(key_ids(service.jwks)[:3]) if service.jwks else None
    yield "key_prefix", service.key_prefix


def _exact(name: str) -> str:
    """White space at an end is a fault that must stay seen."""
    return name if name == name.strip() else f"'{name}'"


def _of_link(report: Report) -> Pairs:
    link = report.links[0] if len(set(report.links)) == 1 else None
    if link is None:
        return
    yield "link_missing", " and ".join(link.missing[:3])
    if link.expires_at is None:
        return
    if link.expires_at < (report.at or report.posted_at):
        yield "link_expired_at", wording.moment(link.expires_at, report.at)
        yield "link_expired_before", wording.lateness(link.expires_at, report)
    if link.signed_at is not None and link.signed_at < link.expires_at:
        yield "link_lifetime", duration((link.expires_at - link.signed_at).total_seconds())


def _clock(probes: Iterable[Exchange], told: frozenset[str]) -> Pairs:
    if "probe.clock_off" not in told:
        return
    from bot.probe.answers import offset

    offsets = sorted(off for probe in probes if (off := offset(probe)) is not None)
    if offsets:
        off = offsets[len(offsets) // 2]
        yield "clock_off", f"{_seconds(off)} {'ahead' if off > 0 else 'behind'}"


def _seconds(number: float) -> str:
    """A difference in seconds, and in its one best unit where that is easier to grasp."""
    seconds = f"{abs(number):,.0f} seconds"
    return f"{seconds} ({duration(number)})" if abs(number) >= 120 else seconds


def _either(names: Sequence[str]) -> str:
    """`Bearer or Basic`: at most three."""
    return " or ".join(dict.fromkeys(names[:3]))


def _software(exchanges: Iterable[Exchange], log_lines: Iterable[Entry]) -> frozenset[str]:
    named = [value for exchange in exchanges for value in exchange.all("server")]
    named += [text for entry in log_lines for text in (entry.format, entry.file.rpartition("/")[2])]
    found = {match[1].lower() for text in named for match in _SOFTWARE.finditer(text.replace("_", "-"))}
    return frozenset("nginx" if name == "openresty" else name for name in found)


def _proofs(told: frozenset[str]) -> frozenset[str]:
    return frozenset(proof for proof, findings in _PROOFS.items() if told & {*findings})
