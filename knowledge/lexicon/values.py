"""What the values in a refusal tell, whatever the words around them: an address and the ranges that are let in, an age
and its limit, an end that has passed, two algorithms, two issuers, two environments.

A team's words cannot be foreseen; that 17 minutes are more than 5 can be seen in any of them. Each value is held
against the one beside it, so that a line of an accepted request (`age 12s, limit 300s`) tells nothing.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from datetime import datetime

from knowledge.lexicon import ages, encoded, further, moments, sided, stamps
from knowledge.lexicon.frames import without_frames
from knowledge.lexicon.terms import terms_in
from knowledge.lexicon.words import words_of

LONGEST = 2_000
"""Characters that are read."""
ALGORITHM = re.compile(r"(?<![\w-])(?:[HREP]S(?:256|384|512)|ES256K|EdDSA|Ed25519)(?![\w-])")
LIKE_A_CHOICE = re.compile(
    r"(?i)\b(?:take|accept|allow|want|expect|need|support|only|not|instead|but|must|nur|nicht|statt|erwart|sino|esper"
    r"|pas|attend|verwacht|alleen|niet|kräv|bara|endast|inte|kun|ikke|forvent|vain|odot|solo|atte[ns]|richie|apenas|somente"
    r"|exig|não|oczek|tylko|wymag|nie|jen|očekáv|pouze|yalnız|sadece|beklen|değil)\w*\b|!=|<>"
)
"""What sets one value against another: a bare list of them is none."""
SCHEMES = re.compile(r"(?i)(?<![\w-])(Bearer|Basic|Digest|Negotiate|NTLM|DPoP)(?![\w-])")
DOUBLED = re.compile(
    r"(?<![\w-])(?:(?i:Bearer[: ]{1,2}Bearer|Basic[: ]{1,2}Basic|DPoP[: ]{1,2}DPoP|Negotiate[: ]{1,2}Negotiate)"
    r"|Token Token|JWT JWT|ApiKey ApiKey|Digest Digest)(?= |\"|'|$)(?! (?:is|and|or|auth\w*|token)\b)"
)
"""The scheme twice, as two layers that each put one before the token write it."""
CAME = re.compile(
    r"(?i)\b(?:got|found|sent|came|received|presented|brought|instead|saw|was|war|kam|statt|llegó|recibid\w+|reçu"
    r"|kreeg|kwam|ontvangen|fick|kom|fik|fikk|modtaget|mottatt|saatiin|saatu|tuli|ricevut\w+|arrivat\w+|veio|recebid\w+|chegou"
    r"|otrzyman\w+|przysz\w+|přiš\w+|dosta\w+|geldi|gelen)\b"
)
CALL = re.compile(
    r"(?i)https?://[\w.:/-]+|\b(?:dial|lookup) (?:tcp |udp )?[\w.-]+:?\d*|\bconnect(?:ing|ion)? to [\w.-]+:\d+"
)
PROXYING = re.compile(r"(?i)upstream|backend|proxy")
"""A proxy that does not reach the application answers 502, not 401."""
UNANSWERED = re.compile(
    r"(?i)deadline exceeded|i/o timeout|no such host|connection (?:refused|reset|timed out)|ECONN\w+"
    r"|(?<![._])timed? ?out\b(?![\"']?\s*[=(]|[\"']?:\s?[\"']?\d)"
    r"|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|unexpected EOF|handshake (?:timeout|failure|failed)|network is unreachable"
    r"|no route to host|name or service not known|socket hang up"
    r"|certificate (?:signed by unknown|verify failed|has expired)"
)
"""How network libraries of Go, Java, Node, Python and curl say that a call came to nothing; a setting says nothing."""
ADDRESS = re.compile(r"(?<![\w.:/-])(\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?(?![\w./-]|\.\d)")
RANGE = re.compile(r"(?<![\w.:/-])(\d{1,3}(?:\.\d{1,3}){3}/\d{1,2})(?![\w/])")
FORWARDING = re.compile(r"(?i)prox(?:y|ies)|forwarded|real[-_ ]ip|x-real")
"""An address outside the trusted proxies is not refused; its X-Forwarded-For is only not believed."""
URL = re.compile(r"https?://[\w.:-]{1,200}(?:/[\w.~%/-]{0,200})?")
PROVIDER = re.compile(
    r"(?i)//(?:[\w-]+\.)*(?:id|idp|auth|login|accounts?|sso|oauth|identity|iam|keycloak|sts)[\w-]*\."
    r"|/realms/|/oauth2?/|/tenants?/|/adfs|\.auth0\.|\.okta\."
)
_ONE = r"(?:[A-Z]|\d{1,3}|[IVX]{1,4})\b"
FOR_CLASS = re.compile(
    rf"(?i)\b(?P<name>[^\W\d_]{{4,20}}) (?P<came>{_ONE})[^\n.;]{{1,60}}?"
    r"\b(?:for|für|pour|para|per|voor|för|for|til|dla|pro|için|для|only|nur)(?: \w+)? (?P=name)\w{0,3} "
    rf"(?P<wanted>{_ONE}(?:(?:, ?| \w{{1,4}} ){_ONE})*)"
)
"""A name with a letter or number, and the same name with those for whom something is."""


def told(text: str, at: datetime | None = None) -> Iterator[tuple[str, str, str]]:
    """What values say, as subject, state and the words that show it; of an end only where the line's time is known.

    Where it is empty the words of the line say what was too old (`over`) or has ended.
    """
    text = without_frames(text[:LONGEST])
    yield from _algorithms(text)
    yield from _ranges(text)
    yield from ages.told(text)
    if (off := stamps.apart(text, at)) is not None:
        yield "clock", "skewed", off
    if (stumbled := encoded.malformed(text)) is not None:
        yield "header", "malformed", stumbled
    yield from moments.told(text, at)
    yield from sided.told(text)
    yield from _issuers(text)
    yield from _stages(text)
    yield from _schemes(text)
    yield from _calls(text)
    yield from _classes(text)
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


def _issuers(text: str) -> Iterator[tuple[str, str, str]]:
    """Two identity providers of which one is wanted and another came."""
    named = [url.rstrip("/.,") for url in URL.findall(text) if PROVIDER.search(url)]
    if len(named) == 2 and named[0] != named[1] and LIKE_A_CHOICE.search(URL.sub(" ", text)):
        yield "issuer", "mismatch", " and ".join(named)


def _stages(text: str) -> Iterator[tuple[str, str, str]]:
    """A trial and the real thing in one line that says where it is: `a key of shop-staging, this is shop-prod`."""
    bare = URL.sub(" ", text)
    words, terms = words_of(bare), terms_in(bare)
    if not any(t.role == "house" for t in terms):
        return
    trial, real = (next((t for t in terms if t.role == role), None) for role in ("trial", "real"))
    if trial and real:
        yield "environment", "mismatch", f"{words[trial.start]} and {words[real.start]}"


def _schemes(text: str) -> Iterator[tuple[str, str, str]]:
    """The scheme that is wanted and another one that came."""
    if doubled := DOUBLED.search(text):
        yield "header", "malformed", doubled[0]
        return
    named = [name.title() for name in SCHEMES.findall(text)]
    came = _led_by(text) if named else None
    if came and came.title() not in named:
        yield "scheme", "mismatch", f"{came} and {named[0]}"
    if len(named) == 2 and named[0] != named[1] and LIKE_A_CHOICE.search(text) and CAME.search(text):
        yield "scheme", "mismatch", " and ".join(named)


def _led_by(text: str) -> str | None:
    """The word that a header begins with, by a line that says so."""
    words, terms = words_of(text), terms_in(text)
    begun = next((t.end for t in terms if t.role == "begins"), len(words))
    header = "header" in words[:begun] or any(t.name == "header" and t.end <= begun for t in terms)
    return words[begun] if header and begun < len(words) and words[begun].isalpha() else None


def _calls(text: str) -> Iterator[tuple[str, str, str]]:
    """A call to somewhere that came to nothing: what a refusal tells of it checks credentials."""
    if not PROXYING.search(text) and (call := CALL.search(text)) and (why := UNANSWERED.search(text)):
        yield "idp", "unreachable", f"{call[0]}: {why[0]}"


def _classes(text: str) -> Iterator[tuple[str, str, str]]:
    """Who is of one class where it is for others: `visitor class C, scans are for class A and B`."""
    for match in FOR_CLASS.finditer(text):
        name, came, wanted = match["name"], match["came"], re.findall(r"\w+", match["wanted"])
        if came.lower() not in {w.lower() for w in wanted}:
            yield "scope", "mismatch", f"{name} {came}, for {name} {match['wanted']}"
            return
