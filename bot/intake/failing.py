"""Of all addresses in a report, the one that fails: told by the words around each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.intake.urls import METHODS, Address

FAILS = re.compile(
    r"(?i)(?<![\w-])(?:40[1379]|50[0234])(?![\w.])|unauthori[sz]ed|not authori[sz]ed|forbidden|(?<!\w)(?:fail|refus|"
    r"reject|den(?:y|ied|ies)|block|broke|error|drop)\w*"
    r"|(?<!\w)(?:can ?not|can't|cant|couldn't|could not|won't|doesn't|does not|unable|nobody|no one|keeps asking|"
    r"kick|thrown|lost|empty|stop(?:s|ped)?(?! \w+ing me)|prompts?|prompted|login form|sign-?in (?:page|form)"
    r"|nothing loads|loops?|looping)(?!\w)"
    r"|(?:nothing|nobody|none of \w+) (?:\w+ )?(?:works?|gets? in)(?!\w)"
    r"|logged out|pass?word (?:box|prompt|popup)|not (?:signed|logged) in|no access|invalid|expired|not (?:open|load|"
    r"valid)|ERR_FAILED"
    r"|schlägt fehl|fehlgeschlagen|abgelehnt|verweigert|geht nicht|funktioniert nicht|kein zugriff|échoue|refus|"
    r"impossible|no funciona|falla|rechaz|deneg"
)
NO_FAULT = re.compile(
    r"(?i)(?<!\w)(?:without|no|not an?|ohne|sans|sin|sem) (?:any |an? |einen )?(?:further )?(?:errors?"
    r"|problems?|issues?|trouble|fault|40[13]s?"
    r"|fehler|probleme?|erreurs?|problèmes?|error(?:es)?|problemas?|erros?)(?!\w)"
)
"""Words of failing that say that nothing fails."""
WORKS = re.compile(
    r"(?i)(?<!\w)(?:works?|worked|working|fine|ok|okay|okey|green|succeeds?|succeeded|success|good|opens?|opened|"
    r"loads?|allowed|no (?:trouble|problem|issue)s?"
    r"|without (?:trouble|problem|issue)s?|all right|alright|unaffected|healthy|lets me|geht|funktioniert|klappt|läuft|"
    r"(?:got|gets?|goes|went|go|comes?|came) (?:right |straight )?through|logs? (?:me|us) in|i'm in|is there"
    r"|as expected|passes|"
    r"marche|fonctionne|funciona|200|201|204)(?![\w.])"
)
NOT_WORKS = re.compile(r"(?i)(?:not|n't|never|no longer|stopped|nicht|pas|nothing|nobody)\s+(?:\w+\s+){0,2}$")
BEFORE = re.compile(
    rf"(?:(?<!\w)(?:{METHODS})(?:/(?:{METHODS}))?[ \t]+|(?i:(?<!\w)(?:url|endpoint|path|route|address|fetch at|"
    rf"request to|call(?:s|ing)?(?: to)?|hitting|requests? (?:for|to|on)|"
    r"against|from(?! origin)|for url|adresse|aufruf(?: von)?|link|could not \w+|failed to \w+)(?: is| was)?[ "
    r"\t]*[:=]?[ \t]*))[\"'`(<]*$"
)
METHOD_BEFORE = re.compile(
    rf"(?<!\w)(?P<method>{METHODS})(?:/(?:{METHODS}))?(?: requests?| calls?)?(?: (?:to|on|for|of|auf|against))?[ "
    rf"\t]+[\"'`(<]*$"
)
GO_METHOD = re.compile(r"(?<!\w)(?P<method>Get|Post|Put|Head|Delete|Patch) [\"']$")
ANY_METHOD = re.compile(rf"(?<![\w/-])(?P<method>{METHODS})(?![\w-])")
NAMED_METHOD = re.compile(rf"(?i)(?<!\w)method[\"']?[ ]?[:=][ ]?[\"']?(?P<method>{METHODS})(?!\w)")
ASIDE = re.compile(
    r"(?i)(?<!\w)(?:from origin|origin|referer|referrer|see(?: also)?|docs?|documentation|manual|readme|guide|runbook|"
    r"status(?: ?page)?|wiki page|ticket|issue|"
    r"generated on|created (?:on|at|in)|found? (?:it )?(?:at|in|on)|keys? (?:at|from)|key page|sign(?:ed|ing)? (?:in|"
    r"up) (?:at|on|via)|log(?:ged|ging)? in (?:at|on|via)|login (?:page|at|on|via)|"
    r"issuer(?:-url)?|iss|aud|audience|authority|realm|tenant|jwks(?:_uri)?|location|redirect(?:s|ed)?(?: to)?|"
    r"callback|(?:access |bearer |fresh |new |a )?tokens? (?:from|of)|"
    r"(?:access |auth\w* |id )?token (?:url|uri|endpoint)(?: is)?|auth(?:orization|entication)? (?:url"
    r"|uri|endpoint|server)(?: is)?|"
    r"hosted (?:on|at)|app on|(?:web)?(?:site|page|app|frontend|widget) (?:on|at)|"
    r"(?:sent|called|made|coming|issued|triggered|opened|loaded|embedded|running|served) (?:from|in|on|at|by)|"
    r"registered|metadata|proxy|via|x-forwarded-host)[ \t\"'=:(<]*$"
)
ASIDE_TARGET = re.compile(
    r"(?i)/(?:docs?|documentation|swagger|readme|wiki|help|support|status|api-keys|settings|account/api-keys|"
    r"browse/[A-Z]+-\d+|issues?|pull)(?:[/?#]|$)|github\.com|stackoverflow|atlassian|grafana/d/|slack\.com"
)
CLAUSE = re.compile(
    r"[;\n。！？；，、]|[.!?](?=\s)|,(?=\s)|[ ]-{1,2}[ ]|->"
    r"|[ ](?:but|while|whereas|although|though|yet|and then|aber|mais|pero)[ ]"
)
HEADED = re.compile(r"(?i)[^\n]*(?<![\w.])40[13](?![\w.])[^\n]*\n[ \t>]*(?:[A-Z]{3,8}[ \t]+)?\Z")
"""A line of its own that tells of a refusal, right above the address."""
OUTCOME = re.compile(
    r"[\"'`)]{0,2}[ \t]*(?:is|was|=|->|=>|→|:|gives|gave|returns|returned|answers|says|said|sends|fails with|with|"
    r"fine)?[ \t]*(?:a |an |HTTP )?\(?(?P<status>[2345]\d\d)(?!\w)"
)
SENTENCE = re.compile(r"[\n。！？]|[!?](?=\s)|\.(?=\s)")


@dataclass(frozen=True, slots=True)
class Scored:
    """An address with how much the words point at it."""

    address: Address
    score: float
    method: str | None


def scored(text: str, address: Address) -> Scored:
    """How much the words around an address say that it is the one that fails."""
    before = text[max(0, address.start - 60) : address.start]
    after = text[address.end : address.end + 200]
    score = {"url": 2.0, "path": 1.0, "host": 0.0}[address.kind]
    score += 1.0 if len(address.target) > 1 else 0.0
    score -= 0.5 if address.cut else 0.0
    method = METHOD_BEFORE.search(before) or GO_METHOD.search(before)
    score += 2.5 if method else 1.0 if BEFORE.search(before) else 0.0
    if ASIDE.search(before) and not method:
        score -= 5.0
    if ASIDE_TARGET.search(address.target) or ASIDE_TARGET.search(address.host):
        score -= 1.5
    clause, sentence = (
        around(text, address.start, address.end, CLAUSE),
        around(text, address.start, address.end, SENTENCE),
    )
    score += _tone(clause, 2.5) or _tone(sentence, 1.0)
    if outcome := OUTCOME.match(after):
        score += -4.0 if outcome["status"][0] in "23" else 2.0
    if HEADED.search(text, max(0, address.start - 300), address.start):
        score += 2.0
    if _inside_json(text, address):
        score -= 3.0
    named = (
        method["method"].upper()
        if method
        else _only_method(clause) or _only_method(text[: address.start][-14:] + " " + after[:30])
    )
    return Scored(address, score, named)


def _tone(text: str, weight: float) -> float:
    works, fails = told(text)
    return weight if fails and not works else -1.2 * weight if works and not fails else 0.2 * weight * fails


def told(text: str) -> tuple[bool, bool]:
    """(whether the words say that something works, whether they say that something fails)."""
    text = NO_FAULT.sub("fine", text)
    works = any(not NOT_WORKS.search(text[: m.start()]) for m in WORKS.finditer(text))
    return works, FAILS.search(text) is not None or (not works and WORKS.search(text) is not None)


def around(text: str, start: int, end: int, separators: re.Pattern[str]) -> str:
    """The clause or sentence that a place stands in, without the place itself."""
    low, high = max(0, start - 300), min(len(text), end + 300)
    first = max((m.end() for m in separators.finditer(text, low, start)), default=low)
    following = separators.search(text, end, high)
    if following and following[0] == "->":  # the outcome stands behind the arrow
        following = re.compile(r"\n|,\s").search(text, following.end(), high)
    return text[first:start] + " " + text[end : following.start() if following else high]


def _inside_json(text: str, address: Address) -> bool:
    line = text[text.rfind("\n", 0, address.start) + 1 : address.start]
    return re.search(r"[{,]\s{0,3}\\?\"[\w_]{1,40}\\?\"\s{0,3}:\s{0,3}\\?\"[^\"]{0,400}$", line[-600:]) is not None


def _only_method(text: str) -> str | None:
    found = {m["method"] for m in ANY_METHOD.finditer(text)}
    found |= {m["method"].upper() for m in NAMED_METHOD.finditer(text)}
    return found.pop() if len(found) == 1 else None
