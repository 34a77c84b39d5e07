"""What a line tells of the service's own call to another one that refused it, though the caller was let in.

A refusal that is passed on stands in the line twice: as the other's answer and as the service's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

REFUSED = r"(?<![\w.:/-])40[13](?![\w.%/-]| ?ms\b)"
TOLD_US = re.compile(
    r"(?i)\b(?:replie[ds]|answer(?:ed|s)|sa(?:id|ys)|return(?:ed|s)|respond(?:ed|s)|sen(?:t|ds)|g(?:ave|ives)"
    r"|antwortete?|meldete?|lieferte?|gab|sagte?|hat|antwoord\w*|gaf|geeft|meldde?|respond\w*|contest\w*|devolv\w*|devuelve|dio|da"
    r"|répond\w*|renvoi\w*|retourn\w*|a dit|rispo\w*|restitu\w*|svar\w*|gav|ger|ga|gir|giver|vasta\w*|palautti|antoi"
    r"|odpowi\w*|zwr\w*|odpověd\w*|odpovíd\w*|vráti\w*|vrací|yanıt\w*|cevap\w*|döndü\w*|verdi)\b"
    rf"[^\n\d]{{0,20}}{REFUSED}[^\n]{{0,60}}"
    r"\b(?:(?:to|for|on|at|auf|an|a|à|aan|op|voor|för|till?|på|do|na|por|ao|al|alle|ai|aux?|dla|pro) "
    r"(?:us|our|uns|unser\w*|nosotros|nuestr\w*|nous|notre|nos|noi|nostr\w*|nós|noss\w*|ons|onze|oss|vår\w*|os|vores|vor\w*|nas"
    r"|nasz\w*|nám|nás|naš\w*)|nam|nám|bize|bizim|meille|meidän)\b"
    r"|\bgave us (?:a |an )?(?:HTTP )?40[13]\b"
    r"|\b(?:antwortet uns|antwoordt ons|ci risponde|nos responde|nous répond|svarer oss?|svarar oss|odpowiada nam"
    rf"|odpovídá nám|vastaa meille|bize)\b[^\n\d]{{0,30}}{REFUSED}"
    r"|\b(?:weist|lehnt|wees|refuse|rechaz\w*|rifiut\w*|recus\w*|avvis\w*|nek\w*|odrzuc\w*|odmít\w*|torju\w*)\b[^\n]{0,20}"
    r"\b(?:unser\w*|onze|notre|nuestr\w*|nostr\w*|noss\w*|vår\w*|vores|nasz\w*|naš\w*|meidän) "
    rf"(?:eigene\w* |own )?\w+[^\n\d]{{0,30}}{REFUSED}"
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
