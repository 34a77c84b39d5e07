"""What a service publishes on itself as a protected resource (RFC 9728): whose tokens it takes, and where."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bot.model import Collected, Exchange, Finding, Presented, Report
from bot.probe.seen import WEAK, Seen, challenges, found, merged, origin_of, plain, short
from bot.services import Service
from bot.tokens.claims import near_miss

WELL_KNOWN = "/.well-known/oauth-protected-resource"
METHODS: Mapping[str, str] = {"authorization": "header", "query": "query", "body": "body"}
"""Where a bearer token may stand (RFC 6750 section 2), by the place of a `Presented`."""
SHOWN = 6


def address(report: Report, service: Service | None, last: Exchange) -> str | None:
    """Where the metadata may be, on the asked host; None when no credential of the report could be held against it."""
    if last.status != 401 or not (_issuers(report) or any(_bearer(shown) for shown in report.presented)):
        return None
    offered, final = challenges(last), last.url or ""
    named = next((url for c in offered if (url := c.get("resource_metadata"))), None)
    if named and origin_of(named) == origin_of(final):
        return named
    schemes = {c.scheme.lower() for c in offered} | {(service.scheme or "").lower() if service else ""}
    return _well_known(final) if named or schemes & {"bearer", "dpop"} else None


def _well_known(url: str) -> str:
    """The well-known path goes between host and path (section 3.1)."""
    parts = urlsplit(url)
    path = "" if parts.path == "/" else parts.path
    return urlunsplit(parts._replace(path=f"{WELL_KNOWN}{path}", query=""))


def read(seen: Seen) -> Collected:
    """The report's credentials held against the metadata."""
    answer = seen.aside.get("metadata")
    data = _document(answer) if answer is not None else {}
    if answer is None or not data:
        return Collected()
    # What is published for another resource must not be used (section 3.3).
    if isinstance(resource := data.get("resource"), str) and origin_of(resource) != origin_of(answer.url or ""):
        return Collected(notes=(f"{short(answer.url)} is about {plain(resource)}, so it was not used.",))
    return merged((_issuer(seen, answer, data), _method(seen, answer, data), _rest(seen, answer, data)))


def _document(answer: Exchange) -> Mapping[str, Any]:
    try:
        data = json.loads(answer.body) if answer.status == 200 else None
    except (ValueError, RecursionError):
        data = None
    return data if isinstance(data, dict) else {}


def _texts(data: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    """A list of texts, None where there is no such member."""
    items = data.get(name)
    return tuple(plain(item) for item in items if isinstance(item, str)) if isinstance(items, list) else None


def _shown(names: tuple[str, ...]) -> str:
    return (", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")) or "none"


def _issuer(seen: Seen, answer: Exchange, data: Mapping[str, Any]) -> Collected:
    wanted, given = _texts(data, "authorization_servers"), _issuers(seen.report)
    if not wanted or not given:
        return Collected()
    looked = frozenset({"probe.other_issuer_wanted"})
    if set(given) & set(wanted):
        return Collected(looked_for=looked)
    alike = next((d for g in given for w in wanted if (d := near_miss(g, w))), None)
    but = f"; they differ only in {alike}" if alike else ""
    text = f"{short(answer.url)} names the authorization server {_shown(wanted)}; the token is from {given[0]}{but}"
    # Metadata is often written by hand: a slash more is seldom what the service compares with.
    trust = WEAK if alike == "the trailing slash" else ISSUER_TRUST
    return Collected((found("probe.other_issuer_wanted", text, answer, trust),), looked)


ISSUER_TRUST = 0.7
"""The service itself says whose tokens it takes."""


def _method(seen: Seen, answer: Exchange, data: Mapping[str, Any]) -> Collected:
    supported = _texts(data, "bearer_methods_supported")
    places = dict.fromkeys(METHODS[shown.place] for shown in seen.report.presented if _bearer(shown))
    if supported is None or not places:
        return Collected()
    looked = frozenset({"probe.method_not_supported"})
    if set(places) & set(supported):
        return Collected(looked_for=looked)
    text = f"{short(answer.url)} takes tokens in: {_shown(supported)}; the report's stands in the {next(iter(places))}"
    return Collected((found("probe.method_not_supported", text, answer, ISSUER_TRUST),), looked)


def _rest(seen: Seen, answer: Exchange, data: Mapping[str, Any]) -> Collected:
    findings: tuple[Finding, ...] = ()
    if data.get("dpop_bound_access_tokens_required") is True:
        text = f"{short(answer.url)} says that access tokens have to be bound by DPoP"
        findings = (found("probe.asks_dpop", text, answer),)
    return Collected(findings, notes=tuple(_scopes(seen.report, data)))


def _scopes(report: Report, data: Mapping[str, Any]) -> Iterator[str]:
    known = _texts(data, "scopes_supported")
    for scopes in dict.fromkeys(p.token.scopes for p in report.presented if p.token and p.token.scopes):
        if known and not set(scopes) & set(known):
            yield f"The service's metadata lists the scopes {_shown(known)}; the token has none of them."


def _issuers(report: Report) -> tuple[str, ...]:
    return tuple(dict.fromkeys(shown.token.iss for shown in report.presented if shown.token and shown.token.iss))


def _bearer(shown: Presented) -> bool:
    """Whether it is a token in a place that the metadata speaks of."""
    if shown.place == "authorization":
        return (shown.scheme or "").lower() in ("bearer", "dpop")
    return shown.place in METHODS and shown.kind in ("jwt", "jwe", "opaque", "masked")
