"""The call that fails: its method, host and path, from words and exchanges together."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.intake.documents import Document
from bot.intake.failing import Scored, scored
from bot.intake.interface import RawExchange
from bot.intake.urls import Address, addresses, whole

FILE_DISCOUNT = 2.0
"""A file's prose points less at the failing call than the message does."""
SETTING = re.compile(
    r"(?:(?:^|[\s;({])[A-Z][A-Z0-9_]{2,60}[ \t]?="
    r"|(?i:(?:^|\s)[\w.-]{0,40}(?:url|uri|endpoint|server|host|addr|address|registry)[ \t]?=)"
    r"|(?i:\b(?:base|server|api|root|service|registry)[-_ .]?(?:url|uri|address|endpoint|adresse)[\"']?"
    r"(?:[ \t]?[:=]| is| ist| est| es| è| é| (?:now )?to| auf| vers| naar)))[ \t]*[\"'`]?$"
)
COMMAND = re.compile(
    r"(?:\s(?:--(?:index-url|extra-index-url|registry|repository-url|source|endpoint|server)|-i)[ =]"
    r"|\bgit (?:clone|push|pull|fetch|ls-remote)(?: -{1,2}[\w=-]+){0,4} |\bhelm repo add [\w.-]+ )[\"']?$"
)
"""What stands before an address below which a client makes its calls: the name of a setting, or a command."""


@dataclass(frozen=True, slots=True)
class Target:
    """What fails, raw. None where it was not said."""

    url: str | None = None
    method: str | None = None
    host: str | None = None
    """With its port, where one was written."""
    path: str | None = None
    under: str | None = None
    """What the failing path begins with, where no more of it is known for sure."""
    others: tuple[str, ...] = ()


def target(documents: tuple[Document, ...]) -> Target:
    """The best candidate, completed from the others."""
    candidates = [c for number, d in enumerate(documents) for c in _candidates(d, number > 0)]
    if not candidates:
        return Target()
    best = max(candidates, key=lambda c: c.score)
    if best.address.cut:
        best = _uncut(best, candidates)
    completed = _completed(best, candidates)
    others = dict.fromkeys(c.address.url for c in sorted(candidates, key=lambda c: -c.score) if c.address.host)
    address = completed.address
    path = address.target.partition("?")[0] or None
    url = address.url if address.host else None
    return Target(
        url=url,
        method=completed.method or _method(completed, candidates),
        host=address.host or None,
        path=path,
        under=address.under or None,
        others=tuple(o for o in others if o != url)[:20],
    )


def _candidates(document: Document, attached: bool) -> list[Scored]:
    discount = FILE_DISCOUNT if attached else 0.0
    found = []
    for address in addresses(document.prose):
        one = scored(document.prose, address)
        if one.method is None and address.host and _base(document.prose, address):
            one = replace(one, address=replace(address, under=address.target.partition("?")[0] or "/"))
        found.append(replace(one, score=one.score - discount))
    for number, exchange in enumerate(document.exchanges):
        address_ = whole(exchange.url) if exchange.url and "***" not in exchange.url.partition("?")[0] else None
        if address_ is not None:
            later = 0.01 * number if not exchange.failed else 0.02 * number
            found.append(Scored(address_, _weight(exchange) + later, exchange.method))
    return found


def _base(text: str, address: Address) -> bool:
    begin = max(0, address.start - 120)
    return any(p.search(text, begin, address.start) for p in (SETTING, COMMAND))


def _weight(exchange: RawExchange) -> float:
    if exchange.failed:
        return 6.0 if exchange.told else 8.0
    if exchange.status is None:
        return 5.5
    return 0.0 if exchange.status < 400 else 4.0


def _uncut(best: Scored, candidates: list[Scored]) -> Scored:
    """A link that was cut short, when the whole of it stands elsewhere."""
    longer = [
        c
        for c in candidates
        if c.address.host in (best.address.host, "")
        and c.score > 0
        and not c.address.cut
        and len(c.address.target) > len(best.address.target)
    ]
    found = max(longer, key=lambda c: (c.address.target.startswith(best.address.target), c.score), default=best)
    return found if found.address.host else replace(found, address=_at(found.address, best.address))


def _completed(best: Scored, candidates: list[Scored]) -> Scored:
    address = best.address
    if not address.host:
        hosts = [c for c in candidates if c.address.host and c.score > -2]
        near = max(hosts, key=lambda c: c.score + _adjacent(address, c.address), default=None)
        return replace(best, address=_at(address, near.address)) if near else best
    if len(address.target) <= 1 or address.target.endswith("*"):
        paths = [c for c in candidates if not c.address.host and c.score >= 1.5]
        named = max(paths, key=lambda c: c.score, default=None)
        if named is not None:
            return Scored(_at(named.address, address), best.score, named.method or best.method)
    return best


def _adjacent(path: Address, host: Address) -> float:
    """`/path on host` belongs together."""
    return 4.0 if 0 <= host.start - path.end <= 12 else 0.0


def _at(path: Address, host: Address) -> Address:
    return Address(path.start, path.end, "url", host.scheme, host.host, path.target, path.cut, path.under)


def _method(best: Scored, candidates: list[Scored]) -> str | None:
    same = (c.method for c in candidates if c.method and c.address.target == best.address.target)
    return next(same, None)
