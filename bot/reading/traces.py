"""What a request did on its way, and its caller before: calls further on, renewals, sign-outs, other headers."""

from __future__ import annotations

import re
from collections import Counter

from bot.logs.lookup import order
from bot.model import Entry
from bot.reading import provider
from bot.reading.hints import words
from bot.reading.kinds import NAMED
from bot.reading.scene import ABSENT, Scene, agent, ok, same_path
from bot.reading.vantage import tells
from bot.reading.verdict import Check, Verdict
from knowledge.lexicon import ends
from knowledge.plain import plain

URL = r"(?<!\w)https?://(?P<host>[\w.-]{1,253}+)(?::\d{1,5})?[^\s\"'<>,;]{0,400}"
ANSWERED = r"(?:answered|returned|responded|replied|said|gave|failed|got|status|code|with|HTTP/[\d.]+|[^\w\n]){0,8}?"
OUTGOING = (
    re.compile(rf"(?i)\b(?:GET|POST|PUT|PATCH|DELETE|HEAD) \"?{URL}\"?{ANSWERED}(?<![\w.:/-])40[13](?![\w.%/-])"),
    re.compile(
        rf"(?i){URL}\"?\s*(?:->|=>|answered|returned|responded|replied|gave|failed){ANSWERED}(?<![\w.:/-])40[13]\b"
    ),
    re.compile(
        rf"(?i)(?<![\w.:/-])40[13]\b[^\n]{{0,50}}?\b(?:for url:?|request for|calling|from (?:GET|POST|PUT)) \"?{URL}"
    ),
    re.compile(
        r"(?i)(?<![\w./@-])(?P<host>(?:[a-z][\w-]{0,60}\.){1,5}[a-z]{2,12})(?::\d{1,5})?"
        r"(?:/[^\s\"'<>,;]{0,200})? (?:itself )?"
        r"(?:->|=>|(?:said|says|answered|answers|returned|returns|replied|responded|gave|sent)\b)"
        r"[^\n\d]{0,30}?(?<![\w.:/-])40[13](?![\w.%/-]| ?ms\b)"
    ),
)
"""A call to an address and its refusal in one line, as people's and libraries' clients log it."""
RENEWAL = re.compile(r"(?i)refresh|renew|(?:oauth2?|openid-connect|connect)/token/?$")
RENEWING = (
    r"(?:grant_type=refresh|refresh[-_]?(?:access[-_]?)?tokens?\b"
    r"|(?:tokens?|auth\w*|oauth2?|jwt|sessions?|login|sign-?in)/(?:[\w-]+/)?(?:refresh|renew)|(?:refresh|renew)/(?:token|session))"
)
ITSELF = re.compile(rf"(?i){RENEWING}")
"""An address and query that renew a sign-in, whatever the method: a program may refresh much else."""
REFUSED = re.compile(rf"(?i)https?://[^\s\"']{{1,200}}?{RENEWING}[\"']?[^\n/]{{0,20}}?(?<![\w.:])40[013](?!\w)")
"""How a program tells that its renewal was refused: the address with the answer behind it."""
RENEWS = re.compile(rf"(?i){RENEWING}|(?:oauth2?|openid-connect|connect)/token/?$")
SIGN_OUT = re.compile(r"(?i)log[-_]?out|sign[-_]?out|revoke|/sessions?/(?:all|end|kill)")
KEPT = re.compile(
    r"(?i)/(?:(?:authori[sz]ed|connected|linked|oauth)[-_]?(?:app(?:lication)?|client|device)s?"
    r"|(?:api|access|personal|app)?[-_]?(?:access[-_]?)?(?:key|token|password)s|grants?|consents?|credentials)(?=/|$)"
)
"""A path of what an account has given out."""
TAKING = re.compile(r"(?i)/(?:revoke|regenerate|rotate|roll|reset|delete|destroy|remove|disconnect|invalidate)(?=/|$)")
CREDENTIAL_HEADER = re.compile(
    r"(?i)headers?\.(authorization|cookie|x-[\w-]{0,40}(?:key|token|auth)[\w-]{0,40}|[\w-]{0,40}api-?key|[\w-]{0,40}token)$"
)
NAME = re.compile(r"(?i)(^|[._])(name|caller|client|user|account|owner|subject|sub|tenant|app|key_name|for)$")
"""Fields that say whom a line is about."""
LONGEST = 4_000
"""Characters of a record in which a call to another service is looked for."""


def outgoing(entry: Entry, own_hosts: frozenset[str]) -> str | None:
    """The host that refused a call which this record tells of, where it is another than the service's own."""
    text = entry.text[:LONGEST]
    told = entry.format != "access" and ("401" in text or "403" in text)
    found = (p.search(text) for p in OUTGOING) if told else ()
    hosts = (m["host"].lower() for m in found if m)
    return next((host for host in hosts if host not in own_hosts), None)


def own_hosts(scene: Scene) -> frozenset[str]:
    """What the service is called by, in small letters."""
    asked = {e.host.partition(":")[0] for e in scene.access if e.host and e.format == "access"}
    return frozenset(host.lower() for host in {scene.report.host, *asked} if host)


def _upstream_refused(scene: Scene) -> Verdict:
    if any(provider.answers(scene)):
        return ""  # what refused is the service's own provider, whose words are read
    ours = own_hosts(scene)
    host = next((h for e in scene.found.request if (h := outgoing(e, ours))), None)
    return f"The service called {host} for this request, and {host} refused the service" if host else ""


def _of_caller(scene: Scene, entry: Entry) -> bool:
    mine = scene.failing
    same_place = mine is not None and bool(mine.client) and entry.client == mine.client and agent(entry) == agent(mine)
    return scene.same_caller(entry) or same_place or entry.file == scene.own_log


def _renewal_refused(scene: Scene) -> Verdict:
    """The caller's attempts to renew: the last one before or right after the failing request was refused."""
    tries = [
        e
        for e in scene.peers
        if e.method == "POST" and _renews(e, scene.own_log) and _of_caller(scene, e) and scene.near(e, 900)
    ]
    path = scene.path or ""
    if call := _renewing(scene):
        named = " ".join(filter(None, (call.method, call.path)))
        return f"What is refused is itself the renewal{f' ({named})' if named else ''}"
    if not tries or (RENEWAL.search(path) and not re.search(r"(?i)refresh|renew", path)):
        return None  # what is refused is a sign-in at the token endpoint
    last = max(tries, key=lambda e: e.time or scene.at)
    return (
        f"The same caller's renewal ({last.path}) was answered {last.status}" if last.status in {400, 401, 403} else ""
    )


def _renews(entry: Entry, own_log: str | None) -> bool:
    """A service has little else to refresh by POST; a program calls many, and each has its own."""
    return (RENEWS if entry.file == own_log else RENEWAL).search(entry.path or "") is not None


def _renewing(scene: Scene) -> Entry | None:
    """The refused request's own line where it is a renewal."""
    refused = scene.failing is not None and scene.failing.status in {400, 401, 403}
    if not refused and not tells(scene.found.request, 401):
        return None
    asked = (e for e in scene.found.request if e.path and ITSELF.search(f"{e.path}?{e.query}"))
    return next(asked, None) or next((e for e in scene.found.request if REFUSED.search(e.text)), None)


def _signed_out(scene: Scene) -> Verdict:
    """The caller's last sign-out before, unless they signed in again since."""
    mine = scene.failing
    if mine is None:
        return None
    user = mine.user or known_as(scene) or next(iter(scene.report.users), None)
    named = re.compile(rf"(?i)(?<![\w-]){re.escape(user)}(?![\w-])") if user else None
    for entry in reversed(scene.peers):
        his = _of_caller(scene, entry) or bool(named and named.search(f"{entry.user} {entry.text}"))
        if not his or not scene.before(entry) or not ok(entry) or not scene.near(entry, 3600):
            continue
        if SIGN_OUT.search(entry.path or ""):
            return f"The same caller was signed out at {entry.time:%H:%M:%S} ({entry.path})"
        if entry.method == "POST" and NAMED.search(entry.path or ""):
            return ""
    return ""


def known_as(scene: Scene) -> str | None:
    """The user as whom alone the failing request's address and client were let in before: a refusal names nobody."""
    mine = scene.failing
    if mine is None or mine.user or not mine.client:
        return None
    before = [e for e in scene.peers if scene.before(e) and ok(e) and e.user]
    users = {e.user for e in before if e.client == mine.client and agent(e) == agent(mine)}
    return users.pop() if len(users) == 1 else None


def _credential_ended(scene: Scene) -> Verdict:
    """Whether a line before says that the credential of the caller that is named was deleted, revoked or locked."""
    if scene.failing is None and not scene.found.request:
        return None
    if taken := _taken_away(scene):
        return taken
    users = (scene.failing.user if scene.failing else None, known_as(scene), *scene.report.users)
    known = words(scene.report) | {plain(user) for user in users if user}
    for entry in reversed(scene.found.around):
        if entry.status is not None or not scene.before(entry):
            continue
        named = {plain(v) for k, v in entry.fields if NAME.search(k)} | ({plain(entry.user)} if entry.user else set())
        if named & known and (said := ends(entry.message, entry.fields)):
            return f"{entry.time:%H:%M:%S}: {said}"
    return ""


def _taken_away(scene: Scene) -> str:
    """Whether the caller, who was let in, took an app, key or token off the account before the refusal."""
    mine = scene.failing
    if mine is None:
        return ""
    let_in_before = (e for e in (*scene.found.beyond, *scene.peers) if scene.before(e) and ok(e))
    his = sorted((e for e in let_in_before if _at_his_place(mine, e)), key=order)
    let_in = next((n for n, e in enumerate(his) if same_path(e.path, mine.path)), len(his))
    gone = next((e for e in reversed(his[let_in:]) if _takes_away(e)), None)
    return f"{gone.time:%H:%M:%S}: the same caller, let in before, sent {gone.method} {gone.path}" if gone else ""


def _at_his_place(mine: Entry, entry: Entry) -> bool:
    """Whether an entry is of the same user or address, with whatever client."""
    if mine.user and entry.user:
        return mine.user.lower() == entry.user.lower()
    return bool(mine.client) and mine.client == entry.client


def _takes_away(entry: Entry) -> bool:
    ends = entry.method == "DELETE" or (entry.method == "POST" and TAKING.search(entry.path or "") is not None)
    return ends and KEPT.search(entry.path or "") is not None


def _headers(entry: Entry) -> frozenset[str]:
    """The headers a record shows that could carry a credential."""
    named = ((m[1].lower(), v) for k, v in entry.fields if (m := CREDENTIAL_HEADER.search(k)))
    return frozenset(name for name, value in named if value.lower() not in ABSENT)


def _other_header(scene: Scene) -> Verdict:
    """Whether requests with this header are refused, and those with another are let in."""
    mine = scene.failing
    brought = _headers(mine) if mine else frozenset()
    if not brought:
        return None
    let_in = [headers for e in scene.peers if ok(e) and (headers := _headers(e))]
    if len(let_in) < 2 or any(headers & brought for headers in let_in):
        return ""
    (usual, _), *_ = Counter(name for headers in let_in for name in headers).most_common(1)
    return f"The request brings {', '.join(sorted(brought))}; those that are let in bring {usual}"


CHECKS: dict[str, Check] = {
    "log.upstream_refused": _upstream_refused,
    "log.renewal_refused": _renewal_refused,
    "log.signed_out_before": _signed_out,
    "log.credential_ended": _credential_ended,
    "log.other_header_accepted": _other_header,
}
