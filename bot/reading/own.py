"""The failing request's own record: how far it came, and what it brought."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from bot.model import Collected, Entry, Finding
from bot.reading import credential, instances
from bot.reading.challenge_response import logged_for_others, plain_login
from bot.reading.kinds import SIGN_IN
from bot.reading.scene import ABSENT, Scene, agent, first, network, ok, same_path, session
from bot.reading.tie import naming
from bot.reading.vantage import tells
from bot.reading.verdict import Verdict, collected
from knowledge.lexicon import meanings
from knowledge.messages import match

KEY_PARAMETERS = re.compile(r"(?i)(?:^|&)(api[_-]?key|apikey|key|access_token|token|auth)=")
PLACEHOLDER = re.compile(
    r"(?i)\b(your|my|insert|replace|add)[-_ ]?(your[-_ ]?)?(api[-_ ]?)?(key|token|secret)"
    r"|x{6,}|<[a-z_ -]+>|change.?me|EXAMPLE\b"
)
AUTHORIZATION = re.compile(
    r"(?i)(^|[._])(authorization|auth[nz]?(?:_?header|_present)?|has_(?:auth[nz]?|authorization|token|credentials?)"
    r"|credentials?|creds|x-api-key|api_?key)$"
)
COOKIE = re.compile(r"(?i)(^|[._])(cookies?|crumbs?|sid|session_cookie)$")
CERTIFICATE = ("verify", "ssl_client_verify", "tls.client_verify", "client_verify", "ssl_verify")
CSRF = ("csrf_in", "csrf", "x-csrf-token", "csrf_token", "xsrf")
CROSS_ORIGIN = re.compile(
    r"(?i)\bCORS\b|preflight|cross[- ]origin|failed to fetch|network ?error\b|ERR_NETWORK|Access-Control-"
    r"|\b0 unknown error|\bstatus(?: code)?:? \(?0\b|XMLHttpRequest"
)
HEADERS = re.compile(r"(?i)(?<!p_)(?<!res\.)(?<!response\.)headers?\.")


def read(scene: Scene) -> Collected:
    """What the failing request's record shows, held against its peers."""
    mine = scene.failing
    return (
        collected(scene, {name: partial(_of, check, mine) for name, check in CHECKS.items()})
        if mine
        else _nothing(scene)
    )


def _of(check: Callable[[Scene, Entry], Verdict], mine: Entry, scene: Scene) -> Verdict:
    return check(scene, mine)


def _nothing(scene: Scene) -> Collected:
    if not scene.found.files or scene.found.how != "none":
        return Collected()
    if any(same_path(e.path, scene.report.path) for e in scene.access) or naming(scene):
        return Collected()
    text = "No log line fits the request, though the logs cover its time"
    finding = Finding(id="log.no_line", source="log", text=text, trust=scene.trust, at=None)
    return Collected((finding,) if scene.access else (), frozenset({"log.no_line"}))


def _upstream(scene: Scene, mine: Entry) -> Verdict:
    records = [e for e in scene.found.request if e.upstream is not None]
    if not records or proxy_authenticates(scene):
        return None
    skipped = any(e.upstream == "-" for e in records)
    return f"{records[0].format}: the proxy answered {mine.status} itself, no upstream was asked" if skipped else ""


def proxy_authenticates(scene: Scene) -> bool:
    """Whether the proxy checks credentials itself: others elsewhere are refused too, and never by the application."""
    refused = [e for e in scene.peers if e.status == 401 and e.upstream is not None]
    return len({network(e) or e.client for e in refused}) > 1 and all(e.upstream == "-" for e in refused)


def _app_silent(scene: Scene, mine: Entry) -> Verdict:
    ids = set(mine.ids)
    if not ids:
        return None
    theirs = {e.file for e in scene.found.request}
    by_file = instances.logged(scene)
    silent = [file for file in by_file if file not in theirs and not instances.beside(by_file, file, theirs)]
    return f"{silent[0].rpartition('/')[2]} has lines for other requests and none for this one" if silent else ""


def _status(wanted: int) -> Callable[[Scene, Entry], Verdict]:
    def check(scene: Scene, mine: Entry) -> Verdict:
        if mine.status == wanted:
            return f"The log shows {wanted} for {' '.join(filter(None, (mine.method, mine.path)))}"
        return f"A line of the request speaks of {wanted}" if tells(scene.found.request, wanted) else ""

    return check


def _field_presence(scene: Scene, pattern: re.Pattern[str]) -> bool | None:
    """Whether the request brought a header of this kind; None when the log does not tell such things."""
    records = scene.found.request
    if any(pattern.search(k) for e in records for k, _ in e.fields):
        return any(_brings(e, pattern) for e in records)
    lists_headers = any(HEADERS.search(k) for e in records for k, _ in e.fields)
    others_have = any(pattern.search(k) for e in scene.peers for k, _ in e.fields)
    return False if lists_headers and others_have else None


def _brings(entry: Entry, pattern: re.Pattern[str]) -> bool:
    """Whether one line shows a header of this kind with something in it."""
    # A logger that hides a header's value still lists its name.
    return any(pattern.search(k) and (v.lower() not in ABSENT or HEADERS.search(k)) for k, v in entry.fields)


def _credentials(present: bool) -> Callable[[Scene, Entry], Verdict]:
    def check(scene: Scene, mine: Entry) -> Verdict:
        if _lost(scene, mine):
            return None
        seen = _field_presence(scene, AUTHORIZATION)
        if seen is None and mine.status == 401 and (mine.user or _tries_named(scene, mine)):
            seen = bool(mine.user)
        if seen is None or (not seen and plain_login(scene.report) and logged_for_others(scene)):
            return None  # such a log tells Basic, which is not offered there, like nothing
        text = "carried credentials" if seen else "carried no credentials"
        return f"The log shows that {mine.method} {mine.path} {text}" if seen == present else ""

    return check


def _tries_named(scene: Scene, mine: Entry) -> bool:
    """Whether the server names the user of every request with credentials, of refused ones too.

    Who was let in by name on this very route and has no name now may have a session that ended.
    """
    here = [e for e in scene.peers if e.file == mine.file and e.user]
    had = any(ok(e) and e.client == mine.client and same_path(e.path, mine.path) for e in here)
    return not had and any(e.status == 401 for e in here) and any(map(ok, here))


def _lost(scene: Scene, mine: Entry) -> Verdict:
    """Whether one tier logged credentials and another, in a file of its own, says that none arrived."""
    fronts = {e.file for e in scene.found.request if _brings(e, AUTHORIZATION)}
    if not fronts:
        return None
    behind = [e for e in scene.found.request if e.file not in fronts and _says_none(e.text)]
    answered = [e for e in scene.report.exchanges if e.status == 401 and _says_none(e.body)]
    return "One tier logged the credentials, and the one behind it says that none arrived" if behind or answered else ""


def _says_none(text: str) -> bool:
    said = [hit.finding for hit in match(text, "log")] or [m.finding for m in meanings(text)]
    return "says.no_credentials" in said


def _recognised(scene: Scene, mine: Entry) -> Verdict:
    named = next((e for e in scene.found.request if e.user and e.status in {401, 403}), None)
    if named is None:
        return credential.named(scene)
    if mine.method == "POST" and SIGN_IN.search(mine.path or ""):
        return None  # what a sign-in names is who it tries to be
    if named.status == 401 and not (named.format == "json" or _only_known_users(scene)):
        return None
    return f"The log names the user for this request, which was answered {named.status}"


def _only_known_users(scene: Scene) -> bool:
    """Whether refused requests carry a user only after a sign-in: some servers log whatever name was tried."""
    refused = [e for e in scene.peers if e.status == 401]
    named = [e for e in refused if e.user]
    return (
        bool(named)
        and len(named) < len(refused) / 2
        and all(any(ok(o) and o.user == e.user for o in scene.peers) for e in named)
    )


def _cache(scene: Scene, mine: Entry) -> Verdict:
    states = [e.cache for e in scene.found.request if e.cache and e.cache != "-"]
    hit = any("HIT" in s.upper() or s.upper() == "STALE" for s in states)
    return None if not states else f"The proxy answered {mine.status} from its cache ({states[0]})" if hit else ""


def _key_in_query(scene: Scene, mine: Entry) -> Verdict:
    parameter = KEY_PARAMETERS.search(mine.query)
    return f"The logged request has the key in the query parameter {parameter.group(1)}" if parameter else ""


def _captures(entry: Entry) -> list[str]:
    return (entry.get("captures") or "").split("|") if entry.get("captures") is not None else []


def _key_header_empty(scene: Scene, mine: Entry) -> Verdict:
    captured = _captures(mine)
    if not captured:
        return None
    let_in = [_captures(e) for e in scene.peers if ok(e) and same_path(e.path, mine.path)]
    used = [i for i, value in enumerate(captured) if not value and any(_at(values, i) for values in let_in)]
    if used and any(not _at(values, used[0]) for values in let_in):
        return ""  # others come without it too
    return "The captured key header is empty; requests that are let in have it" if used else ""


def _at(values: list[str], index: int) -> str:
    return values[index] if index < len(values) else ""


def _placeholder(scene: Scene, mine: Entry) -> Verdict:
    texts = [*_captures(mine), mine.query, *(v for k, v in mine.fields if AUTHORIZATION.search(k))]
    return "The logged key is a placeholder from an example" if any(PLACEHOLDER.search(t) for t in texts) else ""


def _cookie_absent(scene: Scene, mine: Entry) -> Verdict:
    seen = _field_presence(scene, COOKIE)
    if seen is False and _needs_no_cookie(scene):
        return None
    return None if seen is None else "" if seen else f"The log shows no cookie with {mine.method} {mine.path}"


def _needs_no_cookie(scene: Scene) -> bool:
    """Whether others are let in on the path without a cookie."""
    return any(ok(e) and not _brings(e, COOKIE) for e in scene.on_path)


def _cookie_elsewhere(scene: Scene, mine: Entry) -> Verdict:
    if _field_presence(scene, COOKIE) is not False or _needs_no_cookie(scene):
        return None
    for entry in scene.peers:
        has = [v for k, v in entry.fields if COOKIE.search(k) and v.lower() not in ABSENT]
        if has and entry.client == mine.client and not same_path(entry.path, mine.path):
            return f"The same client's cookie arrives on {entry.path}"
    return ""


def _certificate(scene: Scene, mine: Entry) -> Verdict:
    states = {name: mine.get(name) for name in CERTIFICATE if mine.get(name) is not None}
    if not states:
        return None
    missing = any(str(v).upper() in {"NONE", "-", "FAILED"} for v in states.values())
    others = any((first(e, CERTIFICATE) or "").upper() == "SUCCESS" and ok(e) for e in scene.peers)
    return "No client certificate was presented; callers that are let in present one" if missing and others else ""


def _csrf(scene: Scene, mine: Entry) -> Verdict:
    values = [v for k, v in mine.fields if k in CSRF]
    required = any(k.startswith("csrf") and v.lower() == "required" for k, v in mine.fields)
    if not values and not required:
        return None
    others = any(ok(e) and e.method == mine.method and first(e, CSRF) for e in scene.peers)
    return (
        "The request's anti-forgery token is missing or not accepted"
        if required or (not first(mine, CSRF) and others)
        else ""
    )


def _session_lost(scene: Scene, mine: Entry) -> Verdict:
    key = session(mine)
    if key is None:
        return None
    had = next((e for e in scene.peers if session(e) == key and e.user and scene.before(e)), None)
    return (
        f"The same session belonged to a user at {had.time:%H:%M:%S} and to nobody now" if had and not mine.user else ""
    )


def _preflight_only(scene: Scene, mine: Entry) -> Verdict:
    if mine.method != "OPTIONS" and not (scene.report.origin or CROSS_ORIGIN.search(scene.report.text)):
        return None
    asked = [mine] if mine.method == "OPTIONS" else [e for e in scene.on_path if e.method == "OPTIONS"]
    for preflight in asked:
        after = [e for e in scene.on_path if e.method != "OPTIONS" and _soon(preflight, e)]
        if preflight.status in {401, 403} and not any(_same_browser(e, preflight) for e in after):
            return f"OPTIONS {preflight.path} was answered {preflight.status} and the real request did not follow"
    return "" if asked else None


def _same_browser(one: Entry, other: Entry) -> bool:
    """By the program; where a log does not name it by the address, which behind a proxy is everybody's."""
    agents = agent(one), agent(other)
    return agents[0] == agents[1] if any(agents) else one.client == other.client


def _soon(one: Entry, other: Entry) -> bool:
    return bool(one.time and other.time and timedelta() <= other.time - one.time <= timedelta(seconds=10))


CHECKS: dict[str, Callable[[Scene, Entry], Verdict]] = {
    "log.upstream_not_reached": _upstream,
    "log.app_has_no_line": _app_silent,
    "log.status_401": _status(401),
    "log.status_403": _status(403),
    "log.status_404": _status(404),
    "log.status_407": _status(407),
    "log.credentials_lost": _lost,
    "log.credentials_arrived": _credentials(True),
    "log.credentials_absent": _credentials(False),
    "log.user_recognised": _recognised,
    "log.cache_hit": _cache,
    "log.key_in_query": _key_in_query,
    "log.key_header_empty": _key_header_empty,
    "log.placeholder_key": _placeholder,
    "log.cookie_absent": _cookie_absent,
    "log.cookie_elsewhere": _cookie_elsewhere,
    "log.certificate_absent": _certificate,
    "log.csrf_absent": _csrf,
    "log.session_lost": _session_lost,
    "log.preflight_only": _preflight_only,
}
