"""Credentials that are said to be of one environment, and the environment of the address that was called with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.address import split
from bot.model import TRUST, Entry, Finding, Report
from bot.tokens.environment import WORDS, environment_of

CREDENTIAL = r"(?:api )?(?:keys?|credentials?|tokens?|secrets?|client|app|account|login|password)\b"
LIVE = re.compile(
    rf"(?i)\b(?:live|production|prod|produktiv|producción|produção|produzione) (?:\w+ ){{0,2}}{CREDENTIAL}"
)
TRIAL = re.compile(
    r"(?i)\b(?:sandbox|test(?:ing)?|staging|trial|demo|dev(?:elopment)?|qa|uat|prueba|teste|prova) "
    rf"(?:\w+ ){{0,2}}{CREDENTIAL}"
)
URL = re.compile(r"https?://[^\s\"'<>()\[\]{},;]{1,300}")


def called(report: Report, lines: Sequence[Entry]) -> Iterator[Finding]:
    """A host of another environment than the credentials', where the report names that of one kind alone."""
    live, trial = LIVE.search(report.text), TRIAL.search(report.text)
    for host, trust in _hosts(report, lines).items() if bool(live) != bool(trial) else ():
        stage = environment_of(host)
        sibling = re.search(rf"(?i)(?:{'|'.join(WORDS)})[\w-]*\.{re.escape(host)}", report.text)
        if (live and stage not in (None, "production")) or (
            trial and (stage == "production" or (not stage and sibling))
        ):
            said = (live or trial or [""])[0]
            text = f"The report speaks of “{said}”, the call goes to {host}"
            yield Finding(id="request.other_stage_called", source="pasted", text=text, trust=trust)
            return


def _hosts(report: Report, lines: Sequence[Entry]) -> dict[str, float]:
    """The hosts that were called and how far that is known: of the report's address, else of the request's lines."""
    if report.host:
        return {report.host: TRUST["pasted"]}
    hosts = (split(url).hostname for entry in lines for url in URL.findall(entry.text))
    return dict.fromkeys(filter(None, hosts), TRUST["log_by_window"])
