"""In whose words an answer is told, by what somebody brings and how they speak.

That somebody is named for the service in services.yaml says more than their words: `bot.casework` asks for that.
"""

from __future__ import annotations

import re

from bot.model import Report, Role

LOOKED_AT = 8_000
_NOT_THEIRS = re.compile(r"https?://\S+|\"[^\"\n]{1,200}\"|“[^”\n]{1,200}”")
"""Addresses, and what is quoted: the words of a program, not of whoever reports it."""
_OURS = r"(?:our|my|unser\w*|notre|nuestr\w+)\s+(?:own\s+)?(?:[\w-]+\s+){0,2}?"
_SERVED = (
    r"(?:service|server|backend|gateway|proxy|load\s?balancer|ingress|identity\s+provider|idp|keycloak|nginx|apache|"
    r"dienst|serveur|servidor)\b"
)
_OWNS = re.compile(
    rf"\b(?:on|to|at|behind|into|bei|auf|an)\s+{_OURS}{_SERVED}"
    rf"|\b{_OURS}{_SERVED}\s+(?:now\s+|suddenly\s+|always\s+)?"
    r"(?:returns?|returned|answers?|answered|responds?|responded|rejects?|rejected|refuses?|refused|denies|denied|throws?)\b"
    r"|\b(?:we|i)(?:'ve|\s+have|\s+just)*\s+(?:deployed|rolled\s+out|released|went\s+live|restarted|rotated|upgraded)\b"
    r"(?!(?:\W+\w+){0,4}?\W+(?:clients?|scripts?|jobs?|workers?|apps?|sdks?|librar(?:y|ies)|agents?|bots?|phones?|"
    r"laptops?|venv|runners?)\b)"
    r"|\bcustomers?\s+(?:are|is|gets?|can(?:not|'t)|sees?|says?|reports?)\b"
    r"|\bwir\s+haben\b.{0,60}\b(?:ausgerollt|deploy(?:t|ed)|neu\s+gestartet)\b"
    r"|\bbehind\s+(?:a|the|our)\s+(?:new\s+)?(?:load\s?balancer|reverse\s+proxy|proxy|ingress|gateway|nginx|cdn)\b",
    re.IGNORECASE,
)
_CONFIGURES = re.compile(
    r"^[ \t>#`]*(?:proxy_(?:pass|set_header|cache\w*)|auth_(?:basic|request|jwt)\w*|server_name|location\s+[~^=/]|"
    r"RequestHeader\s|ProxyPass|Auth(?:Type|UserFile|Name)\s|Require\s+valid-user|CGIPassAuth|WSGIPassAuthorization|"
    r"reverse_proxy\s|http-request\s|nginx\.ingress\.kubernetes\.io/|spring\.security\.)",
    re.IGNORECASE | re.MULTILINE,
)
"""A line of a server's or a proxy's configuration."""
_PROGRAMS = re.compile(
    r"\b(?:curl|sdk|script|(?<!error )(?<!status )code|(?<!desktop )(?<!mail )(?<!vpn )client|postman|insomnia|"
    r"endpoint|api|cron(?:job)?|pipeline|ci|headers?|bearer|tokens?|jwt|oauth|webhook|terminal|deploy\w*|"
    r"requests?(?![\s-]*id)|axios|fetch|devtools|docker|kubectl|npm|pip|maven|gradle|cargo|terraform|helm|worker|"
    r"integration|librar(?:y|ies)|bots?|http(?!\s+error)(?!\s+(?:code\s+|status\s+)?\d))\b",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"^[ \t]*\$ [\w./-]|\A\s*(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|PROPFIND)\s+(?:https?://|/)", re.MULTILINE
)
"""A line of a terminal, or a report that begins with a request as programs write it."""
_PAGES = re.compile(
    r"\b(?:pages?|web\s?sites?|site|web\s?apps?|portal|browser|chrome|firefox|safari|edge|tab|bookmark|pop-?up|links?|"
    r"password\s+box|wiki|intranet|seite|navigateur|navegador|página)\b",
    re.IGNORECASE,
)
_SIGNS_IN = re.compile(
    r"\b(?:log(?:ging|ged)?[\s-]?(?:in|out)|sign(?:ing|ed)?[\s-]?(?:in|out)|my\s+(?:account|password|login)|ask(?:s|ed|ing)?\s+(?:me\s+)?for\s+(?:a\s+|the\s+|my\s+)?password|anmeld\w+|"
    r"eingeloggt|einloggen|connexion|iniciar\s+sesión|(?:mi|la)\s+sesión|mi\s+usuario)\b",
    re.IGNORECASE,
)
_APPS = re.compile(
    r"(?<!web )(?<!web)(?<!browser )(?<!single page )(?<!single-page )\bapps?\b(?!\.\w|\s+(?:registration|id|secret))"
    r"|\b(?:desktop|mail|vpn)\s+client\b|\b(?:anwendung|application\s+mobile|aplicación)\b",
    re.IGNORECASE,
)
_DEVICES = re.compile(
    r"\b(?:i?phone|i?pad|android|tablet|handy|téléphone|teléfono|smart\s?watch|smart\s?tv|scanner|kiosk|printer|"
    r"thermostat)s?\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.,;:!?\n()]+|\s(?:but|while|though|aber|mais|pero)\s", re.IGNORECASE)
_WELL = re.compile(
    r"(?<!not )(?<!n't )(?<!longer )(?<!nothing )\b(?:works?|worked|fine|ok(?:ay)?|no\s+(?:trouble|problems?)|"
    r"without\s+(?:\w+\s+)?(?:trouble|problems?)|geht(?!\s+nicht)|funktioniert(?!\s+nicht)|marche|funciona)\b",
    re.IGNORECASE,
)


def role(report: Report) -> Role:
    """Who reports this; whoever shows requests, or speaks of them, sends them."""
    words = _NOT_THEIRS.sub(" ", report.text[:LOOKED_AT])
    if _OWNS.search(words) or _CONFIGURES.search(words):
        return "owner"
    headers = any(one.request_headers or one.response_headers for one in report.exchanges)
    shows = headers or report.logs or any(shown.place != "cookie" for shown in report.presented)
    return "developer" if shows or _PROGRAMS.search(words) or _CALL.search(report.text[:LOOKED_AT]) else _user(words)


def _user(words: str) -> Role:
    """Page or app: what is spoken of first, of what does not work. A device alone says app, signing in alone page."""
    clauses = [clause for clause in _CLAUSE.split(words) if not _WELL.search(clause)]
    failing = " . ".join(clauses)
    page, app = _PAGES.search(failing), _APPS.search(failing)
    if page and not (app and app.start() < page.start()):
        return "visitor"
    if app or _DEVICES.search(failing):
        return "app"
    return "visitor" if _SIGNS_IN.search(words) or _PAGES.search(words) else "developer"
