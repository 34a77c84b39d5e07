"""What a round of probes saw, and the small helpers that all its readers share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.intake.phrases import writes
from bot.model import TRUST, Collected, Exchange, Finding, Report
from bot.probe.body import visible
from bot.probe.challenge import Challenge, parse

LABELS: Mapping[str, str] = {
    "without": "without credentials",
    "made_up": "with a made-up credential",
    "other_scheme": "with made-up credentials of the other scheme",
    "own_place": "with a made-up credential where the reporter put theirs",
    "preflight": "as a CORS preflight",
    "options": "without credentials",
    "slash": "without credentials",
    "query": "without credentials",
    "client": "without credentials, as the reporter's client names itself",
    "redirect": "after the redirect, without credentials",
    "metadata": "for the service's metadata",
    "www": "without credentials, at the address with or without www.",
    "https": "without credentials, by https",
}
"""What each probe asks, in words."""

ASIDE = frozenset({"metadata", "www", "https"})
"""Probes of other addresses than the reported one: how those are answered says nothing of how it is."""

WEAK = 0.2
"""Trust where the contrast proves little: a made-up origin, another method than the reporter's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One redirect."""

    status: int
    source: str
    """The address that redirected, redacted."""
    to: str
    """Where to, in full, redacted."""
    crosses: bool
    """To another scheme, host or port: there clients drop credentials (RFC 9110 section 15.4, Fetch)."""
    not_followed: str | None = None
    """Why the walk stopped here, where it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All answers of one round, by label; `without` is always there."""

    report: Report
    answers: Mapping[str, Exchange]
    """Those of the reported address and of where it redirects to."""
    aside: Mapping[str, Exchange] = field(default_factory=dict)
    """Those of other addresses."""
    hops: tuple[Hop, ...] = ()
    origin: str
    """The origin that the preflight named."""

    @property
    def first(self) -> Exchange:
        """The reported address without credentials, before any redirect."""
        return self.answers["without"]

    @property
    def last(self) -> Exchange:
        """The same after all redirects."""
        return self.answers.get("redirect", self.first)

    @property
    def same_method(self) -> bool:
        """Whether the reporter's method was asked, as far as it is known: who saves something does not read."""
        return self.report.method == self.first.method or (self.report.method is None and not writes(self.report.text))


def challenges(exchange: Exchange) -> tuple[Challenge, ...]:
    """What an answer offers: those of a proxy count too."""
    return parse(exchange.all("www-authenticate") + exchange.all("proxy-authenticate"))


def found(name: str, text: str, exchange: Exchange | None = None, trust: float = TRUST["probe"]) -> Finding:
    """A finding of the probe, by its id."""
    return Finding(id=name, source="probe", text=text, trust=trust, at=exchange.at if exchange else None)


def merged(parts: Iterable[Collected]) -> Collected:
    """Several collections as one."""
    all_parts = tuple(parts)
    return Collected(
        findings=tuple(f for part in all_parts for f in part.findings),
        looked_for=frozenset().union(*(part.looked_for for part in all_parts)),
        notes=tuple(dict.fromkeys(n for part in all_parts for n in part.notes)),
    )


def told(label: str, exchange: Exchange) -> str:
    """One line on an exchange: `GET https://x/y without credentials: 401, challenge Bearer realm="api"`."""
    offered = "; ".join(str(c) for c in challenges(exchange))
    tail = f", challenge {offered[:200]}" if offered else ""
    return f"{exchange.method} {short(exchange.url)} {LABELS.get(label, label)}: {exchange.status}{tail}"


def plain(text: str) -> str:
    """A name that a document gives, for a sentence: one line of 200 characters that all show."""
    return " ".join(visible(text).split())[:200]


def short(url: str | None) -> str:
    """A URL without its query, for a sentence."""
    return (url or "").partition("?")[0][:200]


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port (RFC 6454 section 4); what cannot be read is an origin of its own."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", url, None


_CHANGING = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|[0-9a-f]{10,}|\d+", re.IGNORECASE)


def plain_body(exchange: Exchange) -> str:
    """A body without what changes from answer to answer: spaces, numbers, ids."""
    return _CHANGING.sub("#", "".join(exchange.body.split())).lower()[:2000]
