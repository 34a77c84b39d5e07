"""What the reporter sends held against what the service asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.model import TRUST, Collected, Entry, Exchange, Finding, Report
from bot.probe.challenge import parse
from bot.reading import challenge_response, homes, hosts, siblings, stages
from bot.reading.attempts import attempts
from bot.reading.purpose import made_for_another
from bot.reading.seen import elsewhere
from bot.reading.sizes import like_ours
from bot.services import Service

SPOKEN = (
    ("bearer", re.compile(r"(?i)\bbearer\b|\b(access|user|jwt)[ -]?token\b")),
    (
        "basic",
        re.compile(
            r"(?i)\bbasic[ -]auth|\bcurl\b(?!.* --(?:anyauth|digest|ntlm|negotiate)).* -u "
            r"|\buser(name)? and password\b|\bsame password\b"
        ),
    ),
)
LOGGED = re.compile(r"(?i)\bauthorization\b.{0,20}?\b(Basic|Bearer|Digest|Token|Negotiate) ")
CLAIMS = frozenset(
    {"tenant", "tenant_id", "tid", "org", "org_id", "sub", "oid", "jti", "azp", "client_id", "upn", "nbf", "iat"}
    | {"username", "preferred_username", "email", "email_verified", "name", "role", "roles", "groups", "permissions"}
)
"""Claims that services ask for; other words before "missing" are none."""
PASSWORD_SCHEMES = frozenset({"basic", "digest"})
TOKEN_SCHEMES = frozenset({"bearer", "dpop", "jwt"})
CLAIM = re.compile(
    r"(?i)\b(?:(?:missing|required?|lacks|without) (?:the )?(?:claim )?[\"'`]?([a-z_]{3,30})\b"
    r"|([a-z_]{3,30})[\"'`]? (?:claim )?(?:is |was )?(?:not present|missing|absent|required))"
)
WANTED_HEADER = re.compile(
    r"(?i)\b((?:[a-z][\w-]{0,30}(?:key|token|auth|secret)|authorization)[\w-]{0,30})\b[\"'`]? "
    r"(?:request )?header\b.{0,12}\b(?:missing|required|absent|not found|not (?:set|present|sent))"
    r"|\b(x-[a-z-]{0,30}(?:key|token|auth|secret)[a-z-]{0,30})[\"'`]? (?:is |was )?"
    r"(?:empty|missing|absent|required|not (?:set|found|sent|present))"
    r"|\b(?:missing|no|requires?|expects?|set the|send the)\b.{0,12}?"
    r"[ \"'`]([a-z]{1,20}-[\w-]{0,30}(?:key|token|auth|secret)[\w-]{0,30})"
)
LISTED_HEADER = re.compile(
    r"(?i)(?<=[, (\[\"'])(x-[a-z-]{0,30}(?:key|token|auth|secret)[a-z-]{0,30}|authorization|api-?key)(?=[, )\]\"']|$)"
)
"""A header in a list of those that came."""
BESIDE_OTHERS = frozenset({"oauth"})
"""OAuth 1 (RFC 5849 section 3.5.1): who offers it by a challenge takes other schemes unannounced, as Jira does."""
CHALLENGE = "WWW-Authenticate"
GATEWAY = re.compile(r"(?i)gateway|proxy|vpn|firewall|access")
NAMED = re.compile(r"[a-z]{4,}")
IN_AUTHORIZATION = re.compile(
    r"(?i)\bkey\b[^.!?\n]{0,40}\b(?:in|as|with|via|through) (?:the |an? )?[\"'`]?authorization\b|"
    r"\bas (?:a )?bearer\b[^.!?\n]{0,40}\bkey\b|\bkey\b[^.!?\n]{0,30}\bas (?:a )?bearer\b"
)
"""How people say that a key goes into the header for tokens."""
MEETS_TRUST = 0.7
SPOKEN_TRUST = 0.5
SIDE_HEADERS = frozenset({"cookie", "dpop", "x-csrf-token", "x-xsrf-token", "x-amz-security-token"})
LOGGED_TRUST = 0.7


def compare(
    report: Report, answers: Iterable[tuple[str, Exchange]], service: Service | None, lines: Sequence[Entry]
) -> Collected:
    """The kind of credential that is sent, the scheme that is asked for, and whether they fit."""
    told = tuple(answers)
    wanted = _wanted(report, told, service)
    findings = [
        *_sent(report),
        *_asked(wanted),
        *_misfit(report, wanted, lines),
        *challenge_response.misfit(report, wanted, lines),
        *_claims(report, lines),
        *hosts.named(report),
        *stages.called(report, lines),
        *attempts(report),
        *homes.in_report(report),
        *siblings.in_report(report),
        *made_for_another(report, lines),
        *elsewhere(lines),
        *_meets(told, service),
        *like_ours(told, lines),
        *_headers(report, _key_header(report, wanted, service), [*(e.body for _, e in told), *(e.text for e in lines)]),
    ]
    looked_for = {"request.scheme_not_offered"} if wanted and _schemes(report) else set()
    return Collected(tuple(findings), frozenset(looked_for))


def _wanted(report: Report, answers: Iterable[tuple[str, Exchange]], service: Service | None) -> frozenset[str]:
    """The schemes that the service offers, in lower case."""
    told = [e for label, e in answers if label == "without"] + [e for e in report.exchanges if e.status == 401]
    schemes = {c.scheme.lower() for e in told for c in parse(e.all("WWW-Authenticate"))}
    schemes -= BESIDE_OTHERS
    return frozenset(schemes | ({service.scheme.lower()} if service and service.scheme else set()))


def _schemes(report: Report) -> dict[str, float]:
    """The schemes that the reporter uses and how far that is known."""
    shown = {
        p.scheme.lower().rstrip(":"): TRUST["pasted"]
        for p in report.presented
        if p.scheme and p.place == "authorization"
    }
    if shown:
        return shown
    return {scheme: SPOKEN_TRUST for scheme, words in SPOKEN if words.search(report.text)}


def _sent(report: Report) -> Iterator[Finding]:
    kinds = {p.kind for p in report.presented}
    for name, of in (
        ("request.sent_token", {"jwt", "jwe"}),
        ("request.sent_password", {"basic", "digest"}),
        ("request.sent_key", {"api_key"}),
    ):
        if kinds & of and not kinds - of - {"masked", "opaque"}:
            yield Finding(id=name, source="pasted", text=f"The report shows {_KIND[name]}", trust=TRUST["pasted"])

    if any(p.place == "cookie" and p.kind not in {"empty", "literal"} for p in report.presented):
        text = "The pasted request carries a cookie"
        yield Finding(id="request.sent_cookie", source="pasted", text=text, trust=TRUST["pasted"])


_KIND = {
    "request.sent_token": "a JSON Web Token",
    "request.sent_password": "a user name with a password",
    "request.sent_key": "an API key",
}


def _asked(wanted: frozenset[str]) -> Iterator[Finding]:
    for name, of in (("probe.wants_password", PASSWORD_SCHEMES), ("probe.wants_token", TOKEN_SCHEMES)):
        if wanted and wanted <= of:
            text = f"The service asks for {', '.join(sorted(wanted)).title()}"
            yield Finding(id=name, source="probe", text=text, trust=TRUST["probe"])


def _misfit(report: Report, wanted: frozenset[str], lines: Sequence[Entry]) -> Iterator[Finding]:
    for scheme, trust in _schemes(report).items():
        if wanted and scheme not in wanted:
            asked = ", ".join(sorted(wanted)).title()
            text = f"The request uses {scheme.title()}; the service asks for {asked}"
            yield Finding(id="request.scheme_not_offered", source="pasted", text=text, trust=trust)
    logged = {m.group(1).lower() for e in lines if (m := LOGGED.search(e.text))}
    for scheme in sorted(logged & PASSWORD_SCHEMES):
        if wanted <= TOKEN_SCHEMES and any("jwt" in e.text.lower() for e in lines):
            text = f"The log shows {scheme.title()} credentials where the service reads a token"
            yield Finding(id="request.scheme_not_offered", source="log", text=text, trust=LOGGED_TRUST)


def _meets(answers: Iterable[tuple[str, Exchange]], service: Service | None) -> Iterator[Finding]:
    """Whether what answered gives itself away as the service: by its name in the realm, or the scheme that it wants."""
    offered = [c for label, e in answers if label == "without" and e.status == 401 for c in parse(e.all(CHALLENGE))]
    if service is None or any(GATEWAY.search(c.get("realm") or "") for c in offered):
        return
    names = (service.name, *(host.rpartition(".")[0] for host in service.hosts))
    own = {word for name in names for word in NAMED.findall(name.lower())}
    for challenge in offered:
        realm = challenge.get("realm") or ""
        if own & set(NAMED.findall(realm.lower())):
            text = f"The answer's realm “{realm[:60]}” is the service's"
        elif service.scheme and challenge.scheme.lower() == service.scheme.lower():
            text = f"The answer asks for {challenge.scheme}, as the service does"
        else:
            continue
        yield Finding(id="probe.meets_service", source="probe", text=text, trust=MEETS_TRUST)
        return


def _claims(report: Report, lines: Sequence[Entry]) -> Iterator[Finding]:
    """A claim that the answer or the log asks for and the token does not have."""
    tokens = [p.token for p in report.presented if p.token and p.token.claim_names]
    told = [e.body for e in report.exchanges if e.status in {None, 401, 403}] + [e.text for e in lines]
    for named in {(a or b).lower() for text in told for a, b in CLAIM.findall(text)} & CLAIMS:
        if tokens and all(named not in token.claim_names for token in tokens):
            text = f"The answer asks for the claim {named}, which the token does not have"
            yield Finding(id="token.claim_missing", source="token", text=text, trust=TRUST["pasted"])


def _key_header(report: Report, wanted: frozenset[str], service: Service | None) -> str | None:
    """Where the service reads keys; None where what was sent is of a scheme that it takes here besides."""
    return None if service is None or wanted & _schemes(report).keys() else service.key_header


def _headers(report: Report, key_header: str | None, texts: Iterable[str]) -> Iterator[Finding]:
    """The header that carries the key, and the one that the service reads."""
    shown = [
        p for p in report.presented if p.place in {"header", "authorization"} and p.kind not in {"empty", "literal"}
    ]
    used = {p.name.lower() for p in shown if p.name}
    custom = sorted(p.name for p in shown if p.place == "header" and _own_header(report, p.name))
    if custom:
        text = f"The key is sent in the header {custom[0]}"
        yield Finding(id="request.key_in_header", source="pasted", text=text, trust=TRUST["pasted"])
    told = [*(e.body for e in report.exchanges), *texts]
    wanted = {name.lower() for text in told for names in WANTED_HEADER.findall(text) for name in names if name}
    wanted |= {key_header.lower()} if key_header else set()
    used |= {
        name.lower() for text in told if WANTED_HEADER.search(text) for name in LISTED_HEADER.findall(text)
    } - wanted
    if used and wanted and not used & wanted:
        text = f"The service reads the header {min(wanted)}; the request has {min(used)}"
        yield Finding(id="request.other_header_wanted", source="pasted", text=text, trust=TRUST["pasted"])
    elif not used and key_header and IN_AUTHORIZATION.search(report.text):
        text = f"The service reads the header {key_header}; the reporter speaks of Authorization"
        yield Finding(id="request.other_header_wanted", source="report", text=text, trust=SPOKEN_TRUST)


def _own_header(report: Report, name: str) -> bool:
    """Whether the header stands in a request as it was sent: in code it may be left out yet."""
    line = re.compile(rf"(?im)^\W*{re.escape(name)}: |-H\s+.{re.escape(name)}: ")
    return name.lower() not in SIDE_HEADERS and bool(line.search(report.text))
