"""What the values in a refusal tell, whatever the words around them: an address and the ranges that are let in, an age
and its limit, an end that has passed, two algorithms, two issuers, two environments.

A team's words cannot be foreseen; that 17 minutes are more than 5 can be seen in any of them. Each value is held
against the one beside it, so that a line of an accepted request (`age 12s, limit 300s`) tells nothing.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

from knowledge.lexicon import further

LONGEST = 2_000
"""Characters that are read."""
ALGORITHM = re.compile(r"(?<![\w-])(?:[HREP]S(?:256|384|512)|ES256K|EdDSA|Ed25519)(?![\w-])")
LIKE_A_CHOICE = re.compile(
    r"(?i)\b(?:take|accept|allow|want|expect|need|support|only|not|instead|but|must|nur|nicht|statt|erwart|sino|esper"
    r"|pas|attend)\w*\b|!=|<>"
)
"""What sets one value against another: a bare list of them is none."""
SCHEMES = re.compile(r"(?i)(?<![\w-])(Bearer|Basic|Digest|Negotiate|NTLM|DPoP)(?![\w-])")
CAME = re.compile(
    r"(?i)\b(?:got|found|sent|came|received|presented|brought|instead|saw|was|war|kam|statt|llegó|recibid\w+|reçu)\b"
)
CALL = re.compile(r"(?i)https?://[\w.:/-]+|\b(?:dial|lookup) (?:tcp |udp )?[\w.-]+:?\d*")
PROXYING = re.compile(r"(?i)upstream|backend|proxy")
"""A proxy that does not reach the application answers 502, not 401."""
UNANSWERED = re.compile(
    r"(?i)deadline exceeded|i/o timeout|no such host|connection (?:refused|reset|timed out)|timed? ?out\b|ECONN\w+"
    r"|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|unexpected EOF|handshake (?:timeout|failure|failed)|network is unreachable"
    r"|no route to host|name or service not known|socket hang up"
    r"|certificate (?:signed by unknown|verify failed|has expired)"
)
"""How network libraries of Go, Java, Node, Python and curl say that a call came to nothing."""
ADDRESS = re.compile(r"(?<![\w.:/-])(\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?(?![\w./-]|\.\d)")
RANGE = re.compile(r"(?<![\w.:/-])(\d{1,3}(?:\.\d{1,3}){3}/\d{1,2})(?![\w/])")
FORWARDING = re.compile(r"(?i)prox(?:y|ies)|forwarded|real[-_ ]ip|x-real")
"""An address outside the trusted proxies is not refused; its X-Forwarded-For is only not believed."""
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400}
SPAN = re.compile(
    r"(?i)(?<![\w.:,/-])(?:\d+(?:\.\d+)?\s?(?:ms|milliseconds?|seconds?|sekunden?|secs?|segundos?|secondes?|s"
    r"|minutes?|minuten?|minutos?|mins?|m|hours?|stunden?|horas?|heures?|hrs?|h|days?|tagen?|tage|d[ií]as?|jours?|d)"
    r"(?![a-z])\s?){1,3}"
)
PART = re.compile(r"(?i)(\d+(?:\.\d+)?)\s?(ms|mil|[smhdtj])")
LIMIT = re.compile(
    r"(?i)\b(?:limit\w*|max(?:imum|imal)?|(?:at )?most|up to|tolera\w+|toleran[zc]\w*|allow\w*|window|permit\w*|leeway"
    r"|grace|cap|höchstens|hochstens|erlaubt|zulässig|fenster|como mucho|máximo|ventana|au plus"
    r"|only|than|ttl|beyond|over)\b|>"
)
NUMBER = re.compile(r"(?<![\w.])([A-Za-z]\w{0,30})[=:]\s?(\d{1,9}(?:\.\d+)?)(?![\w.:/-])")
AGES = re.compile(r"(?i)(?:^|_)(?:age|old|skew|drift|delta|offset|idle|lag|diff|alter)(?:_?s(?:ec)?)?$")
LIMITS = re.compile(r"(?i)(?:^|_)(?:max|limit|tolerance|leeway|window|allowed|ttl|grace)(?:_|$)")
APART = re.compile(r"(?i)\b(?:behind|ahead|off|apart|skew\w*|drift\w*|fast|slow|clock\w*|uhr|vor|nach|reloj|stamped)\b")
IDLE = re.compile(r"(?i)\b(?:idle|inactiv\w*|untouched|quiet|untätig|inactif|inactiv[oa])\b")
EPOCH = r"(?<![\w.])(?:1[5-9]|2\d)\d{8}(?:\d{3})?(?![\w.]\w)"
"""Seconds or milliseconds since 1970, from 2017 on."""
DATED = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?"
INSTANT = rf"({DATED}|{EPOCH})"
ENDED = re.compile(
    r"(?i)\b(?:until|till|through|ends?|ended|exp|expiry|expires(?:[- _]at)?|expired[- _]at|not[- _]?after|good to"
    rf"|valid to|bis|hasta|jusqu\w*)\b[^\n.;]{{0,12}}?{INSTANT}"
)
BEGINS = re.compile(
    r"(?i)\b(?:not[- _]?before|nbf|valid from|starts?|begins?|beginnt|ab|empieza|commence|gültig ab|válid\w+ desde)\b"
    rf"[^\n.;]{{0,12}}?{INSTANT}|\b(?:iat|issued[- _]?at)\b[^\n.;]{{0,12}}?({EPOCH})"
)
NOW = re.compile(
    rf"(?i)(?:\b(?:now|current(?:[- _]time)?|server[- _]time|clock)\b\W{{0,4}}|[<>]=? ?(?:now\W{{0,3}})?){INSTANT}"
)
"""What an end is held against, where the line names it."""
URL = re.compile(r"https?://[\w.:-]{1,200}(?:/[\w.~%/-]{0,200})?")
PROVIDER = re.compile(
    r"(?i)//(?:[\w-]+\.)*(?:id|idp|auth|login|accounts?|sso|oauth|identity|iam|keycloak|sts)[\w-]*\."
    r"|/realms/|/oauth2?/|/tenants?/|/adfs|\.auth0\.|\.okta\."
)
TRIAL = re.compile(r"(?i)(?<![\w.])(?:[\w]+[-_])*(?:staging|stg|stage|sandbox|test|dev|demo|qa|uat|preprod)(?![\w.])")
REAL = re.compile(r"(?i)(?<![\w.])(?:[\w]+[-_])*(?:prod|production|live|produktion|producción|producao)(?![\w.])")
HERE = re.compile(
    r"(?i)\b(?:this (?:is|house|service|host|gateway|api|system|side|cluster)|we(?:'re| are| run| serve)|here|ours"
    r"|wir sind|hier|aquí|somos|ici|nous sommes|expect\w*|want\w*)\b"
)


def told(text: str, at: datetime | None = None) -> Iterator[tuple[str, str, str]]:
    """What values say, as subject, state and the words that show it; of an end only where the line's time is known.

    Where it is empty the words of the line say what was too old (`over`) or has ended.
    """
    text = text[:LONGEST]
    yield from _algorithms(text)
    yield from _ranges(text)
    yield from _ages(text)
    yield from _ends(text, at)
    yield from _issuers(text)
    yield from _stages(text)
    yield from _schemes(text)
    yield from _calls(text)
    yield from (("upstream", "unauthorized", words) for words in further.refused(text))


def _algorithms(text: str) -> Iterator[tuple[str, str, str]]:
    """Two or more that differ; one that stands twice is what came and is accepted."""
    named = ALGORITHM.findall(text)
    if len(named) > 1 and len(set(named)) == len(named) and LIKE_A_CHOICE.search(text):
        yield "algorithm", "mismatch", ", ".join(named)


def _ranges(text: str) -> Iterator[tuple[str, str, str]]:
    ranges = RANGE.findall(text)
    if not ranges or FORWARDING.search(text):
        return
    try:
        let_in = [ipaddress.ip_network(r, strict=False) for r in ranges]
        callers = [ipaddress.ip_address(a) for a in ADDRESS.findall(text)]
    except ValueError:
        return
    outside = [c for c in callers if not any(c in network for network in let_in)]
    if outside and len(outside) == len(callers):
        yield "network", "blocked", f"an address outside {', '.join(ranges[:3])}"


def _ages(text: str) -> Iterator[tuple[str, str, str]]:
    """A stretch of time beside the limit that it is over."""
    spans = [(m.start(), m[0].strip(), _seconds(m[0])) for m in SPAN.finditer(text)]
    for (start, said, length), (end, limit, most) in pairwise(spans):
        between = text[start + len(said) : end] + text[end + len(limit) : end + len(limit) + 20].partition(",")[0]
        if length > most > 0 and LIMIT.search(between):
            yield _kind(text), "over", f"{said}, {limit} at most"
            return
    numbers = NUMBER.findall(text)
    ages = [(k, float(v)) for k, v in numbers if AGES.search(k)]
    limits = [(k, float(v)) for k, v in numbers if LIMITS.search(k)]
    if len(ages) == len(limits) == 1 and ages[0][1] > limits[0][1] > 0:
        yield _kind(text), "over", f"{ages[0][0]} {ages[0][1]:g}, {limits[0][0]} {limits[0][1]:g}"


def _kind(text: str) -> str:
    return "clock" if APART.search(text) else "session" if IDLE.search(text) else ""


def _seconds(span: str) -> float:
    names = {"mil": "ms", "t": "d", "j": "d"}
    parts = [(float(n), unit.lower()) for n, unit in PART.findall(span)]
    return sum(n * UNITS[names.get(unit, unit)] for n, unit in parts)


def _ends(text: str, at: datetime | None) -> Iterator[tuple[str, str, str]]:
    """An end that has passed or a beginning that is yet to come, by the line's own clock where it tells it."""
    ended, begins = ENDED.search(text), BEGINS.search(text)
    now = NOW.search(text) if ended or begins else None
    at = (_instant(now[1]) if now else None) or at
    if at is None:
        return
    end = _instant(ended[1]) if ended else None
    begin = _instant(begins[1] or begins[2]) if begins else None
    if ended and end and end < at:
        yield "", "ended", f"{ended[0]} has passed"
    if begins and begin and begin > at:
        yield "not_before", "future", f"{begins[0]} is yet to come"


def _instant(text: str) -> datetime | None:
    try:
        if text.isdigit():
            return datetime.fromtimestamp(int(text[:10]), UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _issuers(text: str) -> Iterator[tuple[str, str, str]]:
    """Two identity providers of which one is wanted and another came."""
    named = [url.rstrip("/.,") for url in URL.findall(text) if PROVIDER.search(url)]
    if len(named) == 2 and named[0] != named[1] and LIKE_A_CHOICE.search(URL.sub(" ", text)):
        yield "issuer", "mismatch", " and ".join(named)


def _stages(text: str) -> Iterator[tuple[str, str, str]]:
    """A trial and the real thing in one line that says where it is: `a key of shop-staging, this is shop-prod`."""
    bare = URL.sub(" ", text)
    trial, real = TRIAL.search(bare), REAL.search(bare)
    if trial and real and HERE.search(bare):
        yield "environment", "mismatch", f"{trial[0]} and {real[0]}"


def _schemes(text: str) -> Iterator[tuple[str, str, str]]:
    """The scheme that is wanted and another one that came."""
    named = [name.title() for name in SCHEMES.findall(text)]
    if len(named) == 2 and named[0] != named[1] and LIKE_A_CHOICE.search(text) and CAME.search(text):
        yield "scheme", "mismatch", " and ".join(named)


def _calls(text: str) -> Iterator[tuple[str, str, str]]:
    """A call to somewhere that came to nothing: what a refusal tells of it checks credentials."""
    if not PROXYING.search(text) and (call := CALL.search(text)) and (why := UNANSWERED.search(text)):
        yield "idp", "unreachable", f"{call[0]}: {why[0]}"
