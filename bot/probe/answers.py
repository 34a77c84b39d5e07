"""What the answers themselves say: status, challenge, clock, kind of endpoint, cookie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from bot.model import Collected, Exchange, Finding
from bot.probe.seen import Seen, challenges, found, told

CLOCK_S = 30
TOKEN_PATH = re.compile(r"/(oauth2?|connect|openid-connect|oidc)/([^/]+/)?(access_)?token/?$", re.IGNORECASE)
TOKEN_ERRORS = re.compile(r'"error"\s*:\s*"(unsupported_grant_type|invalid_grant|invalid_client)"')

_STATUS = {401: "refuses", 403: "forbidden", 404: "not_found", 410: "not_found", 405: "method_not_allowed"}
_LOOKED = ("open", "refuses", "forbidden", "not_found", "proxy_auth", "server_error")


def broken(seen: Seen) -> Collected:
    """Whether it fails once there is a credential to check: what checks them is only reached then."""
    if (seen.last.status or 0) >= 500:
        return Collected()
    for label in ("own_place", "made_up", "other_scheme"):
        exchange = seen.answers.get(label)
        if exchange and (exchange.status or 0) >= 500:
            return Collected((found("probe.server_error", told(label, exchange), exchange),))
    return Collected()


def status(seen: Seen, signs_in: bool) -> Collected:
    """Findings from the status without credentials, after redirects; a sign-in page is no open endpoint."""
    answer = seen.last
    code = answer.status or 0
    looked = {f"probe.{name}" for name in _LOOKED}
    if seen.same_method:
        looked.add("probe.method_not_allowed")
    kind = _kind(code)
    if kind is None or (kind == "open" and signs_in):
        return Collected(looked_for=frozenset(looked))
    name = f"probe.{kind}"
    if _elsewhere(seen, kind):
        return Collected(looked_for=frozenset(looked - {"probe.open", "probe.not_found"}))
    if not seen.same_method and kind in ("open", "not_found", "method_not_allowed"):
        # Another method than the reporter's was asked: what it meets says little of theirs.
        looked -= {"probe.open", "probe.not_found"}
        return Collected((_refused_method(seen),) if _method_missing(seen) else (), frozenset(looked))
    return Collected((found(name, told(_label(seen), answer), answer),), frozenset(looked | {name}))


def _elsewhere(seen: Seen, kind: str) -> bool:
    """Whether only the host, a base address or a command was named: what is there says nothing of where a call went."""
    base = seen.report.under is not None
    return (kind == "not_found" and (base or not urlsplit(seen.report.url or "").path)) or (kind == "open" and base)


def _kind(code: int) -> str | None:
    if code == 407:
        return "proxy_auth"
    if code >= 500:
        return "server_error"
    return "open" if 200 <= code < 300 else _STATUS.get(code)


def _label(seen: Seen) -> str:
    return "redirect" if "redirect" in seen.answers else "without"


def _method_missing(seen: Seen) -> bool:
    """Whether an Allow header leaves the reporter's method out (RFC 9110 section 10.2.1)."""
    allowed = {m.strip().upper() for e in seen.answers.values() for v in e.all("allow") for m in v.split(",")}
    return bool(allowed) and seen.last.status == 405 and (seen.report.method or "").upper() not in allowed


def _refused_method(seen: Seen) -> Finding:
    allow = ", ".join(seen.last.all("allow"))
    return found("probe.method_not_allowed", f"It takes {allow[:80]}, not {seen.report.method}", seen.last)


def challenge(seen: Seen) -> Collected:
    """Findings from what a 401 offers."""
    answer = seen.last
    if answer.status != 401:
        return Collected()
    offered = challenges(answer)
    findings = [] if offered else [found("probe.no_challenge", told(_label(seen), answer), answer)]
    dpop = next((e for e in seen.answers.values() if _asks_dpop(e)), None)
    if dpop:
        findings.append(found("probe.asks_dpop", "The answer offers the DPoP scheme or brings a DPoP-Nonce", dpop))
    return Collected(tuple(findings), frozenset({"probe.no_challenge", "probe.asks_dpop"}))


def _asks_dpop(exchange: Exchange) -> bool:
    offered = challenges(exchange)
    named = any(c.scheme.lower() == "dpop" or c.get("error") == "use_dpop_nonce" for c in offered)
    return named or exchange.header("dpop-nonce") is not None


def endpoint(seen: Seen) -> Collected:
    """Whether this is an OAuth token endpoint (RFC 6749 section 3.2), by its path or its way of refusing."""
    path = urlsplit(seen.first.url or "").path
    by_body = next((e for e in seen.answers.values() if TOKEN_ERRORS.search(e.body)), None)
    looked = frozenset({"probe.token_endpoint"})
    if TOKEN_PATH.search(path):
        return Collected((found("probe.token_endpoint", f"The path {path[:100]} is that of a token endpoint"),), looked)
    if by_body:
        text = "It answers with an error of an OAuth token endpoint (RFC 6749 section 5.2)"
        return Collected((found("probe.token_endpoint", text, by_body),), looked)
    return Collected(looked_for=looked)


def clock(seen: Seen) -> Collected:
    """The server's Date against the local clock, from the answers that no cache gave."""
    offsets = sorted(o for e in seen.answers.values() if (o := offset(e)) is not None)
    if not offsets:
        return Collected()
    looked = frozenset({"probe.clock_off"})
    middle = offsets[len(offsets) // 2]
    if abs(middle) <= CLOCK_S:
        return Collected(looked_for=looked)
    way = "ahead of" if middle > 0 else "behind"
    text = f"The server's clock is {abs(middle):,.0f} s {way} the bot's, by its Date header"
    return Collected((found("probe.clock_off", text, seen.first),), looked)


def offset(exchange: Exchange) -> float | None:
    """Seconds by which the answer's Date is ahead of the local clock; None where it says nothing of it."""
    date = exchange.header("date")
    if date is None or exchange.at is None or exchange.header("age"):
        return None
    try:
        then: datetime = parsedate_to_datetime(date)
        return (then.replace(tzinfo=then.tzinfo or UTC) - exchange.at).total_seconds()
    except (ValueError, OverflowError):
        return None


def cookie(seen: Seen) -> Collected:
    """How the cookies that the service sets are restricted (RFC 6265 and its SameSite successor)."""
    lines = [(line, e) for e in seen.answers.values() for line in e.all("set-cookie")]
    if not lines:
        return Collected()
    looked = frozenset({"probe.cookie_restricted"})
    for line, exchange in lines:
        limits = ", ".join(_limits(line, exchange.url or ""))
        if limits:
            name = line.partition("=")[0].strip()[:60]
            finding = found("probe.cookie_restricted", f"The cookie {name} is limited by {limits}", exchange)
            return Collected((finding,), looked)
    return Collected(looked_for=looked)


def _limits(line: str, url: str) -> Iterator[str]:
    pairs = [part.strip().partition("=") for part in line.split(";")[1:]]
    attributes = {name.strip().lower(): value.strip() for name, _, value in pairs}
    parts = urlsplit(url)
    if attributes.get("samesite", "").lower() in ("lax", "strict"):
        yield f"SameSite={attributes['samesite'].capitalize()}"
    if "secure" in attributes and parts.scheme == "http":
        yield "Secure, while the address is http"
    path = attributes.get("path", "/")
    if path.startswith("/") and not (parts.path or "/").startswith(path):
        yield f"Path={path[:60]}"
    domain = attributes.get("domain", "").lstrip(".").lower()
    host = parts.hostname or ""
    if domain and host != domain and not host.endswith(f".{domain}"):
        yield f"Domain={domain[:60]}"
