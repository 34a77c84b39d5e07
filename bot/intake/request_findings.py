"""How a pasted request carries its credentials."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urlsplit

from bot.address import split
from bot.intake.basic_made import misbuilt
from bot.intake.variables import quoted_output
from bot.model import Exchange, Presented, Report
from bot.probe.challenge import parse

FORM = frozenset(
    {"request.doubled_scheme", "request.quoted", "request.stray_whitespace", "request.no_scheme", "request.bad_basic"}
    | {"request.glued_scheme"}
    | {"request.literal_undefined", "request.placeholder", "request.empty_credential"}
)
FAULTS = {
    "doubled_scheme": ("request.doubled_scheme", "The {name} header names its scheme twice"),
    "quoted": ("request.quoted", "The credential in {name} is wrapped in quotes or brackets"),
    "whitespace": ("request.stray_whitespace", "The credential in {name} holds stray spaces or a line break"),
    "no_scheme": ("request.no_scheme", "The {name} header names no scheme such as Bearer before the credential"),
    "glued_scheme": ("request.glued_scheme", "No space alone stands between scheme and credential in {name}"),
    "bad_base64": ("request.bad_basic", "The Basic credentials are not valid base64"),
    "line_end": ("request.basic_misbuilt", "The password in the Basic credentials ends in a line break"),
    "no_colon": ("request.bad_basic", "The Basic credentials hold no colon between name and password"),
    "empty": ("request.empty_credential", "The credential in {name} is empty"),
    "literal": (
        "request.literal_undefined",
        "The credential in {name} is a word such as undefined, or a variable that was not filled in",
    ),
}
SENT = ("jwt", "jwe", "opaque", "basic", "api_key", "digest", "sigv4")
SIGNS = re.compile(r"(?i)hmac|createhmac|hash_hmac|sign(?:ature)?\s*=|digestmod")
BEARER_GIVEN = re.compile(
    r"(?i)\b(?:oauth|bearer|access|private)_?token\s*[=:]\s*[\w\"'{$(]|authorization[\"']?\s*[:=,]\s*f?[\"']?bearer\b"
)
"""Code or settings that give the client a bearer token."""
CGI = re.compile(r"/cgi-bin/|\.cgi(?:[/?]|$)")
WINDOWS_DRIVE = re.compile(
    r"(?i)\bminiredir\b|\b(?:netzlaufwerk|network (?:drive|location)|net use|lecteur réseau|unidad de red|unità di rete"
    r"|netwerk(?:schijf|station)|dysk sieciowy)\b"
)
"""How people speak of a WebDAV folder that Windows' own client opens."""
OTHER_BYTES = (
    # The signature is made over a serialised copy; the client serialises again, by its own rules.
    (
        re.compile(r"json\.dumps\(|JSON\.stringify\(|json_encode\(|to_json\b|Marshal\("),
        re.compile(
            r"\bjson\s*=\s*\w|axios\.post\([^)\n]*,\s*(?!raw|body)\w+\s*,|\bdata:\s*(?!raw|body)\w+\b|\.json\(\w+\)|"
            r"send\(\{"
        ),
    ),
)


def request_findings(report: Report) -> tuple[dict[str, str], set[str]]:
    """(finding -> sentence, what was looked for)."""
    found: dict[str, str] = {}
    looked: set[str] = set()
    for credential in report.presented:
        for id_, text in _form(credential):
            found.setdefault(id_, text)
    if any(p.place != "loose" and p.kind not in ("masked",) for p in report.presented):
        looked |= FORM
    if any(p.place in ("query", "header", "authorization") for p in report.presented):
        looked |= {"request.key_in_query", "request.header_name_underscore"}
    failing = failing_requests(report)
    if name := quoted_output(report.text):
        found["request.quotes_from_json"] = f"{name} gets a string of JSON with its quotes on, which are sent with it"
    for id_, text in (
        *(*_arrival(failing), *_redirects(report), *_scheme(report), *_replaced(report, failing)),
        *(*_browser(report), *_code(report), *_withheld(report), *_made(report)),
    ):
        found.setdefault(id_, text)
    if any(e.request_headers is not None and len(e.request_headers) > 1 for e in failing):
        looked |= {"request.no_credentials", "request.was_preflight", "request.credentials_left"}
    if sum(1 for e in report.exchanges if e.request_headers is not None) > 1:
        looked |= {"request.auth_lost_on_redirect", "request.redirected"}
    return found, looked


def failing_requests(report: Report) -> list[Exchange]:
    """The requests that were refused, or whose answer is not shown."""
    return [e for e in report.exchanges if e.request_headers is not None and e.status in (None, 401, 403, 407)]


def _form(credential: Presented) -> Iterator[tuple[str, str]]:
    name = credential.name or "the request"
    for fault in credential.faults:
        if fault in FAULTS:
            id_, text = FAULTS[fault]
            yield id_, text.format(name=name)
    if credential.kind == "placeholder":
        yield "request.placeholder", f"The credential in {name} is a placeholder from an example"
    if credential.place == "query":
        yield "request.key_in_query", f"The key stands in the query string, as {name}"
    # A setting such as `bearer_token:` in a file is no header.
    if credential.place == "header" and "_" in credential.name and credential.name != credential.name.lower():
        text = f"The header {credential.name} has an underscore in its name, which nginx and other proxies drop"
        yield "request.header_name_underscore", text


def _withheld(report: Report) -> Iterator[tuple[str, str]]:
    """Windows' WebDAV client by default answers a Basic challenge over TLS alone (BasicAuthLevel 1)."""
    if (report.url or "").startswith("http://") and WINDOWS_DRIVE.search(report.text):
        yield "request.withheld_by_client", "Windows' own WebDAV client sends no password over plain http"


def _arrival(failing: list[Exchange]) -> Iterator[tuple[str, str]]:
    for exchange in failing:
        sent = [
            p
            for p in exchange.presented
            if p.kind in SENT
            or (p.kind == "masked" and (p.scheme or p.place == "header") and "computed" not in p.faults)
        ]
        where = exchange.url or "the failing address"
        if exchange.method == "OPTIONS":
            if _header(exchange, "access-control-request-method"):
                yield "request.was_preflight", f"The request that was refused is the CORS preflight (OPTIONS {where})"
        elif sent:
            if CGI.search(exchange.url or "") and exchange.presented[0].place == "authorization":
                yield "request.to_cgi", f"{where} is a CGI script: servers give it no Authorization header unless told"
            shown = sent[0].scheme or sent[0].name or sent[0].place
            yield "request.credentials_left", f"The pasted request to {where} carries credentials ({shown})"
        elif not exchange.presented and complete(exchange):
            yield "request.no_credentials", f"The pasted request to {where} carries no credentials"


def complete(exchange: Exchange) -> bool:
    """Whether the request is shown whole: recorded with its Host or the like, or a command that is all there is."""
    names = {name.lower() for name, _ in exchange.request_headers or ()}
    return bool(names & {"host", "user-agent", "accept", ":authority", "sec-fetch-mode"}) or (
        not names and exchange.method is not None
    )


def _redirects(report: Report) -> Iterator[tuple[str, str]]:
    """Credentials that clients leave behind at another origin (fetch, curl, requests alike)."""
    shown = [e for e in report.exchanges if e.status is not None]
    for first, second in pairwise(shown):
        if first.status not in (301, 302, 303, 307, 308) or second.status not in (401, 403):
            continue
        if first.url and second.url and _origin(first.url) != _origin(second.url):
            yield (
                "request.redirected",
                f"{first.status} led from {_origin(first.url)} to {_origin(second.url)}, which refused",
            )
        if first.method not in (None, "GET", "HEAD") and second.method == "GET" and _same_path(first, second):
            yield (
                "request.method_lost",
                f"After the {first.status} the {first.method} was made again as GET, and that was refused",
            )
        had, has = first.presented, second.presented
        if had and not has and second.request_headers is not None:
            yield (
                "request.auth_lost_on_redirect",
                f"The first request carried credentials, the one after the {first.status} none",
            )


def _same_path(one: Exchange, other: Exchange) -> bool:
    """A sign-in that leads to another page is followed by GET on purpose."""
    paths = [split(e.url).path.rstrip("/") if e.url else None for e in (one, other)]
    return paths[0] is not None and paths[0] == paths[1]


def _origin(url: str) -> str:
    """Scheme, host and port; curl and requests treat a port that is written out as another origin at times."""
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        return url


def _scheme(report: Report) -> Iterator[tuple[str, str]]:
    offered = {
        c.scheme.lower(): c.scheme
        for e in report.exchanges
        if e.status in (None, 401)
        for c in parse(e.all("WWW-Authenticate"))
    }
    for credential in report.presented:
        used = (credential.scheme or "").rstrip(":")
        if credential.place == "authorization" and used and offered and used.lower() not in offered:
            text = f"The request uses {used}; the answer offers {', '.join(offered.values())}"
            yield "request.scheme_not_offered", text
            return


def _replaced(report: Report, failing: list[Exchange]) -> Iterator[tuple[str, str]]:
    """A client that was given a token and sends Basic took a login from elsewhere, such as ~/.netrc."""
    basic = [p for e in failing for p in e.presented if e.status and (p.scheme or "").lower() == "basic"]
    if basic and BEARER_GIVEN.search(report.text[:40_000]):
        yield "request.scheme_replaced", "The client is given a token, and the request that it sends carries Basic"


def _browser(report: Report) -> Iterator[tuple[str, str]]:
    for exchange in report.exchanges:
        if exchange.request_headers is None or exchange.status not in (None, 401, 403):
            continue
        site, mode = _header(exchange, "sec-fetch-site"), exchange.method
        no_cookie = _header(exchange, "cookie") is None and not exchange.presented
        if site == "cross-site" and no_cookie and mode != "OPTIONS":
            yield (
                "request.cross_site_without_cookie",
                "The request goes to another site (Sec-Fetch-Site: cross-site) and carries no cookie",
            )
        if via := _header(exchange, "via") or _header(exchange, "x-forwarded-for") or exchange.header("via"):
            yield "request.via_proxy", f"The transcript shows a proxy in between ({via[:60]})"
        proof = next((p for p in exchange.presented if p.dpop_nonce is not None), None)
        if proof is not None and not proof.dpop_nonce:
            yield "request.proof_without_nonce", "The DPoP proof in the request has no nonce"


def _code(report: Report) -> Iterator[tuple[str, str]]:
    text = report.text[:40_000]
    if not SIGNS.search(text):
        return
    for signed, sent in OTHER_BYTES:
        if signed.search(text) and sent.search(text):
            yield (
                "request.signs_other_bytes",
                "The code signs its own serialised copy and lets the client serialise the body again",
            )


def _made(report: Report) -> Iterator[tuple[str, str]]:
    """Where a pasted call with such a value was let in, it is no fault."""
    basic = [e for e in report.exchanges for p in e.presented if (p.scheme or "").lower() == "basic"]
    if not any((e.status or 999) < 300 for e in basic):
        yield from misbuilt(report.text)


def _header(exchange: Exchange, name: str) -> str | None:
    return next((v for k, v in exchange.request_headers or () if k.lower() == name), None)
