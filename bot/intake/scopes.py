"""The scopes that pasted code of a service demands, beside those that the client asks for where it signs in.

A client asks in the address of an authorization request (RFC 6749 section 4.1.1) or in its settings; what a service
demands stands in its own code, or in the answers that name it. Rights that came with the token are told in headers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote_plus

from bot.model import Exchange, Report

MOST_TEXT, MOST, REACH = 120_000, 40, 1_500
NAME = r"[A-Za-z][\w.:/*-]{0,80}"
LIST = rf"[\[({{]?\s{{0,3}}(?:[:\"'`]{{0,2}}{NAME}[\"'`]?[,\s]{{0,3}}){{1,12}}"
DEMANDS = re.compile(
    rf"(?i)(?<!\w)(?:doorkeeper_for\b[^\n]{{0,120}}:?scopes\s?(?:=>|:)\s?(?P<for>{LIST})"
    rf"|doorkeeper_authorize!\s*\(?(?P<ruby>{LIST})"
    rf"|(?:@|\[)?(?:requires?_?scopes?|scopes?_?required|required_?scopes?|needs?_?scopes?|check_?scopes?|has_?(?:any_?)?scopes?"
    rf"|ensure_?scopes?|with_?scopes?)\s{{0,2}}[:=(]{{1,2}}\s{{0,2}}(?P<call>{LIST})"
    rf"|SCOPE_(?P<spring>{NAME})"
    rf"|Security\([^\n()]{{1,80}},\s*scopes=(?P<fast>{LIST})"
    rf"|RequireClaim\(\s*\"(?:scope|scp)\"\s*,\s*(?P<net>{LIST}))"
)
"""How frameworks write which scopes a call takes (Doorkeeper, Spring, FastAPI, ASP.NET, and what teams name alike)."""
ASKED = re.compile(r"(?<=[?&])scope=(?P<scope>[^&\s\"'<>]{0,400})")
ASKING = re.compile(r"(?i)/[\w.-]{0,60}(?:authori[sz]e?|auth|token|login)\?\S*$")
"""The address of an authorization request, and the scope in its query."""
SETTING = re.compile(
    r"(?im)(?<![\w.-])(?:(?:oauth|oidc|client|auth)\w{0,20}[._-]?)?scopes?[\"']?\s{0,3}[:=]\s{0,3}(?P<scope>\[[^\]\n]{1,300}\]|\"[^\"\n]{1,300}\"|'[^'\n]{1,300}')"
)
CLIENT = re.compile(r"(?i)client_?id|redirect_?uri|grant_?type|authorize|getAccessToken|response_type")
WORD = re.compile(NAME)
EVERYTHING = re.compile(r"\*|(?i:^(?:all|full|admin|api|root)$)")
GRANTED = re.compile(r"(?i)^x-(?:oauth|granted|token|auth|access)-?(?:scopes?|rights?|permissions?|level)$")
ACCEPTED = re.compile(r"(?i)^x-(?:accepted|required|needed)-[\w-]{0,20}(?:scopes?|rights?|permissions?|level)$")
READS = re.compile(r"(?i)^read(?:[-_ ]?only)?$")
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def scopes(report: Report) -> Iterator[tuple[str, str]]:
    """(finding, sentence): a scope that is demanded and was not asked for, or that the token is said not to have."""
    for exchange in report.exchanges:
        if exchange.status in (401, 403) and (told := _told(exchange)):
            yield "response.rights_too_few", told
            break
    text = report.text[:MOST_TEXT]
    asked = _asked(text)
    lacking = sorted(_demanded(text) - asked) if asked and not any(map(EVERYTHING.search, asked)) else []
    if lacking:
        have = " ".join(sorted(asked))[:120]
        yield "config.scope_not_asked", f"The service's code demands the scope {lacking[0]}; the client asks for {have}"


def _told(exchange: Exchange) -> str | None:
    """What a refusal's headers say of the rights that came, where a needed one is not among them."""
    headers = exchange.response_headers or ()
    granted = next(((k, v) for k, v in headers if GRANTED.match(k)), None)
    accepted = next(((k, v) for k, v in headers if ACCEPTED.match(k) and v.strip()), None)
    if granted is None:
        return None
    have = set(WORD.findall(granted[1]))
    if accepted is not None:
        wanted = set(WORD.findall(accepted[1]))
        lacks = bool(wanted) and not have & wanted and not any(w.startswith(f"{h}:") for w in wanted for h in have)
        return f"The token has {granted[1] or 'no right'} ({granted[0]}); {accepted[1]} is accepted" if lacks else None
    reads = bool(have) and all(READS.match(right) for right in have)
    text = f"The answer to the {exchange.method} says that the token may {granted[1]} ({granted[0]})"
    return text if reads and exchange.method in WRITING else None


def _demanded(text: str) -> set[str]:
    found = [next(v for v in m.groups() if v) for m in islice(DEMANDS.finditer(text), MOST)]
    return {_plain(word) for listed in found for word in WORD.findall(listed)} - {"scopes", "scope"}


def _asked(text: str) -> set[str]:
    """What the client asks for: in the address of its authorization request, else in its settings."""
    written = islice(ASKED.finditer(text), MOST)
    found = [unquote_plus(m["scope"]) for m in written if ASKING.search(text, max(0, m.start() - REACH), m.start())]
    if not found and CLIENT.search(text):
        found = [m["scope"] for m in islice(SETTING.finditer(text), MOST) if not _of_service(text, m.start())]
    return {_plain(word) for scope in found for word in WORD.findall(scope)}


def _of_service(text: str, at: int) -> bool:
    """Whether the setting stands in what a service demands."""
    return any(m.start() <= at < m.end() for m in islice(DEMANDS.finditer(text), MOST))


def _plain(scope: str) -> str:
    return scope.lower().removeprefix("scope_").rstrip(".:/")
