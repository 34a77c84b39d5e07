"""Who else is refused, since when, and what tells those from the others: the neighbourhood of a failing request."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from itertools import pairwise

from bot.model import Collected, Entry, Finding
from bot.reading.own import proxy_authenticates
from bot.reading.scene import Scene, agent, ok, same_path, session
from knowledge.messages import match

Verdict = str | None
"""The sentence of a finding; '' when it is absent; None when the logs cannot tell."""

STAGING = re.compile(r"(?i)(^|[-_./])(stg|staging|stage|test|dev|qa|uat|sandbox|preprod)([-_./]|$)")
TOKEN_TIME = re.compile(
    r"(?i)\b(?:iat|nbf|issued(?: at)?|not before)\b\W{1,4}(\d{10}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)"
)
NEAR_S = 300.0
SIGN_IN = re.compile(r"(?i)log[-_]?in|sign[-_]?in|token|oauth|session|auth(/|$)")
VERSION = re.compile(r"(?i)^(v\d+(\.\d+)*|\d+(\.\d+)+|api|beta|latest|legacy)$")
NAMES_USERS = re.compile(r"^\S+ (\S+ )?- (- )?\[")
"""Common log format: it has a column for the user, and where that is empty nobody signed in."""


def read(scene: Scene) -> Collected:
    """What the requests around the failing one tell of it."""
    findings: list[Finding] = []
    looked_for: set[str] = set()
    for name, check in CHECKS.items():
        verdict = check(scene) if scene.access or name in WITHOUT_ACCESS else None
        if verdict is not None:
            looked_for.add(name)
            if verdict:
                findings.append(Finding(id=name, source="log", text=verdict, trust=scene.trust, at=scene.at))
    return Collected(tuple(findings), frozenset(looked_for))


def _only_success(scene: Scene) -> Verdict:
    if scene.found.request or not scene.report.path:
        return None
    here = [e for e in scene.access if same_path(e.path, scene.report.path)]
    if not here:
        return None
    return f"All {len(here)} logged requests to {scene.report.path} succeeded" if all(map(ok, here)) else ""


def _mine(scene: Scene) -> list[Entry]:
    return [e for e in scene.peers if scene.same_caller(e)]


def _known(scene: Scene) -> bool:
    return scene.failing is not None and bool(scene.names(scene.failing))


def _ok_before(scene: Scene) -> Verdict:
    if not _known(scene):
        return None
    good = [e for e in _mine(scene) if ok(e) and scene.before(e) and scene.guarded(e.path)]
    return f"The same caller was let in at {good[-1].time:%H:%M:%S} ({good[-1].path})" if good else ""


def _never_ok(scene: Scene) -> Verdict:
    if not _known(scene):
        return None
    mine = [e for e in _mine(scene) if scene.guarded(e.path)]
    return f"The same caller was refused {len(mine)} times and never let in" if mine and not any(map(ok, mine)) else ""


def _ok_elsewhere(scene: Scene) -> Verdict:
    if scene.failing is None or not (scene.failing.user or session(scene.failing)):
        return None
    mine = [e for e in _mine(scene) if scene.guarded(e.path) and not same_path(e.path, scene.path)]
    mine = [e for e in mine if not (e.client and scene.failing.client) or e.client == scene.failing.client]
    after = next((e for e in mine if ok(e) and not scene.before(e) and scene.near(e, NEAR_S)), None)
    return f"The same caller is let in on {after.path} at {after.time:%H:%M:%S}" if after else ""


def _others_ok(scene: Scene) -> Verdict:
    if scene.failing is None or len(scene.on_path) < 2:
        return None
    others = [e for e in scene.on_path if scene.near(e, NEAR_S) and not scene.same_caller(e)]
    after = [e for e in others if not scene.before(e)]
    if _alternates(scene):
        return None
    if len(after) >= 3 and not any(map(ok, after)):
        return ""
    return f"Other callers are let in on {scene.path} at that time" if any(map(ok, others)) else ""


def _everyone_refused(scene: Scene) -> Verdict:
    if scene.failing is None:
        return None
    verdict = _refused_since(scene, scene.on_path)
    if not verdict:
        area = [
            e
            for e in scene.peers
            if _same_area(e.path, scene.path) and scene.guarded(e.path) and not SIGN_IN.search(e.path or "")
        ]
        verdict = verdict or _refused_since(scene, area)
    return verdict


def _refused_since(scene: Scene, entries: Sequence[Entry]) -> Verdict:
    """Whether nobody of these is let in any more, from before the failing request to the end of what was read."""
    entries = [e for e in entries if e.method != "OPTIONS" and e.time]
    good = [e for e in entries if ok(e)]
    bad = [e for e in entries if e.status == 401]
    if not good or len(bad) < 3:
        return None
    last = max(e.time for e in good if e.time)
    since = [e for e in bad if e.time and e.time > last]
    known = frozenset[str]().union(*(scene.names(e) for e in good))
    callers = {scene.names(e) for e in since if scene.names(e) & known}
    if last >= scene.at or len(since) < 3 or len(callers) < 2:
        return ""
    return f"Since {last:%H:%M:%S} every request is refused, those of {len(callers)} callers too who were let in before"


def _same_area(one: str | None, other: str | None) -> bool:
    """Whether two paths share their first segment, or are both short."""
    first = [(p or "").strip("/").split("/")[0] for p in (one, other)]
    return first[0] == first[1]


def _alternates(scene: Scene) -> Verdict:
    if scene.failing is None:
        return None
    size = scene.failing.get("size")
    runs: dict[tuple[object, str], list[bool]] = defaultdict(list)
    for entry in scene.peers:
        same_refusal = entry.status == 401 and (size is None or entry.get("size") == size)
        if scene.guarded(entry.path) and (ok(entry) or same_refusal):
            runs[_known_by(scene, entry), entry.path or ""].append(ok(entry))
    flapping = [run for run in runs.values() if sum(a != b for a, b in pairwise(run)) >= 3]
    return f"{len(flapping)} callers are refused and let in by turns" if len(flapping) >= 3 else ""


def _known_by(scene: Scene, entry: Entry) -> object:
    """The caller, or where refusals hide callers the client's full name."""
    return scene.names(entry) if scene.names(scene.failing or entry) else entry.user_agent


def _restart(scene: Scene) -> Verdict:
    starts = [e for e in scene.found.around if scene.before(e) and _starts(e)]
    if not starts:
        return None if not scene.found.around else ""
    latest = starts[-1]
    running = [e for e in scene.found.around if e.time and latest.time and e.time < latest.time - timedelta(seconds=2)]
    if len(running) < 3 or not any(e.status is not None for e in running):
        return ""
    return f"The service was started at {latest.time:%H:%M:%S}, shortly before ({latest.file.rpartition('/')[2]})"


def _starts(entry: Entry) -> bool:
    return entry.status is None and any(h.finding == "says.service_started" for h in match(entry.text, "log"))


def _new_process(scene: Scene) -> Verdict:
    """A restart that only shows in the process ids."""
    lines = [
        e
        for e in scene.found.around
        if e.pid and e.time and e.file == (scene.failing.file if scene.failing else e.file)
    ]
    before = {e.pid for e in lines if scene.before(e)}
    mine = scene.failing.pid if scene.failing else None
    if not mine or len(before) < 2:
        return None
    first_seen = min(e.time for e in lines if e.pid == mine and e.time)
    older = [e for e in lines if e.pid != mine and e.time and e.time < first_seen]
    later_older = [e for e in lines if e.pid != mine and e.time and e.time > first_seen]
    return f"A new process ({mine}) has served since {first_seen:%H:%M:%S}" if older and not later_older else ""


def _restarted(scene: Scene) -> Verdict:
    return _restart(scene) or _new_process(scene) or ("" if scene.found.around else None)


def _process_dependent(scene: Scene) -> Verdict:
    if scene.failing is None or not scene.failing.pid:
        return None
    pids = {e.pid for e in scene.on_path if e.pid}
    mixed = [e for e in scene.on_path if scene.near(e, NEAR_S)]
    if len(pids) < 2 or not any(map(ok, mixed)):
        return ""
    return f"{len(pids)} processes answer {scene.path}, some refuse what others accept" if _alternates(scene) else ""


def _agent_refused(scene: Scene) -> Verdict:
    mine = scene.failing
    if mine is None or mine.upstream != "-":
        return None
    same = [e for e in scene.peers if agent(e) == agent(mine)]
    others = [e for e in scene.on_path if agent(e) != agent(mine)]
    if proxy_authenticates(scene):
        return None
    stopped = all(e.upstream == "-" and not ok(e) for e in same)
    reached = len([e for e in others if e.upstream not in {"-", None}])
    if not (stopped and same and reached >= 2 and mine.user_agent):
        return ""
    return f"All {len(same)} requests of {agent(mine)} are refused before the application; {reached} of others reach it"


def _address_refused(scene: Scene) -> Verdict:
    mine = scene.failing
    if mine is None or not mine.client:
        return None
    same = [e for e in scene.peers if e.client == mine.client]
    others = [e for e in scene.peers if e.client != mine.client and e.host == mine.host]
    passed = [e for e in others if ok(e) and not e.user]
    if not (NAMES_USERS.match(mine.text) or any(e.user for e in scene.peers)):
        return None
    if any(map(ok, same)) or mine.user or len(passed) < 3 or len(passed) < 0.6 * len(others):
        return ""
    if any(e.status == 401 and e.client in {p.client for p in passed} for e in others):
        return ""
    count = len({e.client for e in passed})
    return f"Every request from {mine.client} is refused; {count} other addresses are let in without a sign-in"


def _redirected(scene: Scene) -> Verdict:
    mine = scene.failing
    if mine is None or not mine.time:
        return None
    for entry in scene.access:
        redirect = (
            entry.status in {301, 302, 303, 307, 308} and agent(entry) == agent(mine) and entry.client == mine.client
        )
        if redirect and entry.time and timedelta() <= mine.time - entry.time <= timedelta(seconds=2) and not mine.user:
            return f"The same client was redirected from {entry.path} with {entry.status} right before"
    return ""


def _other_path(scene: Scene) -> Verdict:
    mine = scene.failing
    if mine is None or any(ok(e) for e in scene.on_path):
        return None if mine is None else ""
    for entry in scene.peers:
        if ok(entry) and entry.method == mine.method and _version_apart(entry.path, mine.path):
            return f"Others make this call on {entry.path} with success; nobody on {mine.path}"
    return ""


def _version_apart(one: str | None, other: str | None) -> bool:
    """Whether two paths differ by a prefix, by a version (`/v1/`, `/v2/`), or by one letter or so."""
    a, b = [(p or "").strip("/").split("/") for p in (one, other)]
    if len(a) != len(b):
        longer, shorter = (a, b) if len(a) > len(b) else (b, a)
        return len(longer) - len(shorter) == 1 and longer[1:] == shorter and len(shorter[-1]) > 3
    apart = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    if len(apart) != 1 or len(a) < 2:
        return False
    x, y = apart[0]
    return bool(VERSION.match(x) and VERSION.match(y)) or (min(len(x), len(y)) > 3 and _alike(x, y))


def _alike(one: str, other: str) -> bool:
    no_digits = not re.search(r"\d", one + other)
    return no_digits and SequenceMatcher(None, one, other).ratio() > 0.85


def _other_host(scene: Scene) -> Verdict:
    if not scene.host:
        return None
    there = [e for e in scene.peers if same_path(e.path, scene.path) and e.host and e.host != scene.host and ok(e)]
    here = [e for e in scene.on_path if ok(e)]
    return f"{scene.path} succeeds at {there[0].host}, never at {scene.host}" if there and not here else ""


def _refreshed(scene: Scene) -> Verdict:
    if not scene.path or not re.search(r"(?i)refresh|oauth.*token", scene.path):
        return None
    mine = scene.failing
    good = [e for e in scene.on_path if ok(e) and scene.before(e) and (mine is None or agent(e) == agent(mine))]
    return f"A refresh by the same kind of client succeeded at {good[-1].time:%H:%M:%S}" if good else ""


def _attempts(scene: Scene) -> Verdict:
    mine = scene.failing
    user = (mine.user if mine else None) or next(iter(scene.report.users), None)
    if not user:
        return None
    word = re.compile(rf"(?i)\b{re.escape(user)}\b")
    tries = [e for e in scene.found.around if scene.before(e) and e.status in {401, None} and word.search(e.text)]
    tries = [e for e in tries if e.status == 401 or match(e.text, "log")]
    return f"{len(tries)} refused attempts for the same user came before" if len(tries) >= 4 else ""


def _other_environment(scene: Scene) -> Verdict:
    user = next((e.user for e in scene.found.request if e.user), None) or next(iter(scene.report.users), None)
    if not user:
        return None
    here = f"{scene.host or ''} {scene.report.host or ''}"
    for entry in scene.access:
        place = f"{entry.host or ''}/{entry.file.rpartition('/')[2]}"
        if (
            ok(entry)
            and (entry.user or "").lower() == user.lower()
            and STAGING.search(place)
            and not STAGING.search(here)
        ):
            return f"The same user is let in by another environment ({place.strip('/')})"
    return ""


def _token_ahead(scene: Scene) -> Verdict:
    for entry in scene.found.request:
        for stamp in TOKEN_TIME.findall(entry.text):
            when = _when(stamp)
            if entry.time and when and timedelta(seconds=0.5) < when - entry.time < timedelta(hours=13):
                return f"The token's date lies {(when - entry.time).total_seconds():.0f} s ahead of the server's clock"
    return ""


def _when(stamp: str) -> datetime | None:
    try:
        if stamp.isdigit():
            return datetime.fromtimestamp(int(stamp), UTC)
        return datetime.fromisoformat(stamp).replace(tzinfo=UTC)
    except ValueError:
        return None


CHECKS: dict[str, Callable[[Scene], Verdict]] = {
    "log.only_success": _only_success,
    "log.caller_ok_before": _ok_before,
    "log.caller_never_ok": _never_ok,
    "log.caller_ok_elsewhere": _ok_elsewhere,
    "log.others_ok": _others_ok,
    "log.everyone_refused_since": _everyone_refused,
    "log.alternates": _alternates,
    "log.restart_before": _restarted,
    "log.process_dependent": _process_dependent,
    "log.agent_refused": _agent_refused,
    "log.address_refused": _address_refused,
    "log.redirected_before": _redirected,
    "log.other_path_used": _other_path,
    "log.other_host_ok": _other_host,
    "log.refreshed_before": _refreshed,
    "log.failed_attempts_before": _attempts,
    "log.same_user_other_environment": _other_environment,
    "log.token_time_ahead": _token_ahead,
}
WITHOUT_ACCESS = frozenset({"log.restart_before", "log.token_time_ahead"})
"""Checks that read lines other than requests."""
