"""A credential that is made for another purpose than calling this address, by how it begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.model import TRUST, Entry, Finding, Report
from knowledge.purposes import purposes

LONGEST = 20_000
LOGGED_TRUST = 0.7


def made_for_another(report: Report, lines: Sequence[Entry]) -> Iterator[Finding]:
    """Of the report and the failing request's lines; of several kinds none is known to be the one that was sent."""
    told = " ".join([report.text[:LONGEST], *(entry.text for entry in lines)])
    named = [purpose for purpose in purposes() if purpose.shown.search(told)]
    if len(named) != 1 or named[0].belongs.search(report.url or report.path or ""):
        return
    text = f"What was used begins as {named[0].name}, which serves {named[0].serves}"
    if named[0].shown.search(report.text):
        yield Finding(id="request.other_purpose", source="pasted", text=text, trust=TRUST["pasted"])
    else:
        yield Finding(id="request.other_purpose", source="log", text=text, trust=LOGGED_TRUST)
