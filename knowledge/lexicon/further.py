"""What a line tells of the service's own call to another one that refused it, though the caller was let in.

A refusal that is passed on stands in the line twice: as the other's answer and as the service's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

REFUSED = r"(?<![\w.:/-])40[13](?![\w.%/-]| ?ms\b)"
TOLD_US = re.compile(
    r"(?i)\b(?:replied|answered|said|returned|responded|sent|gave|antwortete|meldete|respondió|répond\w*)\b"
    rf"[^\n\d]{{0,20}}{REFUSED}[^\n]{{0,60}}"
    r"\b(?:to|for|on|at|auf|a|à) (?:us|our|uns|unser\w*|nuestr\w*|notre)\b"
    r"|\bgave us (?:a |an )?(?:HTTP )?40[13]\b"
)
"""Somebody's refusal of the service itself."""
CALL_FAILED = re.compile(
    r"(?i)\b(?:provider|supplier|vendor|downstream|dependency|outgoing|outbound|third[- ]party|remote|partner)"
    r"(?: api| service)?[ _-](?:call|request|lookup|fetch)\w*[ _-](?:fail\w*|refus\w*|reject\w*|denied|error)"
    rf"[^\n]{{0,160}}?{REFUSED}"
)
HOP = re.compile(
    r"(?<![\w./-])(?P<name>[A-Za-z][\w-]{1,30})(?:[:/=]| (?:-> )?)40[13](?=$|[\s:;,|()\]])(?P<behind>[^\n|]{0,30})"
)
"""A name with a status of its own: `TARIFF:401`, `ledger/401`, `weather 401`."""
STATUS = re.compile(r"(?<![\w.-])40[13](?![\w.-])")
OWN = re.compile(
    r"(?i)(?:http(?:status)?|status|code|ret(?:urn(?:ed|s|ing)?)?|rc|res(?:ult|ponse)?|out|answer\w*|gave|got|error|err|say|says|said"
    r"|is|was|with|to|and|final|sc|st|reply|replied|sent|refused|denied|rejected|unauthori[sz]ed|auth\w*|login|token|session|user|usr"
    r"|get|post|put|patch|delete|head|options|upstream\w*|backend\w*)"
)
"""What stands before the service's own answer, or a proxy's word for the application that it stands before."""
LET_IN = re.compile(
    r"(?i)(?<![\w-])(?:a|au?thn?|auth\w*|usr|user|caller|session|login|who|token|key|cred\w*|identity)[\w.]{0,12}"
    r"[:= ]{1,2}[\"']?(?:ok|okay|pass(?:ed)?|valid|good|accepted|yes|true)(?![\w-])"
)
"""The caller's own credential was good."""
AS_SERVICE = re.compile(r"(?i)\bas[ =][\"']?[a-z][\w-]{2,}")
"""`401 as svc-portal`: under which name the service asked."""


def refused(text: str) -> Iterator[str]:
    """The words that say that another service refused this one."""
    if told := TOLD_US.search(text) or CALL_FAILED.search(text):
        yield told[0]
        return
    if len(STATUS.findall(text)) < 2:
        return
    for hop in HOP.finditer(text):
        if not OWN.fullmatch(hop["name"]) and (LET_IN.search(text) or AS_SERVICE.search(hop["behind"])):
            yield hop[0].strip()
            return
