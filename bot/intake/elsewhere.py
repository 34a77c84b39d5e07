"""What a reporter says of another address of the same owner: the service in another region or environment."""

from __future__ import annotations

from collections.abc import Iterator

from bot.intake.urls import addresses, owner
from bot.model import Report
from knowledge.lexicon.clauses import Clause, clauses

SHOWN = 120


def elsewhere(report: Report, words: str) -> dict[str, str]:
    """Finding -> the clause with that address."""
    found: dict[str, str] = {}
    if report.host is None:
        return found
    for clause in clauses(words):
        for finding in _said(clause, report.host):
            found.setdefault(finding, " ".join(clause.text.split())[:SHOWN])
    return found


def _said(clause: Clause, failing: str) -> Iterator[str]:
    hosts = {a.host.partition(":")[0].lower() for a in addresses(clause.text) if a.host}
    if not any(host != failing and owner(host) == owner(failing) for host in hosts):
        return
    if clause.names(("made", "credential")) or clause.names(("made", "account")):
        yield "report.made_elsewhere"
    if clause.tone == "works" and failing not in hosts:
        yield "report.works_at_other_address"
