"""What a pasted answer shows beside its words: status, challenge, cookies, cache, gateway."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice, pairwise

from bot.address import split
from bot.intake.urls import owner
from bot.model import Exchange, Report
from bot.probe.cache import cacheable, hit
from bot.probe.challenge import parse

STATUSES = {
    200: "response.status_200",
    403: "response.status_403",
    404: "response.status_404",
    407: "response.status_407",
}
GATEWAY = re.compile(
    r"(?i)\b(?:gateway|proxy|vpn|firewall|waf|edge|office network|corporate|zscaler|netskope|forefront|access "
    r"manager|cloudflare access)\b"
)
COOKIE_WORDS = re.compile(r"(?i)\bcookies?\b|\bsession\b|\bsigned? ?in\b|\blog(?:ged)? ?in\b")
TOKEN_SEEN = re.compile(
    r"(?i)expired|invalid|not valid|malformed|signature|revoked|inactive|wrong|claim|audience|issuer"
)
"""Words of a body that nobody says of a request without a token."""
FRAMED = re.compile(
    r"(?i)\bi-?frames?\b|\bembed(?:s|ded|ding)?\b|\bside ?panel|\beingebettet|\bintégrée? dans|\bincrustad[oa]"
    r"|\bingebed|\bindlejret|\binbäddad|\bosadzon|sec-fetch-dest: *i?frame|sec-fetch-storage-access: *(?:none|inactive)"
)
"""Words and headers of a page within another site's page (privacycg.github.io/storage-access-headers)."""
RENEWAL = re.compile(r"(?i)/(?:[\w-]*refresh[\w-]*|renew\w*)(?:/|$)")
STAMPED_DATE = re.compile(
    r"(?im)^\[?(?P<stamp>20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|\+00:?00)\]?[^\n]{0,80}?\bdate: "
    r"(?P<date>[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)"
)
"""A job's log that prints an answer's headers, each line with its time."""
PRINTED_DATE = re.compile(
    r"(?m)^(?:[A-Z][a-z]{2} )(?P<stamp>[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d) (?:UTC|GMT) (?P<year>\d{4})$"
    r"(?s:.{0,3000}?)^[<\s]*[Dd]ate: (?P<date>[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)"
)
"""What `date -u` printed, and an answer under it."""
ANSWER_DATE = re.compile(
    r"(?i)\bdate(?: header)?[\"']?[ ]?[:=][ \t]{0,8}[\"']?(?P<date>[a-z]{3}, \d\d [a-z]{3} \d{4} \d\d:\d\d:\d\d GMT)"
)
GRANTED = re.compile(r"(?i)token|log-?in|sign|grant|session|oauth|anmeld|connexion|\b20[0-4]\b")
"""What stands before the Date of the answer that gave the credential."""
WITHIN_S, NEAR = 300, 400
"""Seconds between two answers to one client, and the characters before a Date that tell whose it is."""
COMPLETE = {"date", "server", "content-length", "content-type"}


def response_findings(report: Report) -> tuple[dict[str, str], set[str]]:
    """(finding -> sentence, what was looked for)."""
    found: dict[str, str] = {}
    looked: set[str] = set()
    for exchange in report.exchanges:
        if exchange.response_headers is None:
            continue
        refused = exchange.status == 401
        whole = exchange.status is not None and len({k.lower() for k, _ in exchange.response_headers} & COMPLETE) >= 2
        if whole and refused:
            looked |= {
                "response.no_challenge",
                "response.bare_challenge",
                "response.cache_hit",
                "response.dpop_nonce",
                "response.sso_required",
            }
        for id_, text in (*_challenge(exchange, whole), *_marks(exchange), *_cookies(exchange, report, whole)):
            found.setdefault(id_, text)
    if renewal := next((e for e in report.exchanges if _renewal_refused(e)), None):
        found["response.renewal_refused"] = f"{renewal.method} {renewal.url} was answered {renewal.status}"
    if off := _clock(report.text[:200_000]) or _backwards(report.text[:20_000]):
        found["response.clock_off"] = off
    status = _failing_status(report)
    if status is not None:
        looked |= set(STATUSES.values())
        if status in STATUSES:
            found[STATUSES[status]] = f"The pasted answer is {status}"
    return found, looked


def _renewal_refused(exchange: Exchange) -> bool:
    path = split(exchange.url).path
    return exchange.method == "POST" and exchange.status in (400, 401, 403) and RENEWAL.search(path) is not None


def _backwards(text: str) -> str | None:
    """Whether the answer that refused a credential bears an earlier Date than the one that had given it."""
    dates = list(ANSWER_DATE.finditer(text))
    for granted, refused in pairwise(dates):
        first, second = _moment(granted["date"]), _moment(refused["date"])
        back = (first - second).total_seconds() if first and second else 0.0
        if 0 < back <= WITHIN_S and GRANTED.search(text[max(0, granted.start() - NEAR) : granted.start()]):
            return f"The refusal bears a Date {back:.0f} s before that of the answer that gave the credential"
    return None


def _clock(text: str) -> str | None:
    """The seconds between an answer's Date and the moment that its own line, or a `date` before it, tells."""
    pairs = [(m["stamp"], m["date"], 15.0) for m in islice(STAMPED_DATE.finditer(text), 20)]
    pairs += [(f"{m['stamp']} {m['year']} +0000", m["date"], 120.0) for m in islice(PRINTED_DATE.finditer(text), 5)]
    for stamp, date, enough in pairs:
        printed, told = _moment(stamp), _moment(date)
        off = (printed - told).total_seconds() if printed and told else 0.0
        if enough <= abs(off) <= 12 * 3600:
            side = "behind" if off > 0 else "ahead of"
            return f"The answer's Date ({date}) is {abs(off):.0f} s {side} the clock that it was printed by"
    return None


def _moment(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime, lambda t: datetime.strptime(t, "%b %d %H:%M:%S %Y %z")):
        try:
            found = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _failing_status(report: Report) -> int | None:
    """The status of the call that the report is about, where its answer is pasted."""
    own = [e.status for e in report.exchanges if e.status is not None and (e.url == report.url or e.url is None)]
    if 401 in own or not own:
        return 401 if own else None
    return own[-1] if own[-1] != 200 or report.status is None else None


def _challenge(exchange: Exchange, whole: bool) -> Iterator[tuple[str, str]]:
    challenges = parse(exchange.all("WWW-Authenticate"))
    if exchange.status == 401 and whole and not challenges:
        yield "response.no_challenge", "The pasted 401 has no WWW-Authenticate header"
    for challenge in challenges:
        # RFC 6750 section 3.1: without credentials in the request the answer should name no error.
        bare = (
            challenge.scheme.lower() == "bearer" and challenge.get("error") is None and exchange.status in (None, 401)
        )
        if bare and not TOKEN_SEEN.search(exchange.body):
            yield (
                "response.bare_challenge",
                f"The challenge names no error ({challenge}): the server saw no bearer token",
            )
        realm = challenge.get("realm") or ""
        if GATEWAY.search(realm):
            yield "response.gateway_realm", f'The challenge\'s realm is "{realm}": a gateway answered'
    if exchange.status == 407 or exchange.header("Proxy-Authenticate"):
        yield "response.gateway_realm", "The answer comes from a proxy that wants credentials (Proxy-Authenticate)"


def _marks(exchange: Exchange) -> Iterator[tuple[str, str]]:
    if exchange.status not in (None, 401, 403):
        return
    if mark := hit(exchange):
        yield "response.cache_hit", f"The answer came from a cache ({mark})"
    if exchange.status == 401 and (rule := cacheable(exchange)):
        yield "response.cacheable", f"The pasted 401 may be stored: Cache-Control: {rule}"
    for name, value in exchange.response_headers or ():
        lower = name.lower()
        if "csrf" in lower or "xsrf" in lower:
            yield "response.csrf_header", f"The answer asks for an anti-forgery token ({name}: {value[:40]})"
        elif lower == "x-github-sso" and value.startswith("required"):
            yield (
                "response.sso_required",
                "The answer says that the token needs single sign-on authorisation (X-GitHub-SSO)",
            )
        elif lower == "dpop-nonce":
            yield "response.dpop_nonce", "The answer brings a DPoP nonce to be used in the next proof"


def _cookies(exchange: Exchange, report: Report, whole: bool) -> Iterator[tuple[str, str]]:
    cookies = exchange.all("Set-Cookie")
    success = exchange.status is not None and exchange.status < 400
    if success and whole and not cookies and exchange.url is None and COOKIE_WORDS.search(report.text):
        yield "response.no_cookie_set", "The sign-in answer sets no cookie"
    if exchange.status in (401, 403):
        return
    for cookie in cookies:
        yield from _cookie(cookie, report)


def _cookie(cookie: str, report: Report) -> Iterator[tuple[str, str]]:
    """Attributes that keep a cookie from the failing call (RFC 6265bis section 5.8.3)."""
    name = cookie.partition("=")[0].strip()
    parts = (part.strip().partition("=") for part in cookie.split(";")[1:])
    given = {key.strip().lower(): value.strip() for key, _, value in parts}
    same_site = given.get("samesite", "lax").lower()
    if same_site in ("lax", "strict") and _cross_site(report):
        yield (
            "response.cookie_same_site",
            f"SameSite={same_site.title()} keeps a page on another site from sending the cookie {name}",
        )
    path = given.get("path", "/")
    if report.path and path not in ("", "/") and not f"{report.path}/".startswith(path.rstrip("/") + "/"):
        yield "response.cookie_scope", f"The cookie {name} is for Path={path}, the call goes to {report.path}"
    domain = given.get("domain", "").lstrip(".").lower()
    if domain and report.host and not (report.host == domain or report.host.endswith(f".{domain}")):
        yield "response.cookie_scope", f"The cookie {name} is for Domain={domain}, the call goes to {report.host}"
    if "secure" in given and (report.url or "").startswith("http://") and report.host not in ("localhost", "127.0.0.1"):
        yield "response.cookie_scope", f"The cookie {name} is Secure, the call goes over plain http"


def _cross_site(report: Report) -> bool:
    """The page's site is not the service's, or it stands in a frame of another's."""
    if FRAMED.search(report.text):
        return True
    if not report.origin or not report.host:
        return False
    page = split(report.origin).hostname or ""
    return owner(page) != owner(report.host)
