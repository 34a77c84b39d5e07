"""Another place of the same service that the report names beside the failing one: a trial, a region, an account's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.address import split
from bot.intake.elsewhere import same_owner
from bot.model import Finding, Report

TRIAL = re.compile(r"(?i)(^|[-.])(stg|staging|stage|test|testnet|dev|qa|uat|sandbox|demo|preprod)([-.]|$)")
REGION = re.compile(
    r"(?i)(?:^|[-.])((?:eu|eea|emea|us|na|latam|uk|au|ap|apac|ca|cn|jp|kr|sg|br|de|fr|ch)\d{0,2})(?=[-.]|$)"
)
SIGN_IN = re.compile(
    r"(?i)^(?:[\w-]*(?:log-?in|sign-?in|auth|sso|idp?|identity|accounts?|keycloak|docs?|help|support))\b"
)
"""First labels of hosts that are never the one that an API is called at."""
TAKEN = (
    r"(?i)\b(?:takes|took|sends|sent|brings|redirects|redirected|moved|forwards|leitet|landen?|redirige|renvoie|lleva|porta)"
    r"\b(?: \w+){{0,3}} (?:https?://)?{host}(?![\w-])"
)
"""Words before a host at which the reporter ends up, who went to another one."""
TRUST = 0.7


def named(report: Report) -> Iterator[Finding]:
    """What the report says of hosts of the same owner."""
    here = (report.host or "").lower()
    hosts = sorted({(split(url).hostname or "").lower() for url in report.urls} - {here, ""})
    if other := next((host for host in hosts if same_owner(here, host) and _apart(report, here, host)), None):
        text = f"The report speaks of {other}; the request went to {here}"
        yield Finding(id="report.other_environment_words", source="pasted", text=text, trust=TRUST)


def _apart(report: Report, here: str, there: str) -> bool:
    """Whether a host of the same owner is of another environment or region, or is where the account lives."""
    trial = bool(TRIAL.search(there.rpartition(".")[0])) and not TRIAL.search(here.rpartition(".")[0])
    region = bool(set(REGION.findall(there)) - set(REGION.findall(here)))
    taken = not SIGN_IN.match(there) and bool(re.search(TAKEN.format(host=re.escape(there)), report.text))
    return trial or region or taken
