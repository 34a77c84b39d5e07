"""What lines and answers say in words: patterns of `knowledge/messages/` turned into findings."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from bot.model import TRUST, Collected, Entry, Exchange, Finding, Report, Source
from bot.reading import headers, provider
from bot.reading.either import beyond
from bot.reading.links import of_link
from bot.reading.scene import LOOPBACK, Scene, ok
from bot.reading.tie import naming
from bot.reading.traces import outgoing, own_hosts
from bot.reading.wall import on_the_wall
from knowledge import lexicon
from knowledge.findings import findings as kinds
from knowledge.lexicon import INNER, SIGNATURES, SKEWED
from knowledge.lexicon.meaning import Meaning
from knowledge.messages import Hit, match

REFUSAL = re.compile(
    r"(?i)\b(denied|refus\w+|reject\w+|unauthori[sz]ed|invalid|expired|not (valid|allowed|found|match)|fail\w*)\b"
)
CHALLENGES = ("www-authenticate", "proxy-authenticate")
WEAK_ON_MADE_UP = frozenset(
    {"says.token_malformed", "says.token_invalid", "says.signature_invalid", "says.key_unknown", "says.key_invalid"}
    | {"says.login_failed", "says.password_wrong", "says.user_unknown", "says.no_credentials", "says.header_malformed"}
)
"""What any service says to a made-up credential: it tells nothing of the reporter's."""
BOILERPLATE = WEAK_ON_MADE_UP | {"says.forbidden"}
"""The same of an answer with a challenge: who asks who is there has not told yet what they may."""


QUOTED = re.compile(r"[`\"“”'‘’]([^`\"“”]{4,400})[`\"“”'’]|(\{.{2,2000}\})", re.DOTALL)
MACHINE = re.compile(
    r"[{}<>=|]|\b[A-Za-z]+(Error|Exception)\b|^\S+: |\d\d:\d\d:\d\d|\((401|403|407)\)|\b(HTTP|code|error)\b"
    r"|\b(?-i:[A-Z][a-z]{2,}(?:[A-Z][a-z]{2,})+)\b"
)
"""Marks of a sentence that a program wrote."""
PRINTED = re.compile(r"(?m)^[ \t>]*[$#%❯][ ]\S[^\n]*\n((?:[^\n]*\S[^\n]*\n?){1,12})")
"""What follows a shell's prompt with its command, up to an empty line: a program printed it."""
SHARED_FAULTS = frozenset({"says.idp_unreachable", "says.credential_store_missing", "says.configuration_fault"})
"""Faults that strike everybody: another caller's line tells of them as well."""
NEIGHBOUR_TRUST = 0.5
VAGUE = 0.6
"""The trust left to a wording that is used for more than one fact."""
COMPOSED = 0.6
"""The trust left to what is put together from single words."""
ALONE_TRUST = 0.9
"""The trust in a line at whose moment no other request was answered."""
BESIDE_S, MOMENT_S, UNFOUND_S = 2.0, 0.2, 60.0
"""Seconds around the failing request within which lines are taken for its own, are its own unless another request was
answered then, and are looked at where no request was found."""
AROUND_S = 300.0
USUAL = 200
"""Lines of requests that were let in whose words are held against those of the failing one."""
ELSEWHERE = re.compile(
    r"(?i)agent|referer|referrer|upstream|accept|content|host|logger|forwarded|remote_?address|url|uri|thread"
    r"|(?:retired|revoked|changed|updated|deleted|locked|blocked|disabled|approved|created)_?by$"
)
"""Fields that say nothing of why a request was refused."""
Usual = Callable[[str], frozenset[str]]
"""A file's name -> what its lines of accepted requests say too."""
LIFECYCLE = "says.service_started"


@dataclass(frozen=True, slots=True)
class Ground:
    """What a line's words are held against."""

    usual: Usual
    hosts: frozenset[str]
    """What the service is called by."""
    served: bool
    """Whether the logs show how the failing request was answered: those of a client show its own calls alone."""

    def further(self, entry: Entry, hit: Hit) -> bool:
        """Whether a refused call is the service's own to another one, not the reporter's to the service."""
        text = entry.text.lower()
        return not any(f"//{host}" in text for host in self.hosts) and (self.served or "//" in hit.text)


def in_lines(scene: Scene) -> Collected:
    """What the failing request's own lines say, and a refusal that no pattern knows."""
    findings: list[Finding] = []
    ground = Ground(cache(partial(_usual, scene)), own_hosts(scene), scene.failing is not None)
    theirs = dict(provider.answers(scene))
    for entry in [e for e in scene.found.request if e not in theirs]:
        trust = scene.trust * (NEIGHBOUR_TRUST if _foreign(scene, entry) else 1)
        hits = _in_entry(entry, trust, ground)
        findings += hits
        if not hits and entry.level in {"warning", "error", "warn"} and REFUSAL.search(entry.message or entry.text):
            findings.append(_finding("log.unknown_refusal", "log", entry.message or entry.text, scene.trust, entry))
    findings += _beside(scene, ground, theirs.keys())
    # Whatever a provider says is wrong: it is the service that it refuses, as its client.
    trust = scene.trust * ALONE_TRUST
    findings += [_finding("says.client_auth_failed", "log", text, trust, entry) for entry, text in theirs.items()]
    return Collected(tuple(of_link(scene, f) for f in findings if f.id != LIFECYCLE))


def _beside(scene: Scene, ground: Ground, read: Collection[Entry]) -> list[Finding]:
    """Lines at the same moment that name no other request, and faults that strike everybody a while around."""
    own = {*scene.found.request, *read}
    named = frozenset() if scene.found.request else naming(scene)
    findings: list[Finding] = []
    for entry in scene.found.around:
        if (entry.status is not None and entry.path) or entry in own or not scene.near(entry, AROUND_S):
            continue
        within = BESIDE_S if scene.found.request else max(BESIDE_S, scene.report.at_precision_s or 0)
        beside = scene.near(entry, min(within, UNFOUND_S)) and not _foreign(scene, entry)
        beside = beside and (not named or entry in named)
        alone = beside and (_nothing_else(scene, entry) or entry in named)
        hits = _in_entry(entry, scene.trust * (ALONE_TRUST if alone else NEIGHBOUR_TRUST), ground)
        findings += [f for f in hits if beside or (f.id in SHARED_FAULTS and f.trust >= scene.trust * NEIGHBOUR_TRUST)]
    return findings


def _nothing_else(scene: Scene, entry: Entry) -> bool:
    """Whether of all requests only the failing one was answered at the moment of a line."""
    if scene.anchor is None or scene.anchor.time is None or not scene.near(entry, MOMENT_S):
        return False
    at_once = [
        e for e in scene.access if e.time and entry.time and abs((e.time - entry.time).total_seconds()) < MOMENT_S
    ]
    return all(_same(scene, e) for e in at_once)


def _same(scene: Scene, entry: Entry) -> bool:
    """Whether an access record is the failing request's, in whichever file."""
    mine = scene.anchor
    return mine is not None and mine.status == entry.status and _akin(mine.path or "", entry.path or "")


def _in_entry(entry: Entry, trust: float, ground: Ground) -> list[Finding]:
    """What a record says in known sentences, else in words that are no habit of lines of accepted requests.

    A signature that is refused beside a time that is too far off is refused for its time.
    """
    if outgoing(entry, ground.hosts):
        return []  # another service's words to this one
    known = _of_caller([hit for hit in match(entry.text, "log") if hit.finding != INNER or ground.further(entry, hit)])
    findings = [_of(hit, "log", trust, entry) for hit in known]
    timed = _plain(known) and {hit.finding for hit in known} <= {*SIGNATURES, LIFECYCLE}
    if _plain(known) and not timed:
        return findings
    composed = [m for m in _composed(entry) if m.finding not in ground.usual(entry.file)]
    if timed:
        late = [m for m in composed if m.finding == SKEWED]
        return [_put_together(m, "log", trust, entry) for m in late] or findings
    return findings + [_put_together(m, "log", trust, entry) for m in beyond(known, composed)]


def _of_caller(hits: Sequence[Hit]) -> Sequence[Hit]:
    """Without what is said of the service's own credential, where another service is told to have refused it."""
    inner = [hit for hit in hits if hit.finding == INNER and not hit.vague]
    return inner or hits


def _composed(entry: Entry) -> tuple[Meaning, ...]:
    told = [(k, v) for k, v in entry.fields if not ELSEWHERE.search(k)]
    prose = "" if entry.status is not None and entry.format == "access" else entry.message
    prose = prose.replace(f"?{entry.query}", "") if entry.query else prose  # an end in a link is no token's
    return lexicon.meanings(prose, told, on_the_wall(entry))


def _usual(scene: Scene, file: str) -> frozenset[str]:
    """What a file's lines of accepted requests say just as well."""
    fine = [e for e in scene.found.around if e.file == file and ok(e)][:USUAL]
    return frozenset(m.finding for e in fine for m in _composed(e))


def _plain(hits: Iterable[Hit]) -> bool:
    return any(not hit.vague and hit.finding != LIFECYCLE for hit in hits)


def _foreign(scene: Scene, entry: Entry) -> bool:
    """Whether the entry names another request, caller or path than the failing one."""
    mine = scene.anchor
    if mine is None:
        told = entry.ids or entry.client or entry.path or any(map(_composed, scene.found.request))
        return entry not in scene.found.request and bool(told)
    pairs = ((mine.client, entry.client), (mine.user, entry.user))
    other_caller = any(a and b and a != b and not LOOPBACK.match(a) and not LOOPBACK.match(b) for a, b in pairs)
    other_path = bool(mine.path and entry.path) and not _akin(mine.path or "", entry.path or "")
    other_id = entry.file == mine.file and bool(entry.ids and mine.ids) and not set(entry.ids) & set(mine.ids)
    return other_caller or other_path or other_id


def _akin(one: str, other: str) -> bool:
    """Whether one path is the other, or what a proxy leaves of it."""
    a, b = one.rstrip("/"), other.rstrip("/")
    return a.endswith(b) or b.endswith(a)


def in_report(report: Report) -> Collected:
    """What the pasted answers say, and what the reporter quotes: not the reporter's own words."""
    findings = [f for e in report.exchanges for f in in_exchange(e, "pasted", TRUST["pasted"])]
    quoted = [a or b for a, b in QUOTED.findall(report.text)]
    sentences = [part for line in report.text.splitlines() for part in re.split(r"(?<=[.!?])\s+", line)]
    written = [*(part for part in sentences if MACHINE.search(part)), *(m[1] for m in PRINTED.finditer(report.text))]
    for text in dict.fromkeys((*quoted, *written)):
        findings += _hits(text, "body", "pasted", TRUST["pasted"])
        findings += _hits(text, "challenge", "pasted", TRUST["pasted"])
        findings += _hits(text, "client", "pasted", TRUST["pasted"])
    return Collected(tuple(findings))


def in_probes(labelled: Iterable[tuple[str, Exchange]]) -> Collected:
    """What the endpoint says to a made-up credential now, where that is more than what it says to any."""
    findings: list[Finding] = []
    for label, exchange in labelled:
        if label == "made_up":
            said = in_exchange(exchange, "probe", TRUST["probe"])
            weak = BOILERPLATE if exchange.status == 401 and exchange.header(CHALLENGES[0]) else WEAK_ON_MADE_UP
            findings += [f for f in said if f.id not in weak]
    return Collected(tuple(findings))


def in_exchange(exchange: Exchange, source: Source, trust: float) -> list[Finding]:
    """What one answer says in its challenge, its other headers and its body."""
    known = _of_caller(match(exchange.body, "body"))
    findings = [_of(hit, source, trust) for hit in known]
    if not _plain(known):
        findings += [_put_together(m, source, trust) for m in beyond(known, lexicon.meanings(exchange.body))]
    for name, value in exchange.response_headers or ():
        if name.lower() in CHALLENGES:
            findings += _hits(f"{name}: {value}", "challenge", source, trust)
        else:
            known = match(f"{name}: {value}", "body")
            findings += [_of(hit, source, trust) for hit in _of_caller(known)]
            for meaning in () if _plain(known) else headers.told(name, value):
                sure = trust / COMPOSED if headers.of_everybody(meaning) else trust
                findings.append(_put_together(meaning, source, sure))
    return findings


def _hits(text: str, where: str, source: Source, trust: float) -> list[Finding]:
    return [_of(hit, source, trust) for hit in _of_caller(match(text, where) if text else ())]


def _of(hit: Hit, source: Source, trust: float, entry: Entry | None = None) -> Finding:
    return _finding(hit.finding, source, hit.text, trust * (VAGUE if hit.vague else 1), entry)


def _put_together(meaning: Meaning, source: Source, trust: float, entry: Entry | None = None) -> Finding:
    text = f"{kinds()[meaning.finding].text} (so I read “{meaning.words}”)"
    found = _finding(meaning.finding, source, text, trust * COMPOSED * (VAGUE if meaning.weak else 1), entry)
    return replace(found, composed=True)


def _finding(name: str, source: Source, text: str, trust: float, entry: Entry | None) -> Finding:
    return Finding(id=name, source=source, text=text[:300], trust=trust, at=entry.time if entry else None)
