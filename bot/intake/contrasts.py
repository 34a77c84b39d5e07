"""What a reporter's words say by what works and what does not, with the addresses that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.intake.urls import addresses
from bot.model import Report
from knowledge.lexicon.clauses import Clause, clauses, told

QUOTED = re.compile(r"\"[^\"\s]+ [^\"\n]{1,300}\"|“[^”\s]+ [^”\n]{1,300}”|`[^`\s]+ [^`\n]{1,300}`")
"""Words of a program that the writer quotes; one word alone is a name."""


def contrasts(report: Report, words: str) -> dict[str, str]:
    """Each finding that the clauses make, with what was said."""
    own = QUOTED.sub(" ", words)
    found = told(own)
    for clause in clauses(own):
        for finding in _elsewhere(clause, report.host):
            found.setdefault(finding, " ".join(clause.text.split())[:120])
    return found


def _elsewhere(clause: Clause, failing: str | None) -> Iterator[str]:
    """What is said of another address of the same owner: the service in another region or environment."""
    hosts = {a.host.partition(":")[0].lower() for a in addresses(clause.text) if a.host}
    if not failing or not any(h != failing and _owner(h) == _owner(failing) for h in hosts):
        return
    if clause.names(("made", "credential")) or clause.names(("made", "account")):
        yield "report.made_elsewhere"
    if clause.tone == "works" and failing not in hosts:
        yield "report.works_at_other_address"


def _owner(host: str) -> list[str]:
    """Without the public suffix list, the last two labels stand for whose it is."""
    return host.split(".")[-2:]
