"""What a reporter says of another address of the same owner: the service in another region or environment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.intake.urls import addresses, owner
from bot.model import Report
from knowledge.lexicon.clauses import Clause, clauses

SHOWN = 120
REGISTRIES = frozenset(["co", "com", "org", "net", "gov", "ac", "edu", "ne", "or", "go"])
"""Labels before a country's under which names are registered: `co.uk`, `com.au`."""
SHORTEST = 4
"""Letters of a name that two owners hardly share under different top levels."""
NUMBERED = re.compile(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
FROM = re.compile(
    r"(?i)\b(?:from|von|vom|desde|depuis|dal|vanaf|från|client|caller)[ (:]+(?:(?!http)[\w-]+[ (:]+){0,2}$"
)
"""Before a caller's own address."""
LEADING = 80
"""Characters before an address in which that may stand."""
LOCAL = re.compile(r"[\w-]+(?:\.(?:fritz\.)?[a-z]{2,12})?")
"""A name that a house or office gives a device, which people also reach by its number: `nas`, `nas.local`."""


def elsewhere(report: Report, words: str) -> dict[str, str]:
    """Finding -> the clause with that address."""
    found: dict[str, str] = {}
    if report.host is None:
        return found
    for clause in clauses(words):
        for finding in _said(clause, report.host):
            found.setdefault(finding, " ".join(clause.text.split())[:SHOWN])
    return found


def same_owner(here: str, there: str) -> bool:
    """Whether two hosts share their domain, or its name under another top level: `acme.com`, `acme.eu`."""
    one, other = _domain(here), _domain(there)
    return bool(one and other) and (one == other or (one[0] == other[0] and len(one[0]) >= SHORTEST))


def _domain(host: str) -> list[str]:
    """The labels of the name that its owner registered; empty where there is none, as of an address in numbers."""
    labels = owner(host)
    if len(labels) < 2 or labels[-1].isdecimal():
        return []
    if labels[0] not in REGISTRIES or len(labels[1]) > 2:
        return labels
    return host.split(".")[-3:] if host.count(".") > 1 else []


def _said(clause: Clause, failing: str) -> Iterator[str]:
    hosts = {a.host.partition(":")[0].lower() for a in addresses(clause.text) if a.host}
    hosts |= {
        m[0]
        for m in NUMBERED.finditer(clause.text)
        if not FROM.search(clause.text[max(0, m.start() - LEADING) : m.start()])
    }
    others = hosts - {failing}
    works = clause.tone == "works" and failing not in hosts
    if works and any(_name_and_number(host, failing) for host in others):
        yield "report.works_by_number"
    if not any(same_owner(failing, host) for host in others):
        return
    if clause.names(("made", "credential")) or clause.names(("made", "account")):
        yield "report.made_elsewhere"
    if works:
        yield "report.works_at_other_address"


def _name_and_number(one: str, other: str) -> bool:
    """Whether one is an IPv4 address and the other a name that a house or office gives a device."""
    numbers = [host for host in (one, other) if NUMBERED.fullmatch(host)]
    return len(numbers) == 1 and LOCAL.fullmatch(other if numbers[0] == one else one) is not None
