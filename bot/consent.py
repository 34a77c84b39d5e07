"""Hosts that services.yaml does not name are asked only when an engineer agrees, once, for one case."""

from __future__ import annotations

from bot.address import split
from bot.model import Diagnosis, Report
from bot.probe.gate import Policy, Target, check
from bot.probe.plan import askable

REFUSED = "service.probe_refused"
ANY_PUBLIC = Policy(any_public_host=True)


def hosts(report: Report) -> frozenset[str]:
    """The hosts that a report names: only these can be allowed for its case."""
    named = (split(url).hostname for url in report.urls)
    return frozenset(host.lower() for host in (report.host, *named) if host)


def offer(diagnosis: Diagnosis, allowed: tuple[str, ...]) -> str:
    """The host that an engineer may allow, where its being in nobody's list is all that kept it from being asked."""
    report = diagnosis.report
    refused = any(finding.id == REFUSED for finding in diagnosis.findings)
    if not (refused and report.url and report.host) or report.host in allowed:
        return ""
    return report.host if isinstance(check(askable(report.url)[0], ANY_PUBLIC), Target) else ""
