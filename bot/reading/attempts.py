"""The attempts that a report shows, held against each other: what is different between those let in and refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.address import split
from bot.model import TRUST, Exchange, Finding, Presented, Report

ROUTINE = frozenset({"host", "user-agent", "accept", "content-type", "content-length"})
CARRYING = frozenset({"authorization", "header", "query", "cookie", "body"})
UNSENT = frozenset({"empty", "literal", "placeholder"})
SIGN_IN = re.compile(r"(?i)/(?:[\w-]*(?:log-?in|sign-?in|token|oauth2?|auth|session)[\w-]*)(?:/|$)")
"""Where one credential is exchanged for another: what is accepted there is no other way to send the second."""


OWN_SIGN_IN = re.compile(r"(?i)/(?:log-?in|sign-?in|log-?out|sign-?out)(?:/|$)")
"""Where people sign in or out themselves: it wants what they type or keep, no credential of a request."""


def attempts(report: Report) -> Iterator[Finding]:
    """What tells a refused request of the report from one that was let in on the same host."""
    good = [e for e in report.exchanges if e.url and (e.status or (200 if e.body else 999)) < 300]
    bad = [e for e in report.exchanges if e.url and e.status == 401]
    pairs = [(f, r) for r in bad for f in good if _host(f) == _host(r)]
    found: dict[str, str] = {}
    for fine, refused in pairs:
        for id_, text in (*_elsewhere(fine, refused), *_carried_otherwise(fine, refused)):
            found.setdefault(id_, text)
    for id_, text in found.items():
        yield Finding(id=id_, source="pasted", text=text, trust=TRUST["pasted"])


def _elsewhere(fine: Exchange, refused: Exchange) -> Iterator[tuple[str, str]]:
    """Another path of the host answers well, with the same credential headers."""
    if _path(fine) == _path(refused) or not _own(refused) or _own(fine) != _own(refused):
        return
    yield "report.works_on_other_path", f"The same request headers are accepted on {_path(fine)}"
    if OWN_SIGN_IN.search(_path(refused)):
        text = f"{_path(refused)} is for signing in, and these headers are accepted on {_path(fine)} without it"
        yield "request.sign_in_called", text


def _carried_otherwise(fine: Exchange, refused: Exchange) -> Iterator[tuple[str, str]]:
    """The credential stood in another place, or behind another scheme, where it was accepted."""
    here, there = _carrier(refused), _carrier(fine)
    if here is None or there is None or SIGN_IN.search(_path(fine)):
        return
    if _place(here) != _place(there):
        text = f"{_shown(there)} is accepted on {_path(fine)}, {_shown(here)} is refused on {_path(refused)}"
        yield "request.other_header_wanted", text
    elif here.scheme and there.scheme and here.scheme.lower() != there.scheme.lower():
        yield "request.scheme_not_offered", f"{there.scheme} is accepted on {_path(fine)}, {here.scheme} is refused"


def _carrier(exchange: Exchange) -> Presented | None:
    """The one credential of a request; None where it has none, or several."""
    sent = [p for p in exchange.presented if p.place in CARRYING and p.kind not in UNSENT and p.kind != "basic"]
    return sent[0] if len(sent) == 1 else None


def _place(carrier: Presented) -> tuple[str, str]:
    return carrier.place, carrier.name.lower() if carrier.place in ("header", "query", "body") else ""


def _shown(carrier: Presented) -> str:
    name = carrier.name or carrier.place
    return f"{name}: {carrier.scheme}" if carrier.scheme else name


def _own(exchange: Exchange) -> frozenset[tuple[str, str]]:
    """The headers that the caller chose to send."""
    return frozenset((k.lower(), v) for k, v in exchange.request_headers or () if k.lower() not in ROUTINE)


def _host(exchange: Exchange) -> str:
    return split(exchange.url).netloc.lower()


def _path(exchange: Exchange) -> str:
    return split(exchange.url).path
